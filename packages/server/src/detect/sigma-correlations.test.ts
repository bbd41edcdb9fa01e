import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRunnableRules } from "@calypso/catalog";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ingestPaths } from "../ingest/ingest.js";
import { openWorkspace, type Workspace } from "../main.js";
import { shippedVocabulary } from "../platform/vocabulary.js";
import { errorOf, warningsOf } from "../search/query-error.js";
import { runQuery } from "../search/run-query.js";
import { temporaryFolder } from "../store/testing/temporary-store.js";

const folder = temporaryFolder();
let workspace: Workspace;

const logon = (minute: number, EventID: number, TargetUserName: string, IpAddress: string) => ({
  TimeGenerated: new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString(),
  ...{ EventID, TargetUserName, IpAddress, Computer: "dc.contoso.example" },
});
const events = [
  // Three failures within five minutes, over the border of two spans side by side; then a success.
  ...[8, 10, 12].map((minute) => logon(minute, 4625, "ann", "192.0.2.1")),
  logon(14, 4624, "ann", "192.0.2.1"),
  // As many, but too far apart; and a success before the failure.
  ...[20, 24, 28].map((minute) => logon(minute, 4625, "bob", "192.0.2.2")),
  logon(19, 4624, "bob", "192.0.2.2"),
  // One address that three users fail from.
  ...["c1", "c2", "c3", "c3"].map((name, index) => logon(40 + index, 4625, name, "198.51.100.7")),
  // One event, and then two at one time, of which the second may take the place of the first.
  ...[4776, 4776, 4740].map((id, index) => logon(index === 0 ? 60 : 62, id, "dee", "192.0.2.4")),
  // Without a user.
  ...[50, 51, 52].map((minute) => logon(minute, 4625, "", "")),
];

beforeAll(async () => {
  workspace = await openWorkspace();
  mkdirSync(folder.path, { recursive: true });
  const path = join(folder.path, "SecurityEvent.ndjson");
  writeFileSync(path, events.map((row) => JSON.stringify(row)).join("\n"));
  for await (const result of ingestPaths(workspace.store, [path], { table: "SecurityEvent", now: () => new Date(0) })) {
    expect(result).toMatchObject({ rejected: 0 });
  }
});
afterAll(async () => {
  await workspace.close();
  folder.remove();
});

const rule = (name: string, id: number) => `title: ${name}
name: ${name}
logsource: { product: windows, service: security }
detection:
  s: { EventID: ${id} }
  condition: s
`;
const correlation = (lines: readonly string[]) =>
  `title: Together\nid: c-1\nlevel: high\ncorrelation:\n${lines.map((line) => `  ${line}`).join("\n")}\n`;
const read = (text: string, others: Readonly<Record<string, string>> = {}) =>
  readRunnableRules(
    { name: "rules.yml", text },
    { vocabulary: shippedVocabulary, beside: { paths: Object.keys(others), text: (path) => others[path] } },
  );

async function groupsOf(text: string, columns: string): Promise<readonly unknown[]> {
  const { rules, problems } = read(text);
  const [only] = rules;
  if (only === undefined || only.obstacle !== undefined) throw new Error(problems.map(({ message }) => message).join());
  const query = `${only.query.text}\n| project ${columns} | sort by ${columns.split(",")[0]} asc`;
  const { compilation, rows } = await runQuery(workspace.store, { text: query, now: 0n });
  expect([errorOf(compilation), warningsOf(compilation)]).toEqual([undefined, []]);
  const found: unknown[] = [];
  for await (const row of rows) found.push(JSON.parse(row));
  return found;
}

const failed = rule("failed", 4625);
const succeeded = rule("succeeded", 4624);
const both = `${failed}---\n${succeeded}---\n`;

