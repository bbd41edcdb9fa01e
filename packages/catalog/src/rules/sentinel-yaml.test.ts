import { expect, test } from "vitest";
import { printProblem } from "./problem.js";
import { readRules } from "./read-rules.js";
import { placeInFile } from "./rule-query.js";

const whole = `id: 0f1e2d3c-0000-4000-8000-000000000001
name: Many failures, then a success
description: |
  'Counts the refused sign-ins of an address.'
severity: high
kind: scheduled
requiredDataConnectors:
  - connectorId: AzureActiveDirectory
    dataTypes:
      - SigninLogs
queryFrequency: 1h10m
queryPeriod: P1D
triggerOperator: GreaterThan
triggerThreshold: "5"
tactics: Initial access
relevantTechniques:
  - t1078.004
  - T1110
query: |

  SigninLogs
    | where ResultType != "0"
entityMappings:
  - entityType: account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
sentinelEntitiesMappings:
  - columnName: Entities
customDetails:
  Address: IPAddress
alertDetailsOverride:
  alertDisplayNameFormat: Failures of {{ UserPrincipalName }}
  alertSeverityColumnName: Level
  alertDynamicProperties:
    - alertProperty: AlertLink
      value: Link
eventGroupingSettings:
  aggregationKind: AlertPerResult
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: on
    lookbackDuration: PT3H
    matchingMethod: Selected
    groupByEntities: [Account]
suppressionEnabled: yes
suppressionDuration: 6h
version: 1.0
tags:
  - Schema: ASim
    SchemaVersion: 0.1.2
  - 123456789012345678901
owner: blue team
`;

function read(text: string, name = "rule.yaml") {
  const { rules, problems } = readRules({ name, text });
  return { rules, problems: problems.map(printProblem) };
}

test("a rule with every key", () => {
  const { rules, problems } = read(whole);
  expect(problems).toEqual([]);
  const [{ places, file, ...rule }] = rules as [(typeof rules)[number]];
  expect(file).toBe("rule.yaml");
  expect(places["entityMappings[0].fieldMappings[0]"]).toEqual({ line: 26, column: 9 });
  expect(rule).toEqual({
    id: "0f1e2d3c-0000-4000-8000-000000000001",
    name: "Many failures, then a success",
    kind: "Scheduled",
    description: "Counts the refused sign-ins of an address.",
    severity: "High",
    query: {
      text: '\nSigninLogs\n  | where ResultType != "0"\n',
      file: "rule.yaml",
      key: "query",
      origin: { kind: "lines", line: 20, indent: 2 },
    },
    queryFrequency: 70 * 60_000,
    queryPeriod: 24 * 3_600_000,
    triggerOperator: "gt",
    triggerThreshold: 5,
    enabled: true,
    tactics: ["InitialAccess"],
    techniques: ["T1078", "T1110"],
    subTechniques: ["T1078.004"],
    entityMappings: [
      {
        entityType: "Account",
        fieldMappings: [{ identifier: "FullName", columnName: "UserPrincipalName" }],
        path: "entityMappings[0]",
      },
    ],
    sentinelEntitiesMappings: [{ columnName: "Entities" }],
    customDetails: [{ name: "Address", columnName: "IPAddress" }],
    alertDetailsOverride: {
      alertDisplayNameFormat: "Failures of {{ UserPrincipalName }}",
      alertSeverityColumnName: "Level",
      alertDynamicProperties: [{ alertProperty: "AlertLink", columnName: "Link" }],
    },
    eventGrouping: "AlertPerResult",
    incidents: {
      createIncident: true,
      grouping: {
        enabled: true,
        reopenClosedIncident: false,
        lookbackDuration: 3 * 3_600_000,
        matchingMethod: "Selected",
        groupByEntities: ["Account"],
        groupByAlertDetails: [],
        groupByCustomDetails: [],
      },
    },
    suppression: { enabled: true, duration: 6 * 3_600_000 },
    version: "1.0",
    requiredDataConnectors: [{ connectorId: "AzureActiveDirectory", dataTypes: ["SigninLogs"] }],
    tags: [{ Schema: "ASim", SchemaVersion: "0.1.2" }, "123456789012345678901"],
    extra: { owner: "blue team" },
  });
});

