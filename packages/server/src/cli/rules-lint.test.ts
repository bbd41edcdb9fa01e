import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-lint-"));
const path = (name: string) => join(folder, name);
const write = (name: string, text: string) => writeFileSync(path(name), text);

const rule = `id: 5207c5d4-2386-4bb8-8eb6-20231af03ff0
name: Failed
kind: Scheduled
version: 1.0.0
description: Somebody fails.
severity: Low
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [CredentialAccess]
relevantTechniques: [T1110]
query: |
  SigninLogs
  | where ResultType == "50126" and UserAgent contains "curl"
  | take 5
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAdress
`;

beforeAll(() => {
  write("rule.yaml", rule);
  write("known.yaml", rule.replace("5207", "6207").replace("Failed", "Known").replace("IPAdress", "IPAddress"));
  write("rule.tests.yaml", "scenarios: []\n");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the text shows the line, and what to do", async () => {
  const { out, err, status } = await calypso("rules", "lint", path("rule.yaml"));
  expect(out.replaceAll(folder, "F")).toBe(`note[contains-word]: \`contains "curl"\` looks through every text
   ┌ F/rule.yaml › query, line 15, column 37
15 │   | where ResultType == "50126" and UserAgent contains "curl"
   │                                     ^^^^^^^^^^^^^^^^^^^^^^^^^
   = if \`curl\` stands as a word of its own, write \`has\`

warning[any-rows]: which rows are kept is left to chance
   ┌ F/rule.yaml › query, line 16, column 5
16 │   | take 5
   │     ^^^^^^
   = write \`top N by …\`, or leave it out

error[missing-column]: the query returns no column \`IPAdress\`; IP.Address stays empty
   ┌ F/rule.yaml › entityMappings[0].fieldMappings[0], line 20, column 9
20 │       - identifier: Address
   │         ^
   = did you mean \`IPAddress\`?

`);
  expect(err).toBe("1 rule in 1 file: 1 error, 1 warning, 1 note, 0 ignored\n");
  expect(status).toBe(1);
});

test("warnings fail only where that is asked for", async () => {
  expect((await calypso("rules", "lint", path("known.yaml"))).status).toBe(0);
  expect((await calypso("rules", "lint", "--fail-on", "warning", path("known.yaml"))).status).toBe(1);
  expect((await calypso("rules", "lint", "--fail-on", "nothing", path("known.yaml"))).status).toBe(2);
});

test("a folder is read without the scenarios in it; names are compared over files", async () => {
  write("same.yaml", rule.replace("IPAdress", "IPAddress").replace("curl", "wget"));
  const { out, status } = await calypso("rules", "lint", "--format", "json", folder);
  rmSync(path("same.yaml"));
  const report = JSON.parse(out);
  expect({ rules: report.rules, files: report.files, errors: report.errors }).toEqual({
    rules: 3,
    files: 3,
    errors: 2,
  });
  const errors = report.findings.filter(({ severity }: { severity: string }) => severity === "error");
  expect(errors.map(({ check, file }: Record<string, string>) => [check, file?.replace(folder, "F")])).toEqual([
    ["missing-column", "F/rule.yaml"],
    ["duplicate-rule", "F/same.yaml"],
  ]);
  expect(status).toBe(1);
});

test("what a file takes for known is left out, and what it ignores in vain is told", async () => {
  const known = rule
    .replace("IPAdress", "IPAddress")
    .replace('contains "curl"', 'contains "curl" // calypso-ignore contains-word')
    .replace("  | take 5", "  // calypso-ignore any-rows, regex-first\n  | take 5")
    .replace("version", "# calypso-ignore-file any-row\nversion");
  write("ignoring.yaml", `${known}lintIgnore: [weak-entity]\n`);
  const { out, status } = await calypso("rules", "lint", "--format", "json", path("ignoring.yaml"));
  rmSync(path("ignoring.yaml"));
  const { findings, ignored } = JSON.parse(out);
  expect(ignored.map(({ check }: { check: string }) => check)).toEqual(["contains-word", "any-rows"]);
  expect(
    findings.map(({ check, message, line, column }: Record<string, unknown>) => [check, message, line, column]),
  ).toEqual([
    ["unknown-ignore", "`any-row`: there is no check of this name", 4, 23],
    ["unused-ignore", "`regex-first`: nothing of the kind is found here that could be ignored", 17, 31],
    ["unused-ignore", "`weak-entity`: nothing of the kind is found here that could be ignored", 24, 1],
  ]);
  expect(status).toBe(0);
});

test("SARIF names the rules, the places and what is suppressed", async () => {
  write("a b.yaml", rule.replace('contains "curl"', 'contains "curl" // calypso-ignore contains-word'));
  const { out } = await calypso("rules", "lint", "--format", "sarif", path("a b.yaml"));
  rmSync(path("a b.yaml"));
  const sarif = JSON.parse(out);
  expect(sarif.version).toBe("2.1.0");
  const [run] = sarif.runs;
  expect(run.tool.driver.name).toBe("Calypso");
  expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual([
    "any-rows",
    "contains-word",
    "missing-column",
  ]);
  for (const result of run.results) {
    expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(["error", "warning", "note"]).toContain(result.level);
    expect(result.message.text.length).toBeGreaterThan(10);
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    expect(artifactLocation.uri).toMatch(/^file:\/\/\/.*\/a%20b\.yaml$/);
    expect(region.startLine).toBeGreaterThan(0);
    expect(region.endColumn).toBeGreaterThan(region.startColumn);
  }
  expect(run.results.filter(({ suppressions }: { suppressions?: unknown }) => suppressions !== undefined)).toHaveLength(
    1,
  );
});

test("broken documents and queries are findings with their places", async () => {
  write("broken.yaml", "id: [\n");
  write("query.kql", "SigninLogs\n| where ResultTypo == 1 and gross(ResultType)\n");
  const { out, status } = await calypso(
    "rules",
    "lint",
    "--format",
    "json",
    path("broken.yaml"),
    path("query.kql"),
    path("none"),
  );
  for (const name of ["broken.yaml", "query.kql"]) rmSync(path(name));
  const { findings } = JSON.parse(out);
  expect(
    findings.map(({ check, line, column, length }: Record<string, unknown>) => [check, line, column, length]),
  ).toEqual([
    ["unreadable-file", 1, 1, 1],
    ["yaml-syntax", 2, 1, 1],
    ["unknown-column", 2, 9, 10],
    ["unknown-function", 2, 29, 17],
  ]);
  expect(status).toBe(1);
});