describe("a correlation", () => {
  test("of a number of events holds in any span of the length, and not for events without a group", async () => {
    const lines = [
      "type: event_count",
      "rules: [failed]",
      "group-by: [TargetUserName]",
      "timespan: 5m",
      "condition: { gte: 3 }",
    ];
    const text = `${failed}---\n${correlation(lines)}`;
    expect(await groupsOf(text, "TargetUserName, bin(FirstEvent, 1m), bin(LastEvent, 1m)")).toEqual([
      ["ann", "2026-03-01T00:08:00.0000000Z", "2026-03-01T00:12:00.0000000Z"],
    ]);
    const [only] = read(text).rules;
    expect(only).toMatchObject({ queryPeriod: 20 * 60_000, severity: "High" });
  });

  test("with an upper bound counts spans side by side", async () => {
    const lines = [
      "type: event_count",
      "rules: [failed]",
      "group-by: [TargetUserName]",
      "timespan: 1h",
      "condition: { gt: 1, lt: 3 }",
    ];
    expect(await groupsOf(`${failed}---\n${correlation(lines)}`, "TargetUserName, Count")).toEqual([["c3", 2]]);
  });

  test("of different values counts each once", async () => {
    const lines = [
      "type: value_count",
      "rules: [failed]",
      "group-by: [IpAddress]",
      "timespan: 5m",
      "condition: { field: TargetUserName, gte: 3 }",
    ];
    expect(await groupsOf(`${failed}---\n${correlation(lines)}`, "IpAddress, Count")).toEqual([["198.51.100.7", 3]]);
  });

  test("in time wants an event of each rule, in whatever order", async () => {
    const lines = ["type: temporal", "rules: [failed, succeeded]", "group-by: [TargetUserName]", "timespan: 5m"];
    expect(await groupsOf(both + correlation(lines), "TargetUserName")).toEqual([["ann"], ["bob"]]);
  });

  test("in order wants the events one after the other, by what aliases call their fields", async () => {
    const lines = [
      ...["type: temporal_ordered", "rules: [failed, succeeded]", "group-by: [who]", "timespan: 5m"],
      "aliases: { who: { failed: TargetUserName, succeeded: TargetUserName } }",
    ];
    expect(await groupsOf(both + correlation(lines), "who, bin(FirstEvent, 1m)")).toEqual([
      ["ann", "2026-03-01T00:12:00.0000000Z"],
    ]);
  });

  test("in order takes the earlier event where two stand at one time", async () => {
    const lines = ["type: temporal_ordered", "rules: [one, two]", "group-by: [TargetUserName]", "timespan: 5m"];
    const text = `${rule("one", 4776)}---\n${rule("two", 4740)}---\n${correlation(lines)}`;
    expect(await groupsOf(text, "TargetUserName, bin(FirstEvent, 1m)")).toEqual([
      ["dee", "2026-03-01T01:00:00.0000000Z"],
    ]);
  });

  test("keeps groups apart whatever an alias is called", async () => {
    const lines = [
      ...["type: event_count", "rules: [failed]", "group-by: [Group1]", "timespan: 5m", "condition: { gte: 3 }"],
      "aliases: { Group1: { failed: TargetUserName } }",
    ];
    expect(await groupsOf(`${failed}---\n${correlation(lines)}`, "Group1_2")).toEqual([["ann"]]);
  });

  test("with a condition that its type does not have is refused", () => {
    const messages = (type: string, condition: string) =>
      read(
        both + correlation([`type: ${type}`, "rules: [failed, succeeded]", "timespan: 5m", `condition: ${condition}`]),
      )
        .problems.map(({ message, line }) => `${line} ${message}`)
        .join();
    expect(messages("temporal", "{ eq: 1 }")).toMatch(/^\d+ `temporal` wants all of its rules, or so many/);
    expect(messages("temporal_ordered", "{ gte: 1 }")).toMatch(/^\d+ `temporal_ordered` wants all of its rules, and/);
    expect(messages("value_percentile", "{ field: EventID, percentile: x, gt: 1 }")).toMatch(/from 0 to 100$/);
  });

  test("without groups takes all events together", async () => {
    const lines = ["type: event_count", "rules: [succeeded]", "timespan: 5m", "condition: { gte: 2 }"];
    expect(await groupsOf(`${succeeded}---\n${correlation(lines)}`, "LastEvent")).toEqual([
      ["2026-03-01T00:19:00.0000000Z"],
    ]);
  });

  test("finds its rules in other files, and keeps them from raising alerts of their own", () => {
    const lines = [
      "type: event_count",
      "rules: [failed]",
      "group-by: [TargetUserName]",
      "timespan: 5m",
      "condition: { gte: 3 }",
    ];
    const others = { "failed.yml": failed, "together.yml": correlation(lines) };
    expect(read(others["together.yml"], others).rules).toMatchObject([{ name: "Together", entityMappings: [] }]);
    expect(read(failed, others).rules).toEqual([]);
    const generating = { ...others, "together.yml": correlation([...lines, "generate: true"]) };
    expect(read(failed, generating).rules).toMatchObject([{ name: "failed" }]);
  });

  test("of what is not there is refused by name", () => {
    const lines = ["type: event_count", "rules: [nobody]", "timespan: 5m", "condition: { gte: 3 }"];
    expect(read(correlation(lines)).problems).toMatchObject([{ message: "no rule here is called `nobody`", line: 4 }]);
    const unknown = [
      "type: event_count",
      "rules: [failed]",
      "group-by: [Shoe]",
      "timespan: 5m",
      "condition: { gte: 3 }",
    ];
    expect(read(`${failed}---\n${correlation(unknown)}`).problems.map(({ message }) => message)).toEqual([
      "rule `failed`: no column is known to hold `Shoe` as one value",
    ]);
    const wrong = correlation(["type: sometimes", "rules: [failed]", "timespan: 5m"]);
    expect(read(wrong).problems[0]).toMatchObject({ code: "bad-value", line: 5 });
  });
});

