import { type Rule, readRules } from "@calypso/catalog";
import { afterEach, beforeEach, expect, test } from "vitest";
import { queryPorts } from "../search/run-query.js";
import { type TestBench, testBench } from "../service/testing/bench.js";
import { quoteName } from "../store/quoting.js";
import { type FeedState, lookAtFeeds } from "./look.js";
import { watchedTables } from "./watched.js";

let bench: TestBench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

const hour = 3_600_000;
/** A Monday. */
const begin = new Date("2026-05-04T00:00:00Z").getTime();
const at = (day: number, hours = 0) => new Date(begin + (24 * day + hours) * hour);

/** Rows of each hour from the first day up to a time. */
async function flow(
  table: string,
  until: Date,
  rowsOf: (time: Date, hourNumber: number) => readonly object[],
  from = at(0),
): Promise<void> {
  const rows: object[] = [];
  for (let time = from.getTime(), n = 0; time < until.getTime(); time += hour, n += 1) {
    const own = rowsOf(new Date(time), n);
    rows.push(
      ...own.map((row, index) => ({
        TimeGenerated: new Date(time + (index + 1) * 60_000).toISOString(),
        _TimeReceived: new Date(time + (index + 3) * 60_000).toISOString(),
        ...row,
      })),
    );
  }
  await bench.load(table, rows);
}

function rule(query: string, name = "Watcher", keys = ""): Rule {
  const text = `id: ${name}\nname: ${name}\nkind: Scheduled\nseverity: Low\nqueryFrequency: 1h\nqueryPeriod: 1h\n${keys}query: |\n  ${query}\n`;
  const [found] = readRules({ name: `${name}.yaml`, text }).rules;
  if (found === undefined) throw new Error(text);
  return found;
}

async function look(now: Date, ...rules: readonly Rule[]): Promise<readonly FeedState[]> {
  const ports = queryPorts(bench.workspace.store);
  const states: FeedState[] = [];
  for await (const state of lookAtFeeds(ports, await watchedTables(ports, rules), now)) {
    if (state.problem !== undefined) throw new Error(state.problem);
    states.push(state);
  }
  return states;
}

/** The messages of all drifts at each of some times, in hours after the beginning of a day. */
async function driftsAt(day: number, hours: readonly number[], ...rules: readonly Rule[]) {
  const found: Record<number, readonly string[]> = {};
  for (const one of hours) {
    const states = await look(at(day, one), ...rules);
    found[one] = states.flatMap(({ drifts }) => drifts.map(({ message }) => message));
  }
  return found;
}

const signIns = rule("SigninLogs | where ResultType != 0 | project UserPrincipalName, IPAddress", "Sign-ins");
const steady = () => [{ ResultType: "0", UserPrincipalName: "alice@contoso.example" }, { ResultType: "50126" }];
const office = (time: Date) =>
  time.getUTCDay() % 6 !== 0 && time.getUTCHours() >= 7 && time.getUTCHours() < 19 ? steady() : [];

test("a feed that stops at night is told before the morning, and is over when it returns", async () => {
  await flow("SigninLogs", at(24, 2), steady);
  const stopped = "SigninLogs has stopped: its last event is of 2026-05-28T01:02Z";
  expect(await driftsAt(24, [1.5, 3.5, 7.5, 20], signIns)).toEqual({ 1.5: [], 3.5: [], 7.5: [stopped], 20: [stopped] });
  expect((await look(at(24, 8), signIns))[0]?.drifts).toMatchObject([
    { kind: "stopped", table: "SigninLogs", since: at(24, 1 + 2 / 60), rules: [{ id: "sign-ins", name: "Sign-ins" }] },
  ]);
  await flow("SigninLogs", at(24, 10), steady, at(24, 9));
  expect(await driftsAt(24, [9.5, 10, 14.9], signIns)).toMatchObject({ 9.5: [], 10: [] });
});

