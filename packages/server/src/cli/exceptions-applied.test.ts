import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-exceptions-"));
const logs = join(folder, "logs");
const rules = join(folder, "rules");
const exceptionsFile = join(rules, "exceptions.yaml");

const failed = `id: f-1
name: Failed sign-ins
description: Somebody fails.
version: 1.0.0
kind: Scheduled
severity: Low
tactics: [CredentialAccess]
relevantTechniques: [T1110]
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 1
query: |
  let wrong = "0";
  SigninLogs
  | where ResultType != wrong
  | project TimeGenerated, UserPrincipalName, IPAddress, ResultType // ; the end
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
`;

const scenarios = `now: 2026-03-01T12:00:00Z
defaults:
  SigninLogs:
    ResultType: "50126"
    IPAddress: 192.0.2.1
scenarios:
  - name: two of ann
    events:
      SigninLogs:
        - { TimeGenerated: -10m, UserPrincipalName: ann@contoso.example }
        - { TimeGenerated: -5m, UserPrincipalName: ann@contoso.example }
    expect: none
`;

beforeAll(() => {
  for (const path of [logs, rules]) mkdirSync(path);
  const row = (minute: string, user: string, address: string) =>
    JSON.stringify({
      TimeGenerated: `2026-03-01T${minute}:00Z`,
      ...(user === "" ? {} : { UserPrincipalName: `${user}@contoso.example` }),
      IPAddress: address,
      ResultType: "50126",
    });
  const rows = [
    row("00:10", "ann", "192.0.2.1"),
    row("00:20", "ann", "198.51.100.7"),
    row("00:30", "bob", "192.0.2.1"),
    row("01:10", "ann", "192.0.2.1"),
    row("01:20", "bob", "198.51.100.8"),
    row("01:30", "", "198.51.100.9"),
  ];
  writeFileSync(join(logs, "SigninLogs.ndjson"), `${rows.join("\n")}\n`);
  writeFileSync(join(rules, "failed.yaml"), failed);
});

