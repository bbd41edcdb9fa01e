import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Failure } from "../../server/src/store/failures.js";
import type { Compilation } from "./compilation.js";
import { printDiagnostic } from "./diagnostics/diagnostic.js";
import { unsettledRows } from "./functions/settled.js";
import { engine } from "./functions/testing/evaluate.js";
import { type Case, printCases, readCases } from "./testing/case-file.js";
import { caseSchema, caseTables } from "./testing/case-tables.js";
import { compiled, rowsOf } from "./testing/run.js";

const folder = fileURLToPath(new URL("../cases/", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".kql"));
const clickHouse = await engine();

beforeAll(async () => {
  for (const statement of caseTables) await clickHouse.run(statement);
});

afterAll(() => clickHouse.close());

describe.each(files)("%s", (file) => {
  const path = `${folder}${file}`;
  const cases = readCases(readFileSync(path, "utf8"));
  const seen: Case[] = [];

  test.each(cases.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    const compilation = await compiled(clickHouse, {
      text: one.query,
      schema: caseSchema,
      now: instant("2026-01-04"),
    });
    const sections = await Promise.all(
      wanted(one, compilation).map(async (section) => [section, await actual(section, compilation)] as const),
    );
    const found: Case = { ...one, sections: new Map(sections) };
    seen.push(found);
    if (process.env["UPDATE"] === undefined) expect(printCases([found])).toBe(printCases([one]));
  });

  afterAll(() => {
    if (process.env["UPDATE"] !== undefined && seen.length === cases.length) writeFileSync(path, printCases(seen));
  });
});

/** The sections that a case shows: its rows, or its diagnostics, and whatever else the file asks for. */
function wanted(one: Case, compilation: Compilation): readonly string[] {
  const always = [
    ...(compilation.sql === undefined ? [] : ["rows"]),
    ...(compilation.diagnostics.length > 0 ? ["diagnostics"] : []),
  ];
  const asked = [...one.sections.keys()].filter((section) => section === "plan" || section === "sql");
  return [...always, ...asked];
}

async function actual(section: string, compilation: Compilation): Promise<string> {
  switch (section) {
    case "plan":
      return compilation.plan ?? "";
    case "sql":
      return compilation.sql ?? "";
    case "diagnostics":
      return compilation.diagnostics.map(printDiagnostic).join("\n");
    default: {
      const rows = await linesOf(compilation);
      const head = compilation.columns.map(({ name, type }) => `${name}:${type}`).join(" ");
      return `${head}\n${rows.join("\n")}`.trimEnd();
    }
  }
}

/** The rows, or the message of a query that ends on its rows. */
async function linesOf(compilation: Compilation): Promise<readonly string[]> {
  try {
    return await rowsOf(clickHouse, compilation);
  } catch (error) {
    const message = error instanceof Failure ? error.message : unsettledRows(String(error));
    if (message === undefined) throw error;
    return [`error[unsettled-rows]: ${message}`];
  }
}

function instant(day: string): bigint {
  return BigInt(Date.parse(`${day}T00:00:00Z`)) * 10_000n;
}
