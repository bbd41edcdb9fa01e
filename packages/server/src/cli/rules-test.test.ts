import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { calypso } from "./testing/calypso.js";

const root = mkdtempSync(join(tmpdir(), "calypso-rule-tests-"));
let count = 0;
let folder = "";
const path = (name: string) => join(folder, name);
const write = (name: string, text: string) => writeFileSync(path(name), text);

beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const rule = `id: r-1
name: Failed
severity: Low
tactics: [CredentialAccess]
queryFrequency: 1h
queryPeriod: 2h
triggerOperator: gt
triggerThreshold: 1
query: |
  SigninLogs
  | where ResultType == "50126" and IPAddress !in ((_GetWatchlist("Known") | project SearchKey))
  | where ingestion_time() > ago(2h)
  | summarize Failures = count(), TimeGenerated = max(TimeGenerated) by UserPrincipalName, IPAddress
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
customDetails:
  Failures: Failures
alertDetailsOverride:
  alertDisplayNameFormat: "{{UserPrincipalName}} failed"
eventGroupingSettings:
  aggregationKind: AlertPerResult
`;

const head = `defaults:
  SigninLogs: {ResultType: "50126", IPAddress: 192.0.2.1}
watchlists:
  Known: [{Address: 192.0.2.99, Why: office}]
scenarios:
`;

/** What is printed, without folders and times. */
async function run(...options: string[]) {
  const { out, err, status } = await calypso("rules", "test", ...options);
  const plain = (text: string) => text.replaceAll(folder, "F").replace(/\d+\.\d+ s\)/g, "T s)");
  return { out: plain(out), err: plain(err), status };
}

test("scenarios pass or fail, with what differs", async () => {
  write("a.yaml", rule);
  write("b.kql", "SigninLogs | take 0\n");
  write(
    "a.tests.yaml",
    `${head}  - name: two users
    events:
      SigninLogs:
        - {UserPrincipalName: a@b.example, TimeGenerated: -119m}
        - {UserPrincipalName: c@b.example, $count: 3, $every: 10m, TimeGenerated: -30m}
    expect:
      - {title: c@b.example failed, severity: Low, rows: 1, customDetails: {Failures: 3}, sample: [{Failures: 3}]}
      - {title: a@b.example failed, entities: [{type: Account, upnSuffix: b.example, Name: a}]}
  - name: one user is below the threshold
    events:
      SigninLogs: [{UserPrincipalName: a@b.example}]
    expect: none
  - name: the office is known
    events:
      SigninLogs:
        - {UserPrincipalName: a@b.example}
        - {UserPrincipalName: c@b.example, IPAddress: 192.0.2.99}
    expect: none
  - name: before the period
    events:
      SigninLogs:
        - {UserPrincipalName: a@b.example, TimeGenerated: -121m}
        - {UserPrincipalName: c@b.example}
    expect: none
  - name: on the schedule, once an hour
    replay: {from: -2h}
    events:
      SigninLogs:
        - {UserPrincipalName: a@b.example, TimeGenerated: -90m}
        - {UserPrincipalName: c@b.example, TimeGenerated: -90m}
    expect: 4
  - name: wrong
    events:
      SigninLogs: [{UserPrincipalName: a@b.example}, {UserPrincipalName: c@b.example}]
    expect:
      - title: a@b.example failed
        severity: High
        customDetails: {Failures: [2]}
`,
  );
  const { out, err, status } = await run(folder);
  expect(out).toBe(`pass  Failed › two users (T s)
pass  Failed › one user is below the threshold (T s)
pass  Failed › the office is known (T s)
pass  Failed › before the period (T s)
pass  Failed › on the schedule, once an hour (T s)
FAIL  Failed › wrong (T s)
      F/a.tests.yaml, line 37
      expected in line 41, and not raised: High "a@b.example failed"
        nearest is: Low "a@b.example failed" of 1 row, run at 2026-01-15T12:00:00Z {"type":"Account","name":"a","upnSuffix":"b.example","fullName":"a@b.example"}
        severity
          - expected High
          + raised   Low
        customDetails.Failures
          - expected 2
          + raised   1
      raised, and not expected: Low "c@b.example failed" of 1 row, run at 2026-01-15T12:00:00Z {"type":"Account","name":"c","upnSuffix":"b.example","fullName":"c@b.example"}
`);
  expect(err).toBe("2 rules, 6 scenarios: 5 passed, 1 failed; 1 rule without scenarios\n");
  expect(status).toBe(1);
});

test("nothing of one scenario is left for the next; files, custom tables and external files are there", async () => {
  write(
    "a.kql",
    'let names = externaldata(n: string)["https://x.example/names.csv"] with (format="csv");\n' +
      "union isfuzzy=true (Own_CL | project Who = Who_s), (Syslog | project Who = Computer) | where Who in ((names))\n",
  );
  write("logs.csv", "TimeGenerated,Computer\n2026-01-15T11:59:00Z,c1\n2026-01-15T11:59:30Z,c2\n");
  write(
    "a.tests.yaml",
    `tables:
  Own_CL: {Who_s: string, Big_d: decimal}
externaldata:
  names.csv: |
    c1
    x
scenarios:
  - name: of a file and of rows
    events:
      Syslog: logs.csv
      Own_CL: [{Who_s: x, Big_d: 1.5}, {Who_s: y}]
    expect: [{rows: 2}]
  - name: the file again
    events:
      Syslog: logs.csv
    expect: [{rows: 1, sample: [{Who: c1}]}]
  - name: nothing
    expect: none
`,
  );
  expect(await run(path("a.tests.yaml"))).toMatchObject({
    status: 0,
    err: "1 rule, 3 scenarios: 3 passed, 0 failed\n",
  });
});

