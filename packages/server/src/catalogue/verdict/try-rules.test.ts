import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calypso } from "../../cli/testing/calypso.js";
import { testPlaces } from "../../state/testing/places.js";
import { ruleYaml } from "../testing/rules.js";
import type { Verdict } from "./verdict.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-catalogue-"));
const [rules, logs] = [join(folder, "rules"), join(folder, "logs")];
let state = { place: join(folder, "state"), remove: async () => {} };
let verdicts: ReadonlyMap<string, Verdict> = new Map();

/** Rules by what is expected of them. */
const queries: Readonly<Record<string, string>> = {
  // Row by row: of the 48 hours, those of two sign-ins have an event each, and one has two.
  "counted by window": 'SigninLogs\n| where ResultType == "50126"\n| extend Who = UserPrincipalName',
  // Groups of events: only windows one by one tell.
  replayed:
    'SigninLogs\n| where ResultType == "50126"\n| summarize failures = count() by UserPrincipalName\n| where failures > 1',
  "depends on the moment": 'SigninLogs\n| where TimeGenerated > ago(30m) and ResultType == "50126"',
  silent: 'SigninLogs\n| where ResultType == "700016"',
  "empty field": 'SigninLogs\n| where AutonomousSystemNumber == "64500"',
  "no data": "AuditLogs\n| where OperationName == 'Add user'",
  "no table": "NoSuchTable_CL\n| where Name_s == 'a'",
  "no query": "SigninLogs\n| whre ResultType == 0",
  // Rows that follow from other rows, or whose time is another than that of their event: no window can be told afterwards.
  "sum over rows": "SigninLogs\n| sort by TimeGenerated asc\n| extend n = row_cumsum(1)\n| where n > 1",
  "time of a text":
    'SigninLogs\n| parse-kv Location as (TimeGenerated:datetime) with (pair_delimiter=";", kv_delimiter="=")',
  "time of a pattern": 'SigninLogs\n| parse Location with "TimeGenerated=" TimeGenerated:datetime',
  "time of an element":
    'SigninLogs\n| extend t = dynamic(["2026-03-02T05:05:00Z"])\n| mv-expand TimeGenerated = t to typeof(datetime)',
  // Nothing is what they look for.
  "finds a gap": "AuditLogs\n| summarize events = count()\n| where events == 0",
  "fires on few": "AuditLogs\n| where OperationName == 'Add user'",
  // Due more seldom than the span is long, or looks back beyond it.
  "every week": 'SigninLogs\n| where ResultType == "50126"',
  "looks back": "SecurityAlert\n| where AlertName == 'Guessing'",
};

/** Rules that are due at other times, or fire on other numbers of rows. */
const others: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "fires on few": [
    ["triggerOperator: gt", "triggerOperator: lt"],
    ["triggerThreshold: 0", "triggerThreshold: 1"],
  ],
  "every week": [
    ["queryFrequency: 1h", "queryFrequency: 7d"],
    ["queryPeriod: 1h", "queryPeriod: 7d"],
  ],
  "looks back": [["queryPeriod: 1h", "queryPeriod: 7d"]],
};

beforeAll(async () => {
  state = (await testPlaces["embedded"]?.()) ?? state;
  for (const path of [rules, logs]) mkdirSync(path);
  for (const [index, [name, query]] of Object.entries(queries).entries()) {
    const id = `11111111-0000-4000-8000-0000000000${10 + index}`;
    const changes = others[name] ?? [];
    const text = changes.reduce((yaml, [from, to]) => yaml.replace(from, to), ruleYaml({ id, name, query }));
    writeFileSync(join(rules, `${index}.yaml`), text);
  }
  writeFileSync(join(rules, "hunt.kql"), 'SigninLogs | where ResultType == "50126"');
  const row = (time: string, type: string) =>
    `${JSON.stringify({ TimeGenerated: time, UserPrincipalName: "ann@contoso.example", ResultType: type })}\n`;
  const times = ["2026-03-01T10:10:00Z", "2026-03-01T10:50:00Z", "2026-03-01T12:00:00Z", "2026-03-02T23:59:59Z"];
  writeFileSync(
    join(logs, "SigninLogs.ndjson"),
    [...times, "2026-03-03T00:00:00Z", "2026-02-27T00:00:00Z"].map((time) => row(time, "50126")).join("") +
      row("2026-03-01T10:20:00Z", "0"),
  );
  const alert = { TimeGenerated: "2026-02-27T10:00:00Z", AlertName: "Guessing" };
  writeFileSync(join(logs, "SecurityAlert.ndjson"), `${JSON.stringify(alert)}\n`);
  await calypso("catalog", "import", rules, "--state", state.place, "--source", "ours");
  verdicts = await tried("--windows", "10");
});
afterAll(async () => {
  await state.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function tried(...options: readonly string[]): Promise<ReadonlyMap<string, Verdict>> {
  const at = ["--at", "2026-03-03T00:00:00Z", "--days", "2", "--data", logs];
  const { out } = await calypso("catalog", "verdict", "--state", state.place, ...at, ...options);
  const lines = out.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [JSON.parse(line).name, JSON.parse(line)]));
}

