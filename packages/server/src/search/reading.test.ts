import { compile } from "@calypso/kql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../store/store.js";
import { linesOfSelect, temporaryStore } from "../store/testing/temporary-store.js";
import { runQuery } from "./run-query.js";

let store: Store;
let close: () => Promise<void>;

/** Ten million ticks are a second; the moment stands for the queries' `now()`. */
const now = BigInt(Date.UTC(2026, 2, 1)) * 10_000n;
const rowsOfMonth = 100_000;

/** The granules of 8,192 rows in which the last 6,400 rows of a month lie, and the small one at its end. */
const lastGranules = 3;

/** Two months of events as the store keeps them: a part for each month, thirteen granules in each. */
beforeAll(async () => {
  ({ store, close } = await temporaryStore());
  for (const name of ["SecurityEvent", "Syslog"]) await store.ensureTable(name, []);
  for (const month of ["01", "02"]) {
    const time = `addSeconds(toDateTime64('2026-${month}-01 00:00:00', 7, 'UTC'), number * 24)`;
    const rare = "number = 40000";
    await store.command(
      `INSERT INTO SecurityEvent (TimeGenerated, EventID, Account, CommandLine, EventData) SELECT ${time}, number % 100, concat('user', toString(number % 50)),` +
        ` if(${rare}, 'cmd.exe /c mimikatz.exe –Dump“all”', concat('svchost.exe -k ', hex(cityHash64(number)))), '{"a":{"b":1}}' FROM numbers(${rowsOfMonth})`,
    );
    await store.command(
      `INSERT INTO Syslog (TimeGenerated, Computer, SyslogMessage) SELECT ${time}, 'host',` +
        ` if(${rare}, 'sudo mimikatz.exe dump', concat('session ', hex(cityHash64(number)))) FROM numbers(${rowsOfMonth})`,
    );
  }
});
afterAll(() => close());

interface PlanNode {
  readonly "Node Type": string;
  readonly Description?: string;
  readonly Header?: readonly { readonly Name: string }[];
  readonly Indexes?: readonly Index[];
  readonly Plans?: readonly PlanNode[];
}

interface Index {
  readonly Type: string;
  readonly Name?: string;
  readonly "Initial Parts": number;
  readonly "Selected Parts": number;
  readonly "Initial Granules": number;
  readonly "Selected Granules": number;
}

/** What a query reads of the stored tables, as the engine plans it. */
async function readsOf(text: string) {
  const { sql, diagnostics } = compile({ text, schema: store.schema(), now });
  if (sql === undefined) throw new Error(diagnostics[0]?.message);
  const lines = await linesOfSelect(store, `EXPLAIN json = 1, indexes = 1, header = 1 ${sql}`);
  const [{ Plan: plan }]: readonly [{ readonly Plan: PlanNode }] = JSON.parse(lines.join("\n"));
  return nodesOf(plan)
    .filter((node) => node["Node Type"] === "ReadFromMergeTree")
    .map((node) => {
      const indexes = node.Indexes ?? [];
      return {
        table: (node.Description ?? "").replace(/^.*\./, ""),
        columns: (node.Header ?? []).map(({ Name }) => Name.replace(/^.*\./, "")).sort(),
        parts: indexes.at(-1)?.["Selected Parts"],
        granules: indexes.at(-1)?.["Selected Granules"],
        skipped: indexes.filter(({ Type }) => Type === "Skip").map(({ Name }) => Name),
      };
    });
}