test("a feed of working hours is silent at night and over weekends, and is told when it stops at noon", async () => {
  await flow("SigninLogs", at(23, 12), office);
  // Evenings, nights, a Saturday, a Sunday, and the Monday after it.
  for (const day of [15, 16, 18, 19, 20, 21]) {
    expect(await driftsAt(day, [0, 3, 6.9, 8.2, 11, 18.9, 21, 23.9], signIns), String(day)).toEqual(
      Object.fromEntries([0, 3, 6.9, 8.2, 11, 18.9, 21, 23.9].map((one) => [one, []])),
    );
  }
  const told = await driftsAt(23, [11.9, 12.5, 14, 18], signIns);
  expect(told).toEqual({
    11.9: [],
    12.5: [],
    14: [],
    18: ["SigninLogs has stopped: its last event is of 2026-05-27T11:02Z"],
  });
});

test("a week of past is needed, and a table without data has none", async () => {
  await flow("SigninLogs", at(4, 12), steady);
  expect(await driftsAt(5, [0, 12], signIns)).toEqual({ 0: [], 12: [] });
  expect(await look(at(5), rule("AuditLogs | where OperationName == 'x'"))).toMatchObject([
    { table: "AuditLogs", status: "no data", drifts: [] },
  ]);
});

test("a table that is always sporadic raises nothing", async () => {
  // Bursts at distances that never repeat: a few hours to three days.
  let next = 0;
  let step = 7;
  await flow("AuditLogs", at(28), (_, n) => {
    if (n < next) return [];
    step = (step * 31 + 11) % 67;
    next = n + 3 + step;
    return Array.from({ length: 40 }, () => ({ OperationName: "Add user" }));
  });
  const watcher = rule("AuditLogs | where OperationName == 'x'");
  for (let day = 8; day < 28; day += 1) {
    expect(await driftsAt(day, [0, 8, 16], watcher), String(day)).toEqual({ 0: [], 8: [], 16: [] });
  }
});

test("a daily export that does not come is told on the day", async () => {
  await flow("AuditLogs", at(14), (time) => (time.getUTCHours() === 3 ? [{ OperationName: "Export" }] : []));
  const watcher = rule("AuditLogs | where OperationName == 'x'");
  expect(await driftsAt(14, [2, 6, 20], watcher)).toEqual({
    2: [],
    6: [],
    20: ["AuditLogs has stopped: its last event is of 2026-05-17T03:01Z"],
  });
});

test("a field that empties is told with the rules that it blinds, and one that never was filled is not", async () => {
  await flow("SigninLogs", at(24, 12), (time) => [
    ...(time < at(24) ? [{ ResultType: "0", UserPrincipalName: "alice@contoso.example" }] : []),
    { ResultType: "50126" },
  ]);
  const other = rule("SigninLogs | where ResultType == '50126' | summarize count() by ResultType", "Codes");
  const [state] = await look(at(24, 10), signIns, other);
  expect(state?.drifts).toEqual([
    {
      kind: "emptied",
      table: "SigninLogs",
      field: "UserPrincipalName",
      since: at(24),
      message: "UserPrincipalName of SigninLogs is empty since 2026-05-28T00:00Z",
      rules: [{ id: "sign-ins", name: "Sign-ins" }],
    },
  ]);
  expect(state?.fields.map(({ name }) => name)).toEqual(["IPAddress", "ResultType", "UserPrincipalName"]);
});

test("numbers that come as words are told as a change of type", async () => {
  await flow("Devices_CL", at(12, 12), (time, n) =>
    Array.from({ length: 20 }, (_, index) => ({
      Level: time < at(12) ? String(n + index) : "high",
      Info: time < at(12, 2) ? JSON.stringify({ n }) : "plain words",
    })),
  );
  const watcher = rule("Devices_CL | where Level == '5' and Info has 'x'");
  expect(await driftsAt(12, [0.5, 1.5, 12], watcher)).toEqual({
    0.5: [],
    1.5: [],
    12: [
      "Info of Devices_CL holds text since 2026-05-16T02:00Z, and held JSON before",
      "Level of Devices_CL holds text since 2026-05-16T00:00Z, and held numbers before",
    ],
  });
});