test("places in the query are places in the file", () => {
  const [rule] = read(whole).rules;
  expect(placeInFile(rule!.query, { line: 3, column: 5 })).toEqual({ line: 22, column: 7 });
});

test("a byte order mark, Windows line ends and tabs for indentation are read", () => {
  const { rules, problems } = read(
    "\uFEFFid: a-1\r\nname: T\r\ntactics:\r\n\t- Impact\r\nquery: |\r\n\tprint 1\r\n\t| extend a = 2\r\n",
  );
  expect(problems).toEqual([
    "warning[recovered]: rule.yaml, line 4, column 1: YAML takes no tabs as indentation; each was read as four blanks",
  ]);
  expect(rules[0]?.query.text).toBe("print 1\n| extend a = 2\n");
  expect(rules[0]?.tactics).toEqual(["Impact"]);
});

test("a folded query keeps its lines, so that comments end where their line ends", () => {
  const { rules, problems } = read("id: a-1\nname: F\nquery: >\n  T // all\n  | take 1\n");
  expect(problems).toEqual([
    "warning[folded-query]: rule.yaml › query, line 3, column 1: `query: >` joins its lines, so that a `//` comment hides all that follows; read as `query: |`",
  ]);
  expect(rules[0]?.query.text).toBe("T // all\n| take 1");
  expect(rules[0]?.query.origin).toEqual({ kind: "lines", line: 4, indent: 2 });
});

test.each([
  ["severity: Severe", "unknown-value", "› severity", "`Severe` is not a severity"],
  ["kind: Sheduled", "unknown-value", "› kind", "read as Hunting"],
  ["triggerThreshold: many", "bad-value", "› triggerThreshold", "a whole number from 0 to 10000"],
  ["tactics: [Malware]", "unknown-value", "› tactics[0]", "not a tactic"],
  ["relevantTechniques: [Phishing]", "unknown-value", "› relevantTechniques[0]", "not the number of a technique"],
  ["suppressionDuration: 5", "bad-value", "› suppressionDuration", "has no unit"],
  ["name: Twice", "duplicate-key", "› name", "a second time"],
  ["alertDetailsOverride: {alertDisplayNameFormat: '{{a}}{{b}}{{c}}{{d}}'}", "limit", "DisplayNameFormat", "at most 3"],
  ["customDetails: {1st: a}", "limit", "› customDetails.1st", "the name of a custom detail"],
  ["customDetails: {One: a b}", "limit", "› customDetails.One", "maps no column"],
  ["entityMappings: [{entityType: Azure Resource}]", "unknown-value", "entityMappings[0].entityType", "left out"],
  [
    "entityMappings: [{entityType: FileHash, fieldMappings: [{identifier: FullName, columnName: a}]}]",
    "unknown-value",
    "entityMappings[0].fieldMappings[0]",
    "does not identify an entity of type FileHash (Algorithm, Value)",
  ],
  [
    "entityMappings: [{entityType: Account, fieldMappings: [{identifier: UPNSuffix, columnName: a}]}]",
    "missing-key",
    "entityMappings[0]",
    "needs one of: FullName, Sid",
  ],
  [
    "incidentConfiguration: {groupingConfiguration: {enabled: true, matchingMethod: Selected}}",
    "missing-key",
    "matchingMethod",
    "to select by",
  ],
])("%s is reported, and the rule is kept", (line, code, key, message) => {
  const { rules, problems } = read(`id: a-1\nname: N\nquery: T\n${line}\n`);
  expect(rules).toHaveLength(1);
  expect(rules[0]?.obstacle).toBeUndefined();
  expect(problems[0]).toContain(`warning[${code}]`);
  expect(problems[0]).toContain(key);
  expect(problems[0]).toContain(message);
  expect(problems[0]).toContain("line 4, column");
});