function nodesOf(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

const ofIndex = (name: string) => ({ skipped: expect.arrayContaining([name]), granules: 2 });

describe("the text index of a column is used by", () => {
  test.each([
    ["has", 'SecurityEvent | where CommandLine has "mimikatz"'],
    ["has, several terms in order", 'SecurityEvent | where CommandLine has "mimikatz.exe"'],
    ["has, words", 'SecurityEvent | where CommandLine has "c mimikatz"'],
    ["has_cs", 'SecurityEvent | where CommandLine has_cs "mimikatz"'],
    ["has_any", 'SecurityEvent | where CommandLine has_any ("mimikatz", "lazagne", "mimikatz.exe")'],
    [
      "has_any of a let",
      'let Tools = dynamic(["mimikatz", "lazagne"]); SecurityEvent | where CommandLine has_any (Tools)',
    ],
    ["has_all", 'SecurityEvent | where CommandLine has_all ("mimikatz", "cmd")'],
    ["contains", 'SecurityEvent | where CommandLine contains "mimika"'],
    ["contains_cs", 'SecurityEvent | where CommandLine contains_cs "mimika"'],
    ["==", 'SecurityEvent | where CommandLine == "cmd.exe /c mimikatz.exe"'],
    ["=~", 'SecurityEvent | where CommandLine =~ "CMD.exe /c mimikatz.exe"'],
    ["in", 'SecurityEvent | where CommandLine in ("cmd.exe /c mimikatz.exe", "lazagne")'],
    ["in~", 'SecurityEvent | where CommandLine in~ ("CMD.exe /c mimikatz.exe", "lazagne")'],
    ["in of a let", 'let Lines = dynamic(["cmd.exe /c mimikatz.exe"]); SecurityEvent | where CommandLine in (Lines)'],
    ["a renamed column", 'SecurityEvent | project Line = CommandLine | where Line contains "mimika"'],
    ["an alternative", 'SecurityEvent | where CommandLine has "mimikatz" or CommandLine contains "lazagne"'],
    ["a let", 'let T = SecurityEvent | extend n = 1; T | where CommandLine == "cmd.exe /c mimikatz.exe"'],
    ["a function", 'let F = (what: string) { SecurityEvent | where CommandLine has what }; F("mimikatz")'],
    [
      "the key of groups",
      'SecurityEvent | summarize count() by CommandLine | where CommandLine == "cmd.exe /c mimikatz.exe"',
    ],
  ])("%s", async (_name, text) => {
    expect(await readsOf(text)).toMatchObject([ofIndex("ix_CommandLine")]);
  });

  test("a union, in each of its tables", async () => {
    const read = await readsOf(
      'union (SecurityEvent | project TimeGenerated, Line = CommandLine), (Syslog | project TimeGenerated, Line = SyslogMessage) | where Line contains "mimika" and Line !contains "lazagne"',
    );
    expect(read).toMatchObject([ofIndex("ix_CommandLine"), ofIndex("ix_SyslogMessage")]);
  });

  test("the left side of a join", async () => {
    const read = await readsOf(
      'SecurityEvent | join kind=inner (Syslog | project Computer) on Computer | where CommandLine == "cmd.exe /c mimikatz.exe"',
    );
    expect(read).toContainEqual(expect.objectContaining(ofIndex("ix_CommandLine")));
  });
});

describe("a range of time reads only the parts and granules that it touches", () => {
  test.each([
    ["a where", "SecurityEvent | where TimeGenerated > datetime(2026-02-27) | count"],
    ["ago", "SecurityEvent | where TimeGenerated >= ago(2d) | count"],
    ["between", "SecurityEvent | where TimeGenerated between (datetime(2026-02-27) .. 12h) | count"],
    ["extend and project", "SecurityEvent | extend t = TimeGenerated | project t, EventID | where t > ago(2d) | count"],
    ["let", "let T = SecurityEvent | where EventID == 7; let from = ago(2d); T | where TimeGenerated > from | count"],
    [
      "a let used twice",
      "let T = SecurityEvent | where TimeGenerated > ago(2d) | summarize n = count() by Account; T | where n > toscalar(T | summarize avg(n))",
    ],
    ["a function", "let F = (since: timespan) { SecurityEvent | where TimeGenerated > ago(since) }; F(2d) | count"],
    [
      "a scalar query",
      "let Last = toscalar(print datetime(2026-02-27)); SecurityEvent | where TimeGenerated > Last | count",
    ],
    [
      "materialize",
      "let T = materialize(SecurityEvent | where TimeGenerated > ago(2d)); T | summarize count() by Account",
    ],
    [
      "a window",
      "SecurityEvent | where TimeGenerated > ago(2d) | sort by TimeGenerated asc | extend p = prev(EventID) | where p == 7",
    ],
    [
      "a second operator",
      "SecurityEvent | extend e = tostring(EventData.a.b), f = strcat(Account, CommandLine) | where f != e and TimeGenerated > ago(2d) | count",
    ],
  ])("%s", async (_name, text) => {
    const read = await readsOf(text);
    expect(read).toHaveLength(1);
    expect(read[0]?.parts).toBe(1);
    expect(read[0]?.granules).toBeLessThanOrEqual(lastGranules);
  });

  test("of a union, in each table", async () => {
    const read = await readsOf(
      "union SecurityEvent, Syslog | where TimeGenerated > ago(2d) | summarize count() by Type",
    );
    expect(read).toMatchObject([{ parts: 1 }, { parts: 1 }]);
    for (const { granules } of read) expect(granules).toBeLessThanOrEqual(lastGranules);
  });
});

describe("columns that a query does not need are not read", () => {
  test.each([
    [
      "summarize",
      "SecurityEvent | where EventID == 1 | extend x = EventData.a | summarize dcount(Account)",
      ["Account", "EventID"],
    ],
    [
      "project away",
      "SecurityEvent | project-away CommandLine | summarize max(TimeGenerated) by Account",
      ["Account", "TimeGenerated"],
    ],
    [
      "a join",
      "SecurityEvent | where EventID == 1 | join kind=leftsemi (SecurityEvent | where EventID == 2) on Account | summarize count() by Account",
      ["Account", "EventID"],
    ],
    [
      "a union",
      "union SecurityEvent, (SecurityEvent | where EventID == 3) | summarize count() by Account",
      ["Account", "EventID"],
    ],
    ["mv-expand", "SecurityEvent | mv-expand e = EventData.a | summarize count() by tostring(e)", ["EventData"]],
    [
      "a window",
      "SecurityEvent | sort by TimeGenerated asc | extend p = prev(Account) | where p == Account | count",
      ["Account", "TimeGenerated"],
    ],
  ])("%s", async (_name, text, columns) => {
    const reads = await readsOf(text);
    expect(reads).not.toEqual([]);
    // A column that only a condition reads is not always among those that are handed on.
    for (const read of reads) expect(columns).toEqual(expect.arrayContaining(read.columns));
  });
});

test("a property that has a column of its own is read from it, and any other out of the JSON", async () => {
  await store.ensureTable("SigninLogs", []);
  await store.command(
    `INSERT INTO SigninLogs (TimeGenerated, Status) SELECT now64(7, 'UTC'), '{"errorCode":5,"other":{"a":1.0}}'`,
  );
  const columnsOf = async (text: string) => (await readsOf(text)).map(({ columns }) => columns);
  const summary = (path: string) => `SigninLogs | summarize max(toint(${path})) by tostring(${path})`;
  expect(await columnsOf(summary("Status.errorCode"))).toEqual([["Status/errorCode"]]);
  expect(await columnsOf(summary('todynamic(Status)["errorCode"]'))).toEqual([["Status/errorCode"]]);
  expect(await columnsOf("SigninLogs | extend s = Status | where s.errorCode == 5 | project s.other.a")).toEqual([
    expect.arrayContaining(["Status"]),
  ]);
});

test("an index changes no answer", async () => {
  const counts = [
    ['SyslogMessage == "sudo mimikatz.exe dump"', 2],
    ['SyslogMessage == "sudo mimikatz.exe Dump"', 0],
    ['SyslogMessage =~ "SUDO mimikatz.exe Dump"', 2],
    ['SyslogMessage == "sudo mimikatz.exe"', 0],
    ['SyslogMessage != "sudo mimikatz.exe dump"', 2 * rowsOfMonth - 2],
    ['SyslogMessage in ("sudo mimikatz.exe dump", "!", "sudo")', 2],
    ['SyslogMessage in ("sudo mimikatz.exe dump", "sudo")', 2],
    ['SyslogMessage !in ("sudo mimikatz.exe dump", "sudo")', 2 * rowsOfMonth - 2],
    ['SyslogMessage in~ ("SUDO mimikatz.exe dump", "sudo")', 2],
    ['SyslogMessage has "exe dump"', 2],
    ['SyslogMessage has "exe dum"', 0],
    ['SyslogMessage has_cs "exe Dump"', 0],
    ['SyslogMessage == ""', 0],
  ] as const;
  for (const [condition, count] of counts) {
    const { rows } = await runQuery(store, { text: `Syslog | where ${condition} | count`, now });
    for await (const row of rows) expect([condition, JSON.parse(row)]).toEqual([condition, [count]]);
  }
});

test("a let used twice is computed once where it costs, and read twice where it is only a filter", async () => {
  const costly =
    "let T = SecurityEvent | summarize n = count() by Account; T | join kind=inner (T | where n > 5) on Account";
  expect(await readsOf(costly)).toHaveLength(1);
  const cheap =
    "let T = SecurityEvent | where EventID == 7; union (T | where Account == 'user7'), (T | where Account == 'user57')";
  expect(await readsOf(cheap)).toHaveLength(2);
});