test("columns, tables and values that cannot be are told with their places, and nothing is run", async () => {
  write("a.yaml", rule);
  write(
    "a.tests.yaml",
    `tables:
  SigninLogs: {IPAddress: long}
scenarios:
  - name: one
    events:
      SigninLog: [{}]
      SigninLogs:
        - {UserPrincipalNam: a, TimeGenerated: yesterday}
        - {DurationMs: soon, ResultType: 50126}
        - {DurationMs: [1]}
    expect: none
`,
  );
  const { out, err, status } = await run(path("a.yaml"));
  expect(out).toBe("");
  expect(err.split("\n")).toEqual([
    "error[bad-scenario]: F/a.tests.yaml, line 2, column 16: `IPAddress` of SigninLogs is of type string, and cannot be long",
    "error[bad-scenario]: F/a.tests.yaml, line 6, column 7: there is no table SigninLog; did you mean `SigninLogs`? Or declare it under `tables`",
    expect.stringMatching(
      /line 8, column 12: SigninLogs has no column `UserPrincipalNam`; did you mean `UserPrincipalName`\?/,
    ),
    "error[bad-scenario]: F/a.tests.yaml, line 8, column 33: `TimeGenerated` is of type datetime, such as `2026-03-01T12:00:00Z`, or `-1h30m` before the clock, and not `yesterday`",
    "error[bad-scenario]: F/a.tests.yaml, line 9, column 12: `DurationMs` is of type long, such as `5`, and not `soon`",
    "error[bad-scenario]: F/a.tests.yaml, line 10, column 12: `DurationMs` is of type long, and takes no list or map",
    "1 rule, 0 scenarios: 0 passed, 0 failed, 6 faults in files",
    "",
  ]);
  expect(status).toBe(1);
});

test("a rule that cannot run fails its scenarios, also those that expect nothing", async () => {
  write("a.yaml", rule.replace("| summarize", "| sumarize"));
  write("a.tests.yaml", `${head}  - {name: one, events: {SigninLogs: [{}]}, expect: none}\n`);
  const { out, status } = await run(folder);
  expect(out).toMatch(/^FAIL {2}Failed › one[\s\S]*the rule could not run: \[KS\d+\] line 13, column 5: /);
  expect(status).toBe(1);
});

test("a file of scenarios says which of several rules is meant, and has a rule beside it", async () => {
  write("two.yaml", `${rule}---\n${rule.replace("r-1", "r-2").replace("Failed", "Other")}`);
  const scenario = "scenarios: [{name: one, expect: none}]\n";
  write("two.tests.yaml", scenario);
  write("alone.tests.yaml", scenario);
  const first = await run(folder);
  expect(first.err).toContain(
    "alone.tests.yaml, line 1, column 1: there is no rule in a file F/alone.yaml, .json or .kql beside it",
  );
  expect(first.err).toContain(
    "two.tests.yaml, line 1, column 1: the file beside it holds `Failed`, `Other`; say which is meant with `rule: NAME`",
  );
  rmSync(path("alone.tests.yaml"));
  write("two.tests.yaml", `rule: Other\n${scenario}`);
  expect((await run(folder)).out).toBe("pass  Other › one (T s)\n");
  expect((await run("--require-tests", folder)).status).toBe(1);
});

test("JUnit holds what logs and names may hold", async () => {
  write("a.yaml", rule.replace("name: Failed", 'name: "<Failed> & \\"quoted\\" \\u0007"'));
  write(
    "a.tests.yaml",
    `${head}  - name: "]]> & <b>"
    events: {SigninLogs: [{UserPrincipalName: "<x>&'", IPAddress: "\\u0001"}, {UserPrincipalName: b}]}
    expect: none
  - {name: two, expect: none}
`,
  );
  const { out, status } = await run("--format", "junit", folder);
  expect(out.split("\n")[0]).toBe('<?xml version="1.0" encoding="UTF-8"?>');
  expect(out).toMatch(/<testsuites name="calypso rules test" tests="2" failures="1" errors="0" time="\d+\.\d{3}">/);
  expect(out).toContain('classname="&lt;Failed&gt; &amp; &quot;quoted&quot; \uFFFD" name="]]&gt; &amp; &lt;b&gt;"');
  expect(out).toContain("&lt;x&gt;&amp;' failed");
  expect(out).not.toMatch(/[\u0000-\u0008]/);
  const { SaxesParser } = await import("saxes");
  const elements: string[] = [];
  const parser = new SaxesParser();
  parser.on("opentag", ({ name }) => elements.push(name));
  parser.write(out).close();
  expect(elements).toEqual(["testsuites", "testsuite", "testcase", "failure", "testcase"]);
  expect(status).toBe(1);
});

test("JSON has the differences and the rules without scenarios", async () => {
  write("a.yaml", rule);
  write("a.tests.yaml", `${head}  - {name: one, expect: [{title: x}]}\n`);
  write("b.yaml", rule.replace("r-1", "r-2").replace("Failed", "Other"));
  const { out } = await run("--format", "json", folder);
  expect(JSON.parse(out)).toMatchObject({
    rules: 2,
    scenarios: 1,
    passed: 0,
    failed: 1,
    problems: [],
    untested: [{ id: "r-2", name: "Other" }],
    results: [{ scenario: "one", line: 6, passed: false, missing: [{ line: 6, differences: [] }], unexpected: [] }],
  });
});
