import { afterAll, expect, test } from "vitest";
import { compile } from "./compile.js";
import { unsettledRows } from "./functions/settled.js";
import { engine } from "./functions/testing/evaluate.js";
import { workspaceSchema } from "./schema/schema.js";
import { rowsOf } from "./testing/run.js";

const clickHouse = await engine();
afterAll(() => clickHouse.close());

const schema = workspaceSchema("discovery", []);

/** What a query gives whose question was answered so, whatever the data says. */
async function answeredWith(text: string, lines: readonly string[]): Promise<unknown> {
  const [question] = compile({ text, schema, now: 0n }).questions;
  const answers = new Map([[question?.key ?? "", lines]]);
  const compilation = compile({ text, schema, now: 0n, answers });
  expect(compilation.diagnostics).toEqual([]);
  return rowsOf(clickHouse, compilation).catch((error: unknown) => unsettledRows(String(error)));
}

const bag = 'datatable(d: dynamic)[dynamic({"a": 1, "b": "x"})] | evaluate bag_unpack(d)';
const changed = expect.stringContaining("the rows are others than a moment ago");

test.each([
  ["as asked", bag, ['["a","long"]', '["b","string"]'], ['[1,"x"]']],
  ["with a name less", bag, ['["a","long"]', '["b","string"]', '["c","long"]'], ['[1,"x",null]']],
  ["with a name more", bag, ['["a","long"]'], changed],
  ["with a value of another type", bag, ['["a","long"]', '["b","long"]'], changed],
  ["with a value more", 'datatable(w: string)["a", "b"] | evaluate pivot(w)', ['["a","long"]'], changed],
])("rows %s", async (_name, text, lines, result) => {
  expect(await answeredWith(text, lines)).toEqual(result);
});
