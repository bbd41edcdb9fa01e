import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printProblem, type Rule, readRules } from "@calypso/catalog";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ingestPaths } from "../ingest/ingest.js";
import { openWorkspace, type Workspace } from "../main.js";
import { queryPorts } from "../search/run-query.js";
import { type DetectOptions, detect } from "./run.js";
import { parseTicks, printTicks } from "./ticks.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-detect-"));
let workspace: Workspace;

const signIn = (time: string, user: string, address: string, result: string) => ({
  TimeGenerated: `2026-03-01T${time}Z`,
  UserPrincipalName: `${user}@corp.example`,
  IPAddress: address,
  ResultType: result,
  DeviceDetail: { deviceId: 12345678901234567890n, trustType: "none" },
});

const signIns = [
  signIn("00:10:00", "ann", "192.0.2.1", "50126"),
  signIn("00:20:00", "ann", "192.0.2.1", "50126"),
  signIn("00:30:00", "ann", "192.0.2.1", "0"),
  signIn("02:40:00", "bob", "192.0.2.2", "50126"),
  signIn("03:00:00", "bob", "198.51.100.3", "0"),
];

beforeAll(async () => {
  const logs = join(folder, "logs");
  mkdirSync(logs);
  mkdirSync(join(folder, "files"));
  const print = (row: object) =>
    JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `<${value}>` : value)).replace(/"<(\d+)>"/g, "$1");
  writeFileSync(join(logs, "SigninLogs.ndjson"), `${signIns.map(print).join("\n")}\n`);
  writeFileSync(join(folder, "files", "ranges.csv"), "198.51.100.0/24,rented\n");
  workspace = await openWorkspace({ externaldataDir: join(folder, "files") });
  for await (const result of ingestPaths(workspace.store, [logs], { now: () => new Date("2026-03-02T00:00:00Z") })) {
    expect(result).toMatchObject({ table: "SigninLogs", stored: 5, rejected: 0 });
  }
});

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A rule of its keys, the last of which is the query. */
function rule(keys: string, query: string): Rule {
  const body = query.split("\n").map((line) => `  ${line}`);
  const text = `id: r-1\nname: R\n${keys}query: |\n${body.join("\n")}\n`;
  return readRules({ name: "r.yaml", text }).rules[0]!;
}

const hourly = "queryFrequency: 1h\nqueryPeriod: 1h\n";
const range = { from: parseTicks("2026-03-01T00:00:00Z") ?? 0n, to: parseTicks("2026-03-01T04:00:00Z") ?? 0n };

async function run(rules: Rule | readonly Rule[], options: Partial<DetectOptions> = {}) {
  const ports = queryPorts(workspace.store);
  const list = Array.isArray(rules) ? rules : [rules];
  const now = parseTicks("2026-03-09") ?? 0n;
  const outcome = { alerts: [] as string[], told: [] as string[], windows: [] as string[], full: [] as object[] };
  for await (const event of detect(ports, list, { now, ...options })) {
    if (event.kind === "alert") {
      const { title, start, end, rows, entities } = event.alert;
      const names = entities.map((entity) => Object.values(entity).at(-1));
      outcome.alerts.push(
        `${title} ${start.slice(11, 16)}-${end.slice(11, 16)} rows ${rows}: ${names.join(" ")}`.trim(),
      );
      outcome.full.push(event.alert);
    } else if (event.kind === "ran") {
      const { from, to } = event.window;
      outcome.windows.push(
        `${printTicks(from).slice(5, 16)} ${printTicks(to).slice(5, 16)} rows ${event.evaluation.rows}`,
      );
    } else if (event.kind === "suppressed") outcome.told.push(`${event.runs} runs left out`);
    else outcome.told.push(`${event.kind}: ${printProblem(event.diagnosis)}`);
  }
  return outcome;
}

const accounts = `entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
`;

test("without a range a rule runs once over all the data, and now() is its end", async () => {
  const query =
    "SigninLogs\n| where TimeGenerated > ago(30m)\n| extend Age = now() - TimeGenerated\n| sort by Age desc";
  const outcome = await run(rule(hourly + accounts, query));
  expect(outcome.alerts).toEqual(["R 02:40-03:00 rows 2: bob@corp.example"]);
  expect(outcome.full[0]).toMatchObject({ sample: [{ Age: "00:20:00.0000001" }, { Age: "00:00:00.0000001" }] });
  expect(outcome.windows).toEqual(["03-01T00:10 03-01T03:00 rows 2"]);
  expect(outcome.told).toEqual([]);
});

