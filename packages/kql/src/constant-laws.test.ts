import { afterAll, expect, test } from "vitest";
import { compile } from "./compile.js";
import { scalarFunctions } from "./functions/scalar-functions.js";
import { unsettledRows } from "./functions/settled.js";
import { engine } from "./functions/testing/evaluate.js";
import { workspaceSchema } from "./schema/schema.js";
import { literalsOf } from "./testing/literals.js";
import { rowsOf } from "./testing/run.js";

const clickHouse = await engine();
afterAll(() => clickHouse.close());

const schema = workspaceSchema("constants", []);
const now = BigInt(Date.parse("2026-01-04T00:00:00Z")) * 10_000n;

/** Paths in names that differ from row to row are not read as paths, which the manual says. */
const limited = new Set(["bag_has_key(dynamic({'a': {'b': 1}}), '$.a.b')"]);

test("a function gives the same for columns as for the constants in them", async () => {
  const differing: string[] = [];
  let compared = 0;
  for (const [name, { examples, volatile }] of scalarFunctions) {
    for (const example of volatile === true ? [] : Object.keys(examples).filter((text) => !limited.has(text))) {
      const query = overColumns(example);
      if (query === undefined) continue;
      const [constant, column] = [await answer(`datatable(z: long)[0] | project r = ${example}`), await answer(query)];
      if (constant === undefined || column === undefined) continue;
      compared += 1;
      if (constant !== column) differing.push(`${name}: ${example}\n  constants ${constant}\n  columns   ${column}`);
    }
  }
  expect(differing).toEqual([]);
  expect(compared).toBeGreaterThan(500);
});

/** The example over one row that holds its literals; undefined where it has none. */
function overColumns(example: string): string | undefined {
  const found = literalsOf(example);
  if (found.length === 0) return undefined;
  const declared = found.map(({ type }, at) => `c${at}: ${type}`).join(", ");
  const values = found.map(({ start, end }) => example.slice(start, end)).join(", ");
  const pieces = found.map(({ start }, at) => `${example.slice(found[at - 1]?.end ?? 0, start)}c${at}`);
  return `datatable(${declared})[${values}] | project r = ${pieces.join("")}${example.slice(found.at(-1)?.end)}`;
}

/** The types and the row of a query; undefined where a construct wants a constant, and so refuses a column or the row by name. */
async function answer(text: string): Promise<string | undefined> {
  const compilation = compile({ text, schema, now });
  if (compilation.rowsSql === undefined) return undefined;
  const lines = await rowsOf(clickHouse, compilation).catch((error: unknown) =>
    unsettledRows(String(error)) === undefined ? [String(error)] : undefined,
  );
  if (lines === undefined) return undefined;
  return `${compilation.columns.map(({ type }) => type).join(" ")} ${lines.join(" ")}`;
}
