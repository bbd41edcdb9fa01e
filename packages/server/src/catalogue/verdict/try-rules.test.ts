import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
};

beforeAll(async () => {
  state = (await testPlaces["embedded"]?.()) ?? state;
  for (const path of [rules, logs]) mkdirSync(path);
  for (const [index, [name, query]] of Object.entries(queries).entries()) {
    const id = `11111111-0000-4000-8000-00000000001${index}`;
    writeFileSync(join(rules, `${index}.yaml`), ruleYaml({ id, name, query }));
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
