import { afterAll, beforeAll, expect, test } from "vitest";
import { Failure } from "../../server/src/store/failures.js";
import { aggregateFunctions } from "./functions/aggregate-functions.js";
import { scalarFunctions } from "./functions/scalar-functions.js";
import { unsettledRows } from "./functions/settled.js";
import { engine } from "./functions/testing/evaluate.js";
import { caseSchema, caseTables } from "./testing/case-tables.js";
import { compiled, rowsOf } from "./testing/run.js";

const clickHouse = await engine();
beforeAll(async () => {
  for (const statement of caseTables) await clickHouse.run(statement);
});
afterAll(() => clickHouse.close());

test("a function of columns that do not exist gives a value or a message, and never an error of the engine", async () => {
  const calls = [...scalarFunctions.keys()].flatMap((name) => [1, 2, 3, 4].map((count) => callOf(name, count)));
  expect(await faultsOf(calls.map((call) => `People | extend Value = ${call}`))).toEqual([]);
}, 600_000);

test("so does an aggregate", async () => {
  const names = [...aggregateFunctions.keys(), "sumif", "avgif", "make_bag_if", "take_anyif", "percentilesif"];
  const calls = names.flatMap((name) => [1, 2, 3].map((count) => callOf(name, count)));
  expect(await faultsOf(calls.map((call) => `People | summarize Value = ${call} by Name`))).toEqual([]);
}, 600_000);

function callOf(name: string, count: number): string {
  return `${name}(${Array.from({ length: count }, (_, index) => `Unknown${index}`).join(", ")})`;
}

async function faultsOf(texts: readonly string[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const text of texts) {
    try {
      const compilation = await compiled(clickHouse, { text, schema: caseSchema, now: 17_900_000_000_000_000n });
      if (compilation.rowsSql !== undefined) await rowsOf(clickHouse, compilation);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const isRefused =
        error instanceof Failure ? error.code === "unsettled-rows" : unsettledRows(message) !== undefined;
      if (!isRefused) faults.push(`${text}: ${message}`.slice(0, 200));
    }
  }
  return faults;
}