test("long numbers inside dynamic values keep their digits", async () => {
  const { full } = await run(
    rule("", "SigninLogs | take 1 | project Id = tostring(DeviceDetail.deviceId), DeviceDetail"),
  );
  expect(full[0]).toMatchObject({ sample: [{ Id: "12345678901234567890" }] });
});

test("with a range a rule runs on its schedule, each run seeing its own window", async () => {
  const outcome = await run(rule(hourly + accounts, "SigninLogs | where ResultType != 0"), { range });
  expect(outcome.windows).toEqual([
    "03-01T00:00 03-01T01:00 rows 2",
    "03-01T01:00 03-01T02:00 rows 0",
    "03-01T02:00 03-01T03:00 rows 1",
    "03-01T03:00 03-01T04:00 rows 0",
  ]);
  expect(outcome.alerts).toEqual(["R 00:10-00:20 rows 2: ann@corp.example", "R 02:40-02:40 rows 1: bob@corp.example"]);
});

test("a period longer than the frequency sees events again; ago() counts from the run", async () => {
  const keys = "queryFrequency: 1h\nqueryPeriod: 3h\ntriggerThreshold: 2\n";
  expect((await run(rule(keys, "SigninLogs"), { range })).windows.map((text) => text.slice(-6))).toEqual([
    "rows 3",
    "rows 3",
    "rows 4",
    "rows 2",
  ]);
  const recent = await run(rule(keys, "SigninLogs | where TimeGenerated > ago(50m)"), { range });
  expect(recent.windows.map((text) => text.slice(-6))).toEqual(["rows 2", "rows 0", "rows 1", "rows 0"]);
});

test("a rule that watches for silence fires where nothing is", async () => {
  const keys = `${hourly}triggerOperator: eq\n`;
  const { alerts } = await run(rule(keys, "SigninLogs"), { range });
  expect(alerts).toEqual(["R 01:00-02:00 rows 0:"]);
  const empty = await run(rule(keys, "OfficeActivity"));
  expect(empty.windows).toEqual(["03-08T23:00 03-09T00:00 rows 0"]);
  expect(empty.alerts).toHaveLength(1);
});

test("rules of other kinds are replayed too", async () => {
  const short = { from: parseTicks("2026-03-01T02:39:00Z") ?? 0n, to: parseTicks("2026-03-01T02:42:00Z") ?? 0n };
  const minutes = await run(rule("kind: NRT\n", "SigninLogs"), { range: short });
  expect(minutes.windows.map((text) => text.slice(-18))).toEqual([
    "03-01T02:40 rows 0",
    "03-01T02:41 rows 1",
    "03-01T02:42 rows 0",
  ]);
  expect((await run(rule("", "SigninLogs"), { range })).windows).toEqual(["03-01T00:00 03-01T04:00 rows 5"]);
});

test("a rule without a schedule cannot be replayed, and says so", async () => {
  const outcome = await run(rule("kind: Scheduled\n", "SigninLogs"), { range });
  expect(outcome.told).toEqual([
    "failed: error[no-schedule]: r.yaml › query, line 5, column 3: the rule has no readable `queryFrequency` and `queryPeriod`, and cannot be replayed on a schedule",
  ]);
});

test("what the compiler refuses is told with its place in the file, and the other rules run", async () => {
  const rules = [
    rule("", "SigninLogs\n| where ResultType ==="),
    rule("", "let limit = 3;\nNoSuchTable\n| take limit"),
    rule("", "SigninLogs | take 1"),
  ];
  const outcome = await run(rules);
  expect(outcome.told).toHaveLength(2);
  expect(outcome.told[0]).toMatch(/^failed: error\[[\w-]+\]: r\.yaml › query, line 5, column \d+: /);
  expect(outcome.told[1]).toMatch(/^failed: error\[unknown-table\]: r\.yaml › query, line 5, column 3: .*NoSuchTable/);
  expect(outcome.alerts).toHaveLength(1);
});

