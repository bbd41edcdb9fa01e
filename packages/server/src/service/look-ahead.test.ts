import { readRules } from "@calypso/catalog";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ticksOf } from "../platform/clock.js";
import { runQuery } from "../search/run-query.js";
import type { Store } from "../store/store.js";
import { temporaryStore } from "../store/testing/temporary-store.js";
import { lookAhead } from "./look-ahead.js";

let store: Store;
let close: () => Promise<void>;

const window = { from: ticksOf(new Date("2026-05-01T10:00:00Z")), to: ticksOf(new Date("2026-05-01T11:00:00Z")) };

beforeAll(async () => {
  ({ store, close } = await temporaryStore());
  for (const name of ["SigninLogs", "AuditLogs", "SecurityEvent"]) await store.ensureTable(name, []);
  await store.command(
    "INSERT INTO SigninLogs (TimeGenerated, ResultType, UserPrincipalName, IPAddress) VALUES" +
      " ('2026-05-01 10:30:00', '0', 'ann@contoso.example', '192.0.2.1'), ('2026-05-01 09:30:00', '50126', 'bob@contoso.example', '192.0.2.2')",
  );
  await store.command(
    "INSERT INTO AuditLogs (TimeGenerated, OperationName, TargetResources) VALUES ('2026-05-01 10:30:00', 'Add user', '[{\"id\":1},{\"id\":2}]')",
  );
});
afterAll(() => close());

async function looked(queries: readonly string[]) {
  const upcoming = queries.map((text) => {
    const [rule] = readRules({ name: "rule.kql", text }).rules;
    if (rule === undefined) throw new Error(text);
    return { one: { id: rule.name, version: "1", delay: 0, rule, cutBy: "event" as const }, window };
  });
  const known = await lookAhead(store, upcoming, store.limits);
  return upcoming.map((each) => known.get(each)?.hasNoRow);
}

const succeeded = "SigninLogs | where ResultType == '0'";
const failed = "SigninLogs | where ResultType == '50126'";

describe("what is known to have no row has none", () => {
  test.each<[string, boolean | undefined]>([
    [succeeded, false],
    [failed, true],
    ["SecurityEvent", true],
    ["SecurityEvent | where EventID == 4625 | summarize count() by Account", true],
    ["SecurityEvent | summarize count()", false],
    ["SecurityEvent | summarize n = count() | where n > 5", false],
    [`${failed} | join kind=inner (${succeeded}) on UserPrincipalName`, true],
    [`${succeeded} | join kind=inner (${failed}) on UserPrincipalName`, true],
    [`${succeeded} | join kind=leftouter (${failed}) on UserPrincipalName`, false],
    [`${failed} | join kind=rightouter (${succeeded}) on UserPrincipalName`, false],
    [`${failed} | join kind=leftouter (${succeeded}) on UserPrincipalName`, true],
    [`${succeeded} | join kind=leftanti (${failed}) on UserPrincipalName`, false],
    [`${failed} | join kind=leftanti (${succeeded}) on UserPrincipalName`, true],
    [`${failed} | join kind=fullouter (${succeeded}) on UserPrincipalName`, false],
    [`${failed} | join kind=fullouter (SecurityEvent) on $left.UserPrincipalName == $right.Account`, true],
    [
      `SigninLogs | join kind=leftouter (AuditLogs | project Id, Done = OperationName) on $left.UserId == $right.Id | where isempty(Done)`,
      false,
    ],
    [
      `SigninLogs | join kind=leftouter (AuditLogs | project Id, Done = OperationName) on $left.UserId == $right.Id | where Done == 'Add user'`,
      false,
    ],
    [`union (${failed}), (SecurityEvent | project Account)`, true],
    [`union (${failed}), (${succeeded})`, false],
    ["SigninLogs | extend Code = ResultType | where Code in ('1', '2')", true],
    ["SigninLogs | extend Code = iff(ResultType == '0', 'x', 'y') | where Code == 'x'", false],
    ["SigninLogs | summarize n = count() by ResultType | where ResultType == '50126'", true],
    ["SigninLogs | summarize arg_max(TimeGenerated, *) by UserPrincipalName | where ResultType == '0'", false],
    ["AuditLogs | mv-expand TargetResources | where TargetResources.id == 2", false],
    [
      "AuditLogs | where OperationName has 'user' | mv-expand TargetResources | where OperationName == 'Delete user'",
      true,
    ],
    ["SigninLogs | sort by TimeGenerated asc | extend Before = prev(ResultType) | where Before == '50126'", false],
    ["SigninLogs | where TimeGenerated > datetime(2026-05-01 10:45)", true],
    ["SigninLogs | take 1 | where ResultType == '50126'", true],
    ["print 1", false],
    ["datatable(a:long)[1] | join kind=inner (SecurityEvent | extend a = 1) on a", true],
    [
      "let codes = SigninLogs | where ResultType == '50126' | project ResultType; SigninLogs | where ResultType !in (codes)",
      false,
    ],
    ["SigninLogs | make-series n = count() default=0 on TimeGenerated from ago(1h) to now() step 10m", false],
    ["SigninLogs | where (", undefined],
  ])("%s: %s", async (query, hasNoRow) => {
    expect(await looked([query])).toEqual([hasNoRow]);
    if (hasNoRow !== true) return;
    const { rows } = await runQuery(store, { text: query, now: window.to, timeScope: window });
    expect(await all(rows)).toEqual([]);
  });

  test("asked together as asked alone, under whatever names the columns go", async () => {
    const queries = [
      succeeded,
      failed,
      "AuditLogs | where OperationName == 'x'",
      "DeviceProcessEvents | where Timestamp > ago(1h)",
      "SecurityEvent",
    ];
    expect(await looked(queries)).toEqual([false, true, true, true, true]);
  });
});

test("windows that are cut by arrival ask for what arrived in them", async () => {
  const [rule] = readRules({ name: "rule.kql", text: succeeded }).rules;
  if (rule === undefined) throw new Error(succeeded);
  const one = { id: rule.name, version: "1", delay: 0, rule, cutBy: "arrival" as const };
  // The rows were stored while this runs, whatever time their events have.
  const today = { from: ticksOf(new Date(Date.now() - 3_600_000)), to: ticksOf(new Date(Date.now() + 3_600_000)) };
  const upcoming = [window, today].map((range) => ({ one, window: range }));
  const known = await lookAhead(store, upcoming, store.limits);
  expect(upcoming.map((each) => known.get(each)?.hasNoRow)).toEqual([true, false]);
});

async function all(rows: AsyncIterable<string>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const row of rows) found.push(row);
  return found;
}
