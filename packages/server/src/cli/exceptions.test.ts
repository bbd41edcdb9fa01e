import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readExceptions } from "@calypso/catalog";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { loadRules } from "../detect/load.js";
import { openWorkspace } from "../main.js";
import { changeIncident } from "../service/incident-changes.js";
import { Service } from "../service/service.js";
import { openState } from "../state/open-state.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-exceptions-cli-"));
const logs = join(folder, "logs");
const rules = join(folder, "rules");
const exceptionsFile = join(rules, "exceptions.yaml");
const range = ["--from", "2026-03-01T00:00:00Z", "--to", "2026-03-01T06:00:00Z"];

const rule = (id: string, more = "") => `id: ${id}
name: Rule ${id}
kind: Scheduled
severity: Low
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 1
${more}query: |
  SigninLogs
  | where ResultType == "50126"
  | project TimeGenerated, UserId, UserPrincipalName, UserDisplayName, IPAddress, AutonomousSystemNumber, AppDisplayName
  // the end
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
`;

/** Every hour the scanner fails twice, from an address of its network; in the fourth an attacker does. */
function rows(): readonly object[] {
  const row = (time: string, user: string, address: string, system: string, app: string) => ({
    TimeGenerated: `2026-03-01T${time}Z`,
    UserId: `id-${user}`,
    UserPrincipalName: `${user}@contoso.example`,
    UserDisplayName: user === "scanner" ? "Scanner \u001b[31m" : user,
    IPAddress: address,
    AutonomousSystemNumber: system,
    AppDisplayName: app,
    ResultType: "50126",
  });
  const scans = [0, 1, 2, 3, 4, 5].flatMap((hour) =>
    [1, 2].map((part) => row(`0${hour}:1${part}:00`, "scanner", `198.51.100.${hour * 2 + part}`, "64500", "Portal")),
  );
  const attack = [1, 2, 3].map((part) => row(`03:4${part}:00`, `victim${part}`, "203.0.113.9", "64501", "Portal"));
  return [...scans, ...attack];
}

beforeAll(() => {
  for (const path of [logs, rules]) mkdirSync(path);
  writeFileSync(
    join(logs, "SigninLogs.ndjson"),
    `${rows()
      .map((row) => JSON.stringify(row))
      .join("\n")}\n`,
  );
  writeFileSync(join(rules, "one.yaml"), rule("one"));
});

