import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-detect-cli-"));
const logs = join(folder, "logs");
const rules = join(folder, "rules");

const good = `id: g-1
name: Failed
severity: Low
tactics: [CredentialAccess]
relevantTechniques: [T1110]
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType != 0
  | sort by TimeGenerated asc
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
`;

beforeAll(() => {
  for (const path of [logs, join(folder, "more"), rules]) mkdirSync(path);
  const row = (time: string, address: string, result: string) =>
    `${JSON.stringify({ TimeGenerated: time, IPAddress: address, ResultType: result })}\n`;
  writeFileSync(
    join(logs, "SigninLogs.ndjson"),
    row("2026-03-01T00:10:00Z", "192.0.2.1", "50126") + row("2026-03-01T00:20:00Z", "192.0.2.9", "0"),
  );
  writeFileSync(join(folder, "more", "SigninLogs.ndjson"), row("2026-03-01T01:10:00Z", "192.0.2.2", "50126"));
  writeFileSync(join(rules, "broken.yaml"), good.replace("g-1", "b-1").replace("| where", "| whre"));
  writeFileSync(join(rules, "good.yaml"), good);
  writeFileSync(join(rules, "unreadable.yaml"), "id: [\n");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function detect(...options: string[]) {
  const result = await calypso("detect", ...options);
  const lines = result.out.split("\n").filter((line) => line.startsWith("{"));
  return { ...result, lines: lines.map((line) => JSON.parse(line)) };
}

test("alerts and errors are lines, and an error sets the exit status", async () => {
  const { lines, err, status } = await detect("--rules", rules, "--data", logs, join(folder, "more"));
  expect(status).toBe(1);
  expect(lines).toMatchObject([
    { rule: { id: "", name: "unreadable.yaml" }, error: { code: "yaml-syntax", file: join(rules, "unreadable.yaml") } },
    { rule: { id: "b-1", name: "Failed" }, error: { file: join(rules, "broken.yaml"), key: "query", line: 12 } },
    {
      rule: { id: "g-1", name: "Failed", severity: "Low", tactics: ["CredentialAccess"], techniques: ["T1110"] },
      title: "Failed",
      start: "2026-03-01T00:10:00.0000000Z",
      end: "2026-03-01T01:10:00.0000000Z",
      rows: 2,
      entities: [
        { type: "IP", address: "192.0.2.1" },
        { type: "IP", address: "192.0.2.2" },
      ],
      customDetails: {},
      sample: [{ IPAddress: "192.0.2.1" }, { IPAddress: "192.0.2.2" }],
    },
  ]);
  expect(err).toContain("2 rules, 1 alert, 2 could not run");
});

test("a replay raises an alert for each run that finds something", async () => {
  const options = ["--rules", join(rules, "good.yaml"), "--data", logs, "--data", join(folder, "more")];
  const { lines, err, status } = await detect(...options, "--from", "2026-03-01", "--to", "2026-03-01T03:00:00Z");
  expect(status).toBe(0);
  expect(lines.map(({ start, window }) => [start.slice(11, 16), window.to.slice(11, 16)])).toEqual([
    ["00:10", "01:00"],
    ["01:10", "02:00"],
  ]);
  expect(err).toContain("1 rule, 2 alerts\n");
});

test("the table is for people", async () => {
  const { out, status } = await detect("--rules", join(rules, "good.yaml"), "--data", logs, "--format", "table");
  expect(status).toBe(0);
  const rows = out.split("\n").map((line) => line.split(/\s{2,}/));
  expect(rows[0]).toEqual(["Time", "Severity", "Rule", "Title", "Entities"]);
  expect(rows[2]?.filter((cell) => cell !== "")).toEqual(["2026-03-01 00:10:00", "Low", "Failed", "192.0.2.1"]);
});

test.each([
  [["--data", "x"], "give the rules to run with --rules"],
  [["--rules", "x", "--format", "xml"], "xml is not a format: table, ndjson"],
  [["--rules", "x", "--from", "2026-03-01"], "give --from and --to together"],
  [["--rules", "x", "--from", "monday", "--to", "2026-03-01"], "monday is not a time"],
  [["--rules", "x", "--from", "2026-03-02", "--to", "2026-03-01"], "--from 2026-03-02 is not before --to 2026-03-01"],
  [["--rules", "x", "--max-alerts", "none"], "none is not a whole number"],
])("%j is a wrong use", async (options, message) => {
  const { err, status } = await detect(...options);
  expect(status).toBe(2);
  expect(err).toContain(message);
});