test("a column that does not exist is a warning, or an error where that is asked for", async () => {
  const lax = rule("", "SigninLogs\n| where isempty(Acount)\n| take 1");
  const outcome = await run(lax);
  expect(outcome.told[0]).toMatch(/^warning: warning\[unknown-column\]: r\.yaml › query, line 5, column 19: .*Acount/);
  expect(outcome.alerts).toHaveLength(1);
  const strict = await run(lax, { strict: true });
  expect(strict.told[0]).toMatch(/^failed: error\[unknown-column\]/);
  expect(strict.alerts).toEqual([]);
});

test("a mapped column that the query does not return is told, and the rule runs", async () => {
  const outcome = await run(rule(accounts, "SigninLogs | project IPAddress | take 1"));
  expect(outcome.told).toEqual([
    "warning: warning[column-not-returned]: r.yaml › entityMappings[0].fieldMappings[0], line 6, column 9: the query returns no column `UserPrincipalName`; Account.FullName stays empty",
  ]);
  expect(outcome.alerts).toEqual(["R 00:10-03:00 rows 1:"]);
});

test("columns that only the data knows are those of each window", async () => {
  const query =
    "SigninLogs\n| project UserPrincipalName, d = bag_pack(strcat('r', ResultType), 1)\n| evaluate bag_unpack(d)\n| where r50126 == 1";
  const whole = await run(rule(accounts, query));
  expect(whole).toMatchObject({ told: [], windows: ["03-01T00:10 03-01T03:00 rows 3"] });
  const replayed = await run(rule(hourly + accounts, query), { range });
  expect(replayed.told).toEqual([]);
  expect(replayed.windows.map((text) => text.slice(-6))).toEqual(["rows 2", "rows 0", "rows 1", "rows 0"]);
  const clash = await run(rule(hourly, query.replace("'r', ResultType", "'UserPrincipalName'")), { range });
  expect(clash.told.find((text) => text.startsWith("failed"))).toMatch(
    /^failed: error\[bad-argument\]: .*line \d+, column \d+: .*`UserPrincipalName` already/,
  );
});

test("a rule that reads a file from outside", async () => {
  const query = `let ranges = externaldata(Range:string, Kind:string)["https://lists.example/ranges.csv"] with(format='csv');
SigninLogs
| extend Key = 1
| join kind=inner (ranges | extend Key = 1) on Key
| where ipv4_is_in_range(IPAddress, Range)
| project UserPrincipalName, IPAddress, Kind`;
  const outcome = await run(rule(accounts, query));
  expect(outcome.told).toEqual([]);
  expect(outcome.alerts).toEqual(["R 00:10-03:00 rows 1: bob@corp.example"]);
});

test("an alert for each row, with a name of its own", async () => {
  const keys = `eventGroupingSettings: {aggregationKind: AlertPerResult}
alertDetailsOverride: {alertDisplayNameFormat: "{{UserPrincipalName}} failed {{Failures}} times"}
`;
  const query =
    "SigninLogs\n| where ResultType != 0\n| summarize Failures = count() by UserPrincipalName\n| sort by Failures desc";
  const { alerts } = await run(rule(keys, query));
  expect(alerts).toEqual([
    "ann@corp.example failed 2 times 00:10-03:00 rows 1:",
    "bob@corp.example failed 1 times 00:10-03:00 rows 1:",
  ]);
});

test("a replay rests after an alert for as long as the rule is suppressed", async () => {
  const told = async (keys: string) => {
    const outcome = await run(rule(`${hourly}${keys}`, "SigninLogs | where ResultType != 0"), { range });
    return [...outcome.alerts.map((alert) => alert.split(" ")[1]), ...outcome.told];
  };
  expect(await told("")).toEqual(["00:10-00:20", "02:40-02:40"]);
  expect(await told("suppressionEnabled: false\nsuppressionDuration: PT3H\n")).toEqual(["00:10-00:20", "02:40-02:40"]);
  const suppressed = "suppressionEnabled: true\nsuppressionDuration:";
  expect(await told(`${suppressed} PT2H\n`)).toEqual(["00:10-00:20", "02:40-02:40", "2 runs left out"]);
  expect(await told(`${suppressed} PT3H\n`)).toEqual(["00:10-00:20", "2 runs left out"]);
});