test("values that go on in a column with another end are told as a change of type", async () => {
  await flow("Devices_CL", at(20, 12), (time, n) => [time < at(20) ? { Level_d: n } : { Level_s: "high" }]);
  const watcher = rule("Devices_CL | where Level_d > 5");
  expect(await driftsAt(20, [2, 12], watcher)).toEqual({
    2: [],
    12: [
      "Level_d of Devices_CL is empty since 2026-05-24T00:00Z: its values are in Level_s now, which has another type",
    ],
  });
});

test("volume, lag, fill rates and value sets are measured", async () => {
  await flow("SigninLogs", at(10), (time, n) =>
    n % 2 === 0
      ? [{ ResultType: "0" }]
      : [{ ResultType: time < at(9) ? "50126" : "50053", UserPrincipalName: "alice@contoso.example" }],
  );
  expect(await look(at(10), signIns)).toMatchObject([
    {
      table: "SigninLogs",
      status: "flowing",
      last: at(9, 23 + 1 / 60),
      volume: { recent: expect.closeTo(1, 1), usual: expect.closeTo(1, 1) },
      lag: 120,
      fields: [
        { name: "IPAddress", fillRate: { recent: 0, usual: 0 }, distinct: 0 },
        { name: "ResultType", distinct: 2, newValues: ["50053"], vanishedValues: ["50126"] },
        { name: "UserPrincipalName", fillRate: { recent: expect.closeTo(0.5, 1), usual: expect.closeTo(0.5, 1) } },
      ],
    },
  ]);
});

test("names of columns that logs have made up are names and nothing else", async () => {
  const hostile = `a'] | take 0 //"\\`;
  const { store } = bench.workspace;
  await store.ensureTable("Odd_CL", [
    { name: "TimeGenerated", type: "datetime" },
    { name: hostile, type: "string" },
  ]);
  await store.command(
    `INSERT INTO Odd_CL (TimeGenerated, ${quoteName(hostile)}) VALUES ('${at(9).toISOString().slice(0, 19)}', 'x')`,
  );
  const watcher = rule(`Odd_CL | where [${JSON.stringify(hostile)}] == 'x'`);
  expect(await look(at(9, 1), watcher)).toMatchObject([
    { status: "flowing", fields: [{ name: hostile, fillRate: { recent: 1 } }] },
  ]);
});

test("what rules read is what their conditions and alerts need, through joins, functions and unions", async () => {
  const reading = async (query: string, keys = "") => {
    const [only] = [rule(query, "One", keys)];
    const tables = await watchedTables(queryPorts(bench.workspace.store), only === undefined ? [] : [only]);
    return tables.map(({ name, fields }) => `${name}: ${fields.map((field) => field.name).join(" ")}`);
  };
  const mapping = "customDetails: {Who: User}\n";
  expect(await reading("SigninLogs | extend User = tolower(UserPrincipalName), Idle = AppId", mapping)).toEqual([
    "SigninLogs: AppId UserPrincipalName",
  ]);
  expect(await reading("SigninLogs | where ResultType == 0")).toEqual(["SigninLogs: ResultType"]);
  expect(
    await reading(
      "SigninLogs | where ResultType == 0 | join kind=inner (AuditLogs | project Identity) on $left.Id == $right.Identity | summarize Unused = max(IPAddress), n = count() by AppId | where n > 3 | project AppId",
    ),
  ).toEqual(["AuditLogs: Identity", "SigninLogs: AppId Id ResultType"]);
  expect(
    await reading("SigninLogs | where UserId in ((AuditLogs | where Result == 'x' | project LoggedByService))"),
  ).toEqual(["AuditLogs: LoggedByService Result", "SigninLogs: UserId"]);
  expect(await reading("union SigninLogs, (AuditLogs | project Id) | where Id == 'x' | top 3 by Category")).toEqual([
    "AuditLogs: Id",
    "SigninLogs: Category Id",
  ]);
});