test("the limits of a schedule are warnings", () => {
  const { problems } = read("id: a-1\nname: N\nquery: T\nqueryFrequency: 2d\nqueryPeriod: 15d\n");
  expect(problems.join()).toContain("`queryPeriod` is from 5 minutes to 14 days");
  const short = read("id: a-1\nname: N\nquery: T\nqueryFrequency: 2d\nqueryPeriod: 1d\n");
  expect(short.problems.join()).toContain("looks back 1.00:00:00 every 2.00:00:00");
  const often = read("id: a-1\nname: N\nquery: T\nqueryFrequency: 5m\nqueryPeriod: 2d\n");
  expect(often.problems.join()).toContain("at most once an hour");
});

test("an NRT rule has neither schedule nor threshold", () => {
  const { rules, problems } = read("id: a-1\nname: N\nkind: NRT\nquery: T\nqueryFrequency: 5m\ntriggerThreshold: 7\n");
  expect(problems).toHaveLength(2);
  expect(rules[0]).toMatchObject({ kind: "NRT", triggerOperator: "gt", triggerThreshold: 0 });
  expect(rules[0]?.queryFrequency).toBeUndefined();
});

test.each([
  ["id: a-1\nname: N\nseverity: Low\n", "missing-key", "the rule has no `query`", 2],
  ["id: a-1\nname: N\nseverity: Low\nquery:\n", "missing-key", "`query` is empty", 4],
  ["id: a-1\nname: N\nkind: Fusion\n", "unsupported-kind", "cannot run outside Microsoft Sentinel", 3],
  ["id: a-1\nname: N\nquery: |\n  T\n  | where (a\n", "query-cut-short", "the `(` that stands here is not closed", 5],
  ['id: a-1\nname: N\nquery: |\n  T\n  | where a == "b\n', "query-cut-short", "the string that starts here", 5],
  ["id: a-1\nname: N\nquery: |\n  T\n  | where a and\n", "query-cut-short", "more must follow `and`", 5],
])("a rule that cannot run says why", (text, code, message, line) => {
  const { rules } = read(text);
  expect(rules[0]?.obstacle).toMatchObject({ code, line, severity: "error", rule: "a-1" });
  expect(rules[0]?.obstacle?.message).toContain(message);
});

test("text that is not YAML is an error with its place", () => {
  const { rules, problems } = read("id: a-1\nname: a: b\nquery: T\n");
  expect(rules).toEqual([]);
  expect(problems[0]).toMatch(/^error\[yaml-syntax\]: rule.yaml, line 2, column \d+: the text is not YAML: /);
});

test("aliases are bounded", () => {
  const bomb = Array.from({ length: 9 }, (_, index) => `k${index + 1}: &k${index + 1} [${`*k${index}, `.repeat(9)}]`);
  const { rules, problems } = read(`k0: &k0 [x]\n${bomb.join("\n")}\nid: a-1\nquery: T\n`);
  expect(rules).toEqual([]);
  expect(problems.join()).toContain("refers to its own parts more than 100 times");
});

test("a document that is no rule is told, and others in the file are read", () => {
  const { rules, problems } = read("jobs: 1\n---\nid: a-1\nname: N\nquery: T\n---\n- id: a-2\n  name: M\n  query: U\n");
  expect(rules.map((rule) => rule.id)).toEqual(["a-1", "a-2"]);
  expect(problems).toEqual([
    "warning[not-a-rule]: rule.yaml, line 1, column 1: the document has neither a `query` nor the keys of a rule",
  ]);
});

test("a bare query is a hunt named after its file", () => {
  const { rules, problems } = read("T\n| take 1\n", "hunts/odd-hours.kql");
  expect(problems).toEqual([]);
  expect(rules[0]).toMatchObject({
    id: "",
    name: "odd-hours",
    kind: "Hunting",
    query: { text: "T\n| take 1\n", key: "" },
  });
});

test("keys that are merged from another map", () => {
  const text =
    "id: a\nname: n\nquery: T\n<<: {kind: Scheduled, name: other, queryFrequency: 1h, queryPeriod: 2h, triggerThreshold: 3.0}\n";
  const { rules, problems } = readRules({ name: "r.yaml", text });
  expect(problems.map(printProblem)).toEqual([]);
  expect(rules).toMatchObject([
    { name: "n", kind: "Scheduled", queryFrequency: 3_600_000, queryPeriod: 7_200_000, triggerThreshold: 3 },
  ]);
});