afterEach(() => rmSync(exceptionsFile, { force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rest = "  owner: ann\n  reason: known\n  expiry: 2026-12-31\n";

function except(text: string) {
  writeFileSync(exceptionsFile, text);
}

async function detect(...more: readonly string[]) {
  const range = ["--from", "2026-03-01T00:00:00Z", "--to", "2026-03-01T02:00:00Z"];
  const { out, err, status } = await calypso("detect", "--rules", rules, "--data", logs, ...range, ...more);
  const alerts = out
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const names = alerts.map(({ rows, entities }) => [rows, ...entities.map(({ name }: { name: string }) => name)]);
  return { alerts, names, err: err.replaceAll(folder, "F"), status };
}

test("what an exception keeps out is no part of the threshold, and is told", async () => {
  expect((await detect()).names).toEqual([
    [3, "ann", "bob"],
    [3, "ann", "bob"],
  ]);
  except(`ann-from-office:
  rules: [F-1]
  fields:
    UserPrincipalName: ann@contoso.example
    IPAddress: [192.0.2.0/24, 203.0.113.0/24]
${rest}gateway:
  rules: all
  condition: |
    ipv4_is_in_range(IPAddress, "198.51.100.0/28") // the VPN's
${rest}`);
  const { names, err, status } = await detect();
  // Of three rows an hour one is left in the first, and none in the second: below the threshold.
  expect(names).toEqual([]);
  expect(status).toBe(0);
  expect(err).toContain("Failed sign-ins: the exception ann-from-office kept out 2 rows of 2 runs\n");
  expect(err).toContain("Failed sign-ins: the exception gateway kept out 3 rows of 2 runs\n");
});

test("the pair hides neither the user elsewhere nor others there, and an alert says that rows are missing", async () => {
  except(`pair:
  rules: all
  fields: { UserPrincipalName: ann@contoso.example, IPAddress: 192.0.2.1 }
${rest}`);
  const { names, alerts } = await detect();
  expect(names).toEqual([
    [2, "ann", "bob"],
    [2, "bob"],
  ]);
  expect(alerts.map(({ notes }) => notes)).toEqual([
    ["1 row was kept out by exceptions"],
    ["1 row was kept out by exceptions"],
  ]);
});

test("exceptions that are over or disabled hide nothing; over is what ended before the window did", async () => {
  const one = (id: string, more: string) =>
    `${id}:\n  rules: all\n  condition: "true"\n  owner: o\n  reason: r\n${more}`;
  except(
    `${one("over", "  expiry: 2026-02-28\n")}${one("off", "  expiry: 2026-12-31\n  enabled: false\n")}` +
      one("half", "  expiry: 2026-03-01T01:30:00Z\n"),
  );
  const { names, err } = await detect();
  expect(names).toEqual([[3, "ann", "bob"]]);
  expect(err).toContain("the exception half kept out 3 rows\n");
  expect(err).not.toMatch(/over|off/);
});

test("an exception that does not bind is told with its place, and the rule runs on", async () => {
  except(`gone:
  rules: [f-1]
  condition: |
    UserPrincipalName has "ann"
      and Adress == "192.0.2.1"
${rest}wrong:
  rules: [f-1]
  fields:
    UserPrincipalName: ann@contoso.example
    AppName: x
${rest}outside:
  rules: [f-1]
  condition: UserPrincipalName in ((SigninLogs | project UserPrincipalName))
${rest}nobody:
  rules: [f-2]
  condition: "true"
${rest}others:
  rules: all
  condition: NoSuchColumn == 1
${rest}`);
  const { names, err, status } = await detect();
  expect(names).toHaveLength(2);
  expect(status).toBe(0);
  const lines = err.split("\n").filter((line) => line.startsWith("warning"));
  expect(lines.map((line) => line.slice(0, 150))).toEqual([
    "warning[unused-exception]: F/rules/exceptions.yaml › nobody, line 23, column 1: no rule has the id f-2",
    expect.stringContaining(
      "warning[unknown-column]: F/rules/exceptions.yaml › gone.condition, line 5, column 11: the",
    ),
    expect.stringContaining("warning[unknown-column]: F/rules/exceptions.yaml › wrong.fields, line 13, column 5: the"),
    expect.stringContaining("warning[unknown-table]: F/rules/exceptions.yaml › outside.condition, line 19, column "),
  ]);
  expect(lines[1]).toContain("gone of the rule Failed sign-ins, which is left out: there is no column `Adress` here");
});

test("an exception that ends the query is left out, and the rule runs without any", async () => {
  // Of numbers of which nearly all are one, outliers end a query.
  const near = `pack_array(${"0, ".repeat(12)}strlen(IPAddress))`;
  except(`near:\n  rules: [f-1]\n  condition: toreal(series_outliers(${near})[0]) < 1e9\n${rest}`);
  const { names, err, status } = await detect();
  expect(status).toBe(0);
  expect(names).toHaveLength(2);
  expect(err).toMatch(/warning\[unsettled-rows\].*the exceptions are left out \(near\), as the query fails with them/);
});

test("scenarios of rules run with the exceptions", async () => {
  writeFileSync(join(rules, "failed.tests.yaml"), scenarios);
  try {
    expect((await calypso("rules", "test", rules)).status).toBe(1);
    except(`ann:\n  rules: all\n  condition: UserPrincipalName startswith "ann@"\n${rest}`);
    expect(await calypso("rules", "test", rules)).toMatchObject({ status: 0 });
    writeFileSync(join(rules, "failed.tests.yaml"), scenarios.replace("expect: none", "expect:\n      - rows: 2"));
    expect((await calypso("rules", "test", rules)).out).toContain("the exception ann kept out 2 rows");
  } finally {
    rmSync(join(rules, "failed.tests.yaml"));
  }
});

test("the check of rules shows what does not bind, is over, or is about nothing", async () => {
  except(`gone:
  rules: [f-1]
  condition: |
    UserPrincipalName has "ann"
      and Adress == "192.0.2.1"
${rest}over:
  rules: [f-1]
  condition: UserPrincipalName == "x"
  owner: o
  reason: r
  expiry: 2020-01-01
nobody:
  rules: [f-2]
  condition: "true"
${rest}soon:
  rules: [f-1]
  condition: UserPrincipalName == "x"
  owner: o
  reason: r
  expiry: ${new Date(Date.now() + 5 * 86_400_000).toISOString()}
others:
  rules: all
  condition: NoSuchColumn == 1
${rest}`);
  const { out, status } = await calypso("rules", "lint", rules);
  expect(status).toBe(1);
  expect(out.replaceAll(folder, "F")).toContain(
    `error[unknown-column]: the exception gone of the rule Failed sign-ins, which is left out: there is no column \`Adress\` here
  ┌ F/rules/exceptions.yaml › gone.condition, line 5, column 11
5 │       and Adress == "192.0.2.1"
  │           ^^^^^^
`,
  );
  expect(out).toContain("warning[exception-expired]: the exception has had no effect since 2020-01-02");
  expect(out).toContain("warning[unused-exception]: no rule has the id f-2");
  expect(out).toContain("note[exception-ends]: the exception ends at 20");
  expect(out).toContain("error[unused-exception]: the exception fits none of the rules here, and has no effect\n");
  expect(out).toMatch(/note\[unknown-column\]: the exception others of the rule/);
});
