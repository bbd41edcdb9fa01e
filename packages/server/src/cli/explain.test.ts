import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../store/testing/temporary-store.js";
import { calypso } from "./testing/calypso.js";

const rules = fileURLToPath(new URL("../../../../content/rules/", import.meta.url));

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test("a rule is taken apart into one line of JSON", async () => {
  const ran = await calypso("explain", join(rules, "azure-portal-guessing.yaml"));
  expect(ran.status).toBe(0);
  const explained = JSON.parse(ran.out);
  expect(Object.keys(explained)).toEqual([
    ...["language", "id", "name", "lets", "stages", "predicates", "indicators", "outputs", "tables", "techniques"],
    ...["tactics", "warnings"],
  ]);
  expect(explained.language).toBe("kql");
  expect(explained.techniques).toContain("T1110");
  expect(explained.stages[0]).toMatchObject({ index: 1, operator: "source", in: [] });
  for (const { index } of explained.predicates.map(({ stage }: { stage: number }) => ({ index: stage }))) {
    expect(index).toBeGreaterThan(0);
  }
  expect(explained.outputs.at(-1)).toEqual({
    name: expect.any(String),
    type: expect.any(String),
    source: expect.any(String),
    stage: expect.any(Number),
  });
});

test("a bare query, what is wrong with it, and what it looks for", async () => {
  const path = join(folder.path, "hunt.kql");
  const query =
    'SigninLogs\n| where AppDisplayName =~ "Azure Portal" and not(ResultType in ("0", "50140"))\n| where Nope == 1 | project UserPrincipalName\n';
  writeFileSync(path, query);
  const explained = JSON.parse((await calypso("explain", "--format", "json", path)).out);
  expect(explained.indicators).toEqual([
    { field: "AppDisplayName", operator: "=~", values: ["Azure Portal"] },
    { field: "ResultType", operator: "not in", values: ["0", "50140"] },
    { field: "Nope", operator: "==", values: [1] },
  ]);
  expect(explained.tables).toEqual(["SigninLogs"]);
  expect(explained.outputs).toEqual([{ name: "UserPrincipalName", type: "string", source: "source", stage: 1 }]);
  expect(explained.warnings).toEqual([
    { code: "unknown-column", message: expect.stringContaining("`Nope`"), line: 3, column: 9 },
  ]);
  const text = (await calypso("explain", "--format", "text", path)).out;
  expect(text).toContain('stage 2: where\n  where AppDisplayName =~ "Azure Portal"');
  expect(text).toContain('    ? not ResultType in "0", "50140"');
});

test("what is no rule, not there, or does not bind", async () => {
  expect((await calypso("explain", join(folder.path, "none.yaml"))).status).toBe(1);
  const path = join(folder.path, "broken.kql");
  writeFileSync(path, "Nowhere | where x == 1\n");
  const ran = await calypso("explain", path);
  expect(ran.status).toBe(1);
  expect(JSON.parse(ran.out).warnings[0]).toMatchObject({ code: "unknown-table", line: 1, column: 1 });
  expect((await calypso("explain")).status).toBe(2);
});