test("alerts of rules that look at events one by one are counted by window, each window as it would have run", () => {
  expect(verdicts.get("counted by window")).toMatchObject({
    ...{ status: "fires", parses: true, binds: true, tables: [{ name: "SigninLogs", rows: 5 }] },
    fields: [{ table: "SigninLogs", name: "ResultType", filled: 1 }],
    found: { count: 3, of: "alerts", how: "counted", windows: 48, allWindows: 48 },
  });
});

test("other rules are replayed window by window, and the verdict says how many of them", async () => {
  const newest = { how: "replayed", windows: 10, allWindows: 48 };
  expect(verdicts.get("replayed")).toMatchObject({ status: "silent", found: { count: 0, ...newest } });
  expect(verdicts.get("depends on the moment")).toMatchObject({ status: "fires", found: { count: 1, ...newest } });
  const all = await tried("--windows", "48");
  const whole = { how: "replayed", windows: 48, allWindows: 48 };
  expect(all.get("replayed")).toMatchObject({ status: "fires", found: { count: 1, ...whole } });
  expect(all.get("counted by window")).toMatchObject({ found: { count: 3, ...whole } });
  expect(all.get("depends on the moment")).toMatchObject({ found: { count: 2, ...whole } });
});

test("rows of several events, or of another time than their event's, are counted window by window", () => {
  const names = ["sum over rows", "time of a text", "time of a pattern", "time of an element"];
  for (const name of names) expect([name, verdicts.get(name)?.found?.how]).toEqual([name, "replayed"]);
});

test("a rule that finds a gap fires on tables without rows; one that looks at more than the span is asked about it", () => {
  expect(verdicts.get("finds a gap")).toMatchObject({ status: "fires", tables: [{ rows: 0 }], found: { count: 10 } });
  expect(verdicts.get("fires on few")).toMatchObject({ status: "fires", found: { count: 10 } });
  expect(verdicts.get("every week")).toMatchObject({ status: "fires", found: { count: 1, windows: 1, allWindows: 1 } });
  expect(verdicts.get("looks back")).toMatchObject({ status: "fires", tables: [{ rows: 0 }], found: { count: 10 } });
});

test("hunts run once over the span; what cannot run or find anything says why, and stops no other rule", () => {
  expect(verdicts.get("hunt")).toMatchObject({ status: "fires", found: { count: 4, of: "rows", how: "span" } });
  expect(verdicts.get("silent")).toMatchObject({ status: "silent", found: { count: 0, windows: 48 } });
  expect(verdicts.get("empty field")).toMatchObject({
    ...{ status: "empty fields", reason: "nothing in SigninLogs.AutonomousSystemNumber" },
    fields: [{ name: "AutonomousSystemNumber", filled: 0 }],
  });
  expect(verdicts.get("no data")).toMatchObject({ status: "no data", tables: [{ name: "AuditLogs", rows: 0 }] });
  expect(verdicts.get("no table")).toMatchObject({ status: "does not bind", parses: true, binds: false });
  expect(verdicts.get("no query")).toMatchObject({ status: "does not parse", parses: false });
  expect(verdicts.get("no query")?.reason).not.toBe("");
  expect(verdicts.size).toBe(Object.keys(queries).length + 1);
});

test("verdicts are kept: rules are found by them, and their pages say when and where", async () => {
  const { out } = await calypso("catalog", "search", "--verdict", "no data", "--state", state.place);
  const { rules: found } = JSON.parse(out);
  expect(found).toMatchObject([{ name: "no data", verdict: "no data" }]);
  const shown = JSON.parse((await calypso("catalog", "show", found[0].id, "--state", state.place)).out);
  expect(shown.verdict).toMatchObject({ workspace: "loaded data", document: { status: "no data" } });
});

test("without logs there is no verdict, and what is kept stays", async () => {
  const missing = join(folder, "nowhere");
  const verdict = (...where: string[]) => calypso("catalog", "verdict", "--state", state.place, ...where);
  expect(await verdict("--workspace", missing)).toMatchObject({
    ...{ status: 1, out: "", err: expect.stringContaining(`there is no folder ${missing}`) },
  });
  expect((await verdict("--workspace", rules)).err).toContain(`${rules} holds no logs`);
  expect(await verdict()).toMatchObject({
    status: 2,
    err: expect.stringContaining("there are no logs to try rules on"),
  });
  expect([missing, join(rules, "clickhouse")].filter(existsSync)).toEqual([]);
  const { out } = await calypso("catalog", "search", "--verdict", "no data", "--state", state.place);
  expect(JSON.parse(out).total).toBe(1);
});