afterEach(() => rmSync(exceptionsFile, { force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scanner = `scanner:
  rules: [one]
  fields: { UserId: id-scanner, IPAddress: 198.51.100.0/24 }
  owner: ann
  reason: it scans
  ticket: SEC-1
  created: 2026-02-01
  expiry: 2126-12-31
`;

/** A file of exceptions that is not beside the rules. */
function proposed(text: string): string {
  const path = join(folder, "proposal.yaml");
  writeFileSync(path, text);
  return path;
}

test("exceptions are listed with what they are", async () => {
  writeFileSync(
    exceptionsFile,
    `${scanner}${scanner.replace("scanner:", "over:").replace("2126", "2020")}${scanner.replace("scanner:", "off:")}  enabled: false\n`,
  );
  const { out, status } = await calypso("exceptions", "list", rules);
  expect(status).toBe(0);
  expect(JSON.parse(out).map(({ id, state }: { id: string; state: string }) => `${id} ${state}`)).toEqual([
    "scanner active",
    "over expired",
    "off disabled",
  ]);
  expect(JSON.parse(out)[0]).toMatchObject({ expiry: "2127-01-01T00:00:00.000Z", rules: ["Rule one"], line: 1 });
  const table = await calypso("exceptions", "list", "--format", "table", rules);
  expect(table.out).toMatch(/scanner +\S? *active +\S? *2127-01-01T00:00/);
  writeFileSync(exceptionsFile, "a:\n  rules: all\n");
  expect(await calypso("exceptions", "list", rules)).toMatchObject({ out: "[]\n", status: 1 });
});

test("a measurement says which rows and alerts go, by the same windows", async () => {
  writeFileSync(exceptionsFile, scanner);
  const { out, err, status } = await calypso("exceptions", "measure", rules, "--data", logs, ...range);
  expect([err, status]).toEqual(["", 0]);
  expect(out.split("\n").slice(0, 6)).toEqual([
    "scanner: Rule one",
    "  6 windows: hides 12 of 15 rows; 6 alerts before, 1 after",
    "  2026-03-01T01:00Z  2 → 0 rows, threshold gt 1: 1 alert less (scanner@contoso.example, 198.51.100.1, 198.51.100.2)",
    expect.stringContaining("2026-03-01T02:00Z  2 → 0 rows"),
    expect.stringContaining("2026-03-01T03:00Z  2 → 0 rows"),
    "  2026-03-01T04:00Z  5 → 3 rows, threshold gt 1: as many alerts",
  ]);
});

test("a proposal from elsewhere is measured whatever its state, as JSON; others of the rule count both times", async () => {
  writeFileSync(exceptionsFile, scanner);
  const text =
    "victims:\n  rules: all\n  condition: UserId startswith 'id-victim'\n  expiry: 2020-01-01\n  enabled: false\n";
  const { out, err, status } = await calypso(
    ...["exceptions", "measure", rules, "--data", logs, ...range, "--proposal", proposed(text), "--format", "json"],
  );
  expect(err).toContain("missing-key");
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    ...{ exception: "victims", rule: { id: "one" }, windows: 6, rows: 3, hidden: 3, alertsBefore: 1, alertsAfter: 0 },
    changes: [
      { window: { to: "2026-03-01T04:00:00.0000000Z" }, rowsBefore: 3, rowsAfter: 0, gone: [{ title: "Rule one" }] },
    ],
  });
});

test("an exception that raises an alert of a rule that asks for few rows is seen", async () => {
  const path = join(rules, "silence.yaml");
  writeFileSync(path, rule("silence").replace("gt\n", "eq\n").replace("Threshold: 1", "Threshold: 0"));
  try {
    writeFileSync(exceptionsFile, scanner.replace("one", "silence"));
    const { out } = await calypso("exceptions", "measure", rules, "--data", logs, ...range);
    expect(out).toContain("6 windows: hides 12 of 15 rows; 0 alerts before, 5 after");
    expect(out).toContain("2 → 0 rows, threshold eq 0: 1 alert more");
  } finally {
    rmSync(path);
  }
});

test.each([
  [["measure"], "there are no exceptions to measure"],
  [["measure", "--exception", "nobody"], "there is no exception nobody"],
  [["measure", "--proposal", "nowhere.yaml"], "nowhere.yaml cannot be read"],
  [["suggest", "--share", "2"], "2 is not a part of the whole"],
  [["suggest", "--rule", "nobody"], "there are no such rules"],
])("%j is wrong usage", async (options, message) => {
  const [command = "", ...more] = options;
  const { err, status } = await calypso("exceptions", command, rules, "--data", logs, ...range, ...more);
  expect(err).toContain(message);
  expect(status).toBe(2);
});

test("an exception that does not fit is told, and the exit status is 1", async () => {
  writeFileSync(exceptionsFile, scanner.replace("UserId", "Nobody"));
  const { out, err, status } = await calypso("exceptions", "measure", rules, "--data", logs, ...range);
  expect(err).toContain("there is no column `Nobody` here");
  expect(out).toContain("hides 0 of 15 rows");
  expect(status).toBe(1);
});

test("alerts of a service that were found to be about attacks do not go without being confirmed", async () => {
  const workspace = join(folder, "workspace");
  const opened = await openWorkspace({ workspace });
  const place = join(workspace, "state");
  const state = await openState(place);
  const { ingestPaths } = await import("../ingest/ingest.js");
  for await (const { rejected } of ingestPaths(opened.store, [logs], { now: () => new Date("2026-03-01T07:00:00Z") })) {
    expect(rejected).toBe(0);
  }
  writeFileSync(exceptionsFile, scanner.replace("198.51.100.0/24", "192.0.2.0/24"));
  let now = new Date("2026-03-01T00:00:00Z");
  let count = 0;
  const parts = {
    state,
    store: opened.store,
    clock: () => now,
    ids: () => `id-${++count}`,
    folder: join(folder, "out"),
  };
  const service = new Service({ ...parts, concurrency: 1, tell: () => {} });
  await service.takeUp((await loadRules(ruleFilesOnDisk, [rules])).rules);
  while ((await service.tick()) > 0);
  now = new Date("2026-03-01T07:30:00Z");
  while ((await service.tick()) > 0);
  const alerts = await state.db.selectFrom("alerts").select(["incident_id", "document"]).orderBy("window_to").execute();
  expect(alerts.length).toBeGreaterThanOrEqual(6);
  const ofVictims = alerts.find(({ document }) => document.includes("victim1"));
  const judged = { by: "ann", now };
  const harmless = { classification: "FalsePositive", classificationReason: "InaccurateData" } as const;
  await changeIncident(state, alerts[0]?.incident_id ?? "", harmless, judged);
  await changeIncident(state, ofVictims?.incident_id ?? "", { classification: "TruePositive" }, judged);
  await state.close();
  await opened.close();

  const measure = (...more: readonly string[]) =>
    calypso(
      "exceptions",
      "measure",
      rules,
      "--workspace",
      workspace,
      ...["--from", "2026-02-28", "--to", "2026-03-02"],
      ...more,
    );
  writeFileSync(exceptionsFile, scanner);
  const narrow = await measure();
  expect(narrow.status).toBe(0);
  expect(narrow.out).toMatch(
    /of \d+ alerts that the service raised \d+ would not be there: 1 FalsePositive, \d+ not classified\n/,
  );
  writeFileSync(exceptionsFile, scanner.replace(/fields:.*/, "condition: AppDisplayName == 'Portal'"));
  const broad = await measure();
  expect(broad.status).toBe(1);
  expect(broad.out).toMatch(/would not be there: .*1 TruePositive/);
  expect(broad.out).toMatch(/ {2}TruePositive {2}2026-03-01T07:30Z Rule one, incident \d+\n/);
  expect(broad.err).toContain("1 alert goes that was found to be about an attack");
  expect(await measure("--confirm-true-positives")).toMatchObject({ status: 0 });
});

test("what past results have in common is proposed, the narrowest pair first, and can be written as it is", async () => {
  const { out, err, status } = await calypso("exceptions", "suggest", rules, "--data", logs, ...range);
  expect(status).toBe(0);
  expect(err).toBe("Rule one: 15 rows, 6 alerts; what they have in common:\n");
  const { exceptions, problems } = readExceptions({ name: "exceptions.yaml", text: out });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(exceptions).toHaveLength(5);
  expect(out.split("\n").slice(0, 5)).toEqual([
    "# 12 of 15 rows and 5 of 6 alerts, of 1 user",
    "rule-one-1:",
    '  rules: ["one"]',
    "  fields:",
    '    "UserId": "id-scanner"',
  ]);
  expect(exceptions[0]?.condition.text).toBe(
    '(tostring(["UserId"]) == "id-scanner")\nand (tostring(["AutonomousSystemNumber"]) == "64500")',
  );
  const proposal = ["--proposal", proposed(out), "--exception", "rule-one-1"];
  const measured = await calypso("exceptions", "measure", rules, "--data", logs, ...range, ...proposal);
  expect(measured.out).toContain("hides 12 of 15 rows; 6 alerts before, 1 after");
  writeFileSync(exceptionsFile, out);
  // What is hidden is not proposed again, and the ids are new ones.
  const again = await calypso("exceptions", "suggest", rules, "--data", logs, ...range);
  expect(again.err).toContain("Rule one: 3 rows, 1 alert");
  expect(again.out).toContain("rule-one-6:");
});

test("names from logs cannot steer a terminal or the file", async () => {
  const { out } = await calypso("exceptions", "suggest", rules, "--data", logs, ...range, "--most", "50");
  expect(out).toContain('"UserDisplayName": "Scanner \\u001b[31m"');
  expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  const { exceptions } = readExceptions({ name: "exceptions.yaml", text: out });
  expect(exceptions.some(({ condition }) => condition.text.includes('== "Scanner \\u001b[31m"'))).toBe(true);
});

test("a network, and an hour that is nearly always there", async () => {
  const night = join(folder, "night");
  mkdirSync(night);
  const row = (day: number, minute: number, address: string) => ({
    TimeGenerated: `2026-04-0${day}T02:${minute}:00Z`,
    UserId: `u${day}`,
    IPAddress: address,
    ResultType: "50126",
  });
  const found = [1, 2, 3, 4].flatMap((day) => [
    row(day, 10, `198.51.100.${day}`),
    row(day, 20, `198.51.100.${day + 50}`),
  ]);
  writeFileSync(join(night, "SigninLogs.ndjson"), `${found.map((one) => JSON.stringify(one)).join("\n")}\n`);
  const days = ["--from", "2026-04-01", "--to", "2026-04-05"];
  const daily = join(folder, "daily.yaml");
  writeFileSync(daily, rule("one").replaceAll("1h", "1d"));
  const { out } = await calypso("exceptions", "suggest", daily, "--data", night, ...days);
  const [first] = readExceptions({ name: "exceptions.yaml", text: out }).exceptions;
  expect(out).toContain("# 8 of 8 rows and 4 of 4 alerts, of 4 users\n# broad: look at what else it would hide\n");
  expect(first?.condition.text).toBe(
    'format_ipv4_mask(tostring(["IPAddress"]), 24) == "198.51.100.0/24" and tostring(hourofday(["TimeGenerated"])) == "2"',
  );
  const ids = ["--proposal", proposed(out), "--exception", "rule-one-1", "--exception", "rule-one-2"];
  const measured = await calypso("exceptions", "measure", daily, "--data", night, ...days, ...ids);
  expect(measured.out.match(/hides 8 of 8 rows; 4 alerts before, 0 after/g)).toHaveLength(2);
});
