import { expect, test } from "vitest";
import { printProblem } from "./problem.js";
import { readRules } from "./read-rules.js";
import { placeInFile } from "./rule-query.js";

const margin = `id: 0f1e2d3c-0000-4000-8000-000000000002
name: Refused at the gate, let in at the door
description: |
'An address that the gate refused signs in.
It may be the same person.'
severity: Low
requiredDataConnectors:
- connectorId: CiscoASA
dataTypes:
- CommonSecurityLog
- connectorId: AzureActiveDirectory
dataTypes:
- SigninLogs
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics:
- InitialAccess
query: |
let refused = datatable(
name: string, version: long) [
"a", 1];
SigninLogs
| where IPAddress in (refused)
entityMappings:
- entityType: Account
fieldMappings:
- identifier: FullName
columnName: UserPrincipalName
- identifier: AadUserId
columnName: UserId
- entityType: IP
fieldMappings:
- identifier: Address
columnName: IPAddress
customDetails:
Application: AppDisplayName
alertDetailsOverride:
alertDisplayNameFormat: Let in {{IPAddress}}
alertDescriptionFormat: |
Refused, then let in:
  {{IPAddress}}.
version: 1.2.0
kind: Scheduled
metadata:
source:
kind: Community
author:
name: Someone
support:
tier: Community
categories:
domains: [ "Security - Network" ]`;

function read(text: string) {
  const { rules, problems } = readRules({ name: "page.txt", text });
  return { rules, problems: problems.map(printProblem) };
}

test.each([
  ["alone", margin],
  ["in a page", `Rule body\nlet x = 1;\n${margin}\n| Table | Notes |\n|---|---|\nSigninLogs | wanted |\n`],
])("a rule without its indentation, %s", (_, text) => {
  const { rules, problems } = read(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("the indentation of this rule was lost");
  expect(rules).toHaveLength(1);
  expect(rules[0]).toMatchObject({
    id: "0f1e2d3c-0000-4000-8000-000000000002",
    kind: "Scheduled",
    description: "An address that the gate refused signs in.\nIt may be the same person.",
    queryFrequency: 3_600_000,
    version: "1.2.0",
    requiredDataConnectors: [
      { connectorId: "CiscoASA", dataTypes: ["CommonSecurityLog"] },
      { connectorId: "AzureActiveDirectory", dataTypes: ["SigninLogs"] },
    ],
    entityMappings: [
      {
        entityType: "Account",
        fieldMappings: [
          { identifier: "FullName", columnName: "UserPrincipalName" },
          { identifier: "AadUserId", columnName: "UserId" },
        ],
      },
      { entityType: "IP", fieldMappings: [{ identifier: "Address", columnName: "IPAddress" }] },
    ],
    customDetails: [{ name: "Application", columnName: "AppDisplayName" }],
    alertDetailsOverride: {
      alertDisplayNameFormat: "Let in {{IPAddress}}",
      alertDescriptionFormat: "Refused, then let in:\n  {{IPAddress}}.",
    },
    metadata: {
      source: { kind: "Community" },
      author: { name: "Someone" },
      support: { tier: "Community" },
      categories: { domains: ["Security - Network"] },
    },
  });
  const query = rules[0]!.query;
  expect(query.text.split("\n")[4]).toBe("| where IPAddress in (refused)");
  const place = placeInFile(query, { line: 5, column: 3 });
  expect(text.split("\n")[place.line - 1]?.slice(place.column - 1)).toBe("where IPAddress in (refused)");
});

const page = (body: string) => `Some words about the rule

KQL Query

let limit = 3;
SigninLogs
| summarize n = count() by IPAddress
| where n > (limit)

Analytic Rule Definition

id: a-1
name: N
severity: Low
tactics:
  - Impact
query: |
${body}

Required Data Sources

SigninLogs is needed
`;

test("a rule is cut out of its page, its indentation kept", () => {
  const { rules, problems } = read(page("  SigninLogs\n  | take 1"));
  expect(problems).toEqual([
    "warning[recovered]: page.txt, line 12, column 1: the rule was cut out of the text around it",
  ]);
  expect(rules[0]).toMatchObject({ id: "a-1", tactics: ["Impact"], query: { text: "SigninLogs\n| take 1\n" } });
});

test("a query cut short is taken whole from the page that shows it", () => {
  const { rules, problems } = read(page("  let limit = 3;\n  SigninLogs\n  | summarize n = count("));
  expect(rules[0]?.obstacle).toBeUndefined();
  expect(rules[0]?.query).toMatchObject({
    text: "let limit = 3;\nSigninLogs\n| summarize n = count() by IPAddress\n| where n > (limit)",
    origin: { kind: "lines", line: 5, indent: 0 },
  });
  expect(problems[1]).toContain("warning[query-cut-short]");
  expect(problems[1]).toContain("from line 5, and is used");
});

test("a query cut short that the page does not show whole cannot run", () => {
  const { rules } = read(page("  let limit = 4;\n  SigninLogs\n  | summarize n = count("));
  expect(rules[0]?.obstacle).toMatchObject({ code: "query-cut-short", severity: "error", line: 20, column: 24 });
});

test("a rule that a page shows twice is read once", () => {
  const { rules } = read(`About it\n${margin}\nThe same again:\n${margin}\n`);
  expect(rules).toHaveLength(1);
});

test("keys before the id, and the id of something else, are no sign of a page", () => {
  const { rules, problems } = read(
    "name: N\ndescription: |\n  Some words.\nmetadata:\n  author:\n    id: b-2\nid: a-1\nquery: T\n",
  );
  expect(problems).toEqual([]);
  expect(rules[0]).toMatchObject({ id: "a-1", name: "N", description: "Some words." });
});

test.each([
  ["before other keys", "query: |\n  T\n| where a\nversion: 1.0.0\n", 5],
  ["at the end", "version: 1.0.0\nquery: |\n  T\n| where a\n", 6],
])("a line of the query that slipped to the margin, %s, is an error and not the end of the rule", (_, text, line) => {
  const { rules, problems } = read(`id: a-1\nname: N\n${text}`);
  expect(rules).toEqual([]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("error[yaml-syntax]");
  expect(problems[0]).toContain(`line ${line},`);
});

test("a value that was wrapped goes on to the next key, where the indentation was lost", () => {
  const wrapped = margin.replace(
    "alertDisplayNameFormat: Let in {{IPAddress}}",
    "alertDisplayNameFormat: Let in\nat last\nseverity: Low",
  );
  const { rules } = read(wrapped.replace("entityMappings:", "customDetails:\nWho: UserPrincipalName\nentityMappings:"));
  expect(rules[0]?.entityMappings).toHaveLength(2);
});

test("a text without a rule says so", () => {
  const { rules, problems } = readRules({
    name: "notes.md",
    text: "# Notes\n\nAbout: the rules\n  beside this file\n",
  });
  expect(rules).toEqual([]);
  expect(problems.map((problem) => [problem.code, problem.severity])).toEqual([["not-a-rule", "warning"]]);
});