describe("documents of one file", () => {
  test("a filter keeps events out of the rules that it names", async () => {
    const filter =
      "title: Not ann\nlogsource: { product: windows }\nfilter:\n  rules: [succeeded]\n  s: { TargetUserName: ann }\n  condition: not s\n";
    expect(await groupsOf(`${succeeded}---\n${filter}`, "TargetUserName")).toEqual([["bob"]]);
    expect(await groupsOf(`${failed}---\n${filter}`, "TargetUserName")).toHaveLength(13);
  });

  test("a filter of another file that cannot be read leaves nothing to run", () => {
    const filter =
      "logsource: { product: windows }\nfilter:\n  rules: [succeeded]\n  s: { TargetUserName: ann }\n  condition: not t\n";
    const { rules, problems } = read(succeeded, { "filter.yml": filter });
    expect(rules.map(({ obstacle }) => obstacle)).toEqual(problems);
    expect(problems).toMatchObject([{ message: "a filter of the rule, in another file, cannot be read", line: 4 }]);
  });

  test("a global document is laid under those that follow, and a repeated one over the one before", () => {
    const text = [
      "action: global\ntitle: All\nlevel: low\nlogsource: { product: windows, service: security }\n",
      "detection:\n  s: { EventID: 1 }\n  condition: s\n",
      "action: repeat\nlevel: high\ndetection:\n  s: { EventID: 2 }\n",
      "action: reset\n",
      "title: Alone\nlogsource: { product: linux }\ndetection:\n  s: [word]\n  condition: s\n",
    ].join("---\n");
    expect(read(text).rules.map(({ name, severity, query }) => [name, severity, query.text.split("\n")[1]])).toEqual([
      ["All", "Low", "| where EventID == 1"],
      ["All", "High", "| where EventID == 2"],
      ["Alone", "Medium", '| where SyslogMessage contains "word"'],
    ]);
  });

  test("a condition that comes to too much is refused", () => {
    const names = Array.from({ length: 3000 }, (_, index) => `  s${index}: { EventID: 1 }`).join("\n");
    const of = (condition: string) =>
      `title: Many\nlogsource: { product: windows, service: security }\ndetection:\n${names}\n  condition: ${condition}\n`;
    for (const condition of [
      Array(5000).fill("1 of them").join(" or "),
      `[${Array(5000).fill("all of s*").join(", ")}]`,
    ]) {
      expect(read(of(condition)).problems[0]).toMatchObject({
        code: "bad-condition",
        message: "the condition comes to more than 200000 tests",
      });
    }
  });

  test("a long list of values is one test, for elements of lists too", () => {
    const values = Array.from({ length: 15_000 }, (_, index) => `v${index}`);
    const text = `title: Many\nlogsource: { product: azure, service: auditlogs }\ndetection:\n  s: { TargetResources.displayName: [${values.join(", ")}] }\n  condition: s\n`;
    expect(read(text).rules[0]?.query.text).toMatch(/in~ \("v0", .*"v14999"\)/);
  });

  test("a bomb, a deep nest and what is no YAML are told, and nothing is thrown", () => {
    const bomb = [
      "a: &a [x, x, x, x, x, x, x, x, x, x]",
      ..."bcdefg".split("").map((name, index) => {
        const before = "abcdef"[index];
        return `${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`;
      }),
    ].join("\n");
    for (const text of [
      `${bomb}\ndetection: *g\nlogsource: x`,
      `logsource: ${"[".repeat(50_000)}`,
      "logsource: {",
      `logsource:\n${"- ".repeat(20_000)}`,
    ]) {
      const { rules, problems } = read(text);
      expect(rules).toEqual([]);
      expect(problems[0]).toMatchObject({ code: "yaml-syntax", severity: "error" });
    }
  });
});
