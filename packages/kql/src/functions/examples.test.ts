import { afterAll, expect, test } from "vitest";
import { printDiagnostic } from "../diagnostics/diagnostic.js";
import { workspaceSchema } from "../schema/schema.js";
import { compiled, rowsOf } from "../testing/run.js";
import { aggregateFunctions } from "./aggregate-functions.js";
import type { ExampleResult } from "./entry.js";
import { scalarFunctions } from "./scalar-functions.js";
import { engine } from "./testing/evaluate.js";

const clickHouse = await engine();
afterAll(() => clickHouse.close());

const schema = workspaceSchema("examples", []);
const now = BigInt(Date.parse("2026-01-04T00:00:00Z")) * 10_000n;

test("every example of a scalar function gives what the manual says", async () => {
  expect(await failures(scalarFunctions, (expression) => `print result = ${expression}`)).toEqual([]);
}, 600_000);

test("every example of an aggregate gives what the manual says", async () => {
  expect(await failures(aggregateFunctions, (query) => query)).toEqual([]);
});

test.each([
  ["scalar function", scalarFunctions],
  ["aggregate", aggregateFunctions],
])("every %s has an example", (_kind, entries) => {
  const bare = [...entries].filter(([, { examples }]) => Object.keys(examples).length === 0).map(([name]) => name);
  expect(bare).toEqual([]);
});

type Entries = ReadonlyMap<string, { readonly examples: Readonly<Record<string, ExampleResult>> }>;

/** The examples that give something else, each with what was wanted and what came. */
async function failures(entries: Entries, toQuery: (example: string) => string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, { examples }] of entries) {
    for (const [example, wanted] of Object.entries(examples)) {
      const got = await result(toQuery(example));
      if (!isSame(got, wanted)) found.push(`${name}: ${example}\n  wanted ${JSON.stringify(wanted)}\n  got    ${got}`);
    }
  }
  return found;
}

/** The row that a query gives, as a JSON array, or the reason why there is none. */
async function result(text: string): Promise<string> {
  const compilation = await compiled(clickHouse, { text, schema, now });
  if (compilation.rowsSql === undefined) return compilation.diagnostics.map(printDiagnostic).join("\n");
  try {
    const rows = await rowsOf(clickHouse, compilation);
    return rows.length === 1 ? rows[0]! : `${rows.length} rows: ${rows.join(" ")}`;
  } catch (error) {
    return String(error);
  }
}

/** Whether a row's last value is the one wanted; the keys of an object may come in any order. */
function isSame(row: string, wanted: ExampleResult): boolean {
  if (row === JSON.stringify([wanted])) return true;
  // A number of sixteen digits may not survive reading, so such a row is only ever compared as text.
  if (!row.startsWith("[") || /\d{16}/.test(row.replace(/"(?:[^"\\]|\\.)*"/g, ""))) return false;
  try {
    const values: readonly unknown[] = JSON.parse(row);
    expect(values.at(-1)).toEqual(wanted);
    return true;
  } catch {
    return false;
  }
}
