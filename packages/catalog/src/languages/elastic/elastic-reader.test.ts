import { expect, test } from "vitest";
import { printCondition } from "../../detections/print-condition.js";
import { printProblem } from "../../rules/problem.js";
import { readVocabulary } from "../../vocabulary/read-vocabulary.js";
import { elasticReader } from "./elastic-reader.js";

const columns = new Map([
  [
    "SigninLogs",
    new Map([
      ["AppDisplayName", "string"],
      ["ResultType", "string"],
      ["IPAddress", "string"],
    ]),
  ],
  ["DeviceProcessEvents", new Map([["FileName", "string"]])],
]);
const { vocabulary } = readVocabulary(
  [
    {
      name: "events.yaml",
      text: `
entra-sign-in: { title: Sign-ins, tables: [SigninLogs] }
process-creation: { title: Processes, tables: [DeviceProcessEvents] }`,
    },
    {
      name: "elastic.yaml",
      text: `
platform: Elastic
events:
  entra-sign-in:
    sources: [{ dataset: azure.signinlogs }]
    fields:
      app.name: AppDisplayName
      event.outcome: { field: ResultType, values: { success: "0", failure: { not: "0" } } }
      source.ip: IPAddress
  process-creation:
    sources: [{ category: process, type: start }]
    fields: { process.name: FileName }`,
    },
  ],
  (table) => columns.get(table),
);

function read(text: string, name = "rules/a.toml") {
  return elasticReader.read({ name, text }, { text: () => undefined, paths: [] }, vocabulary);
}

function rule(body: string): string {
  return `[metadata]
creation_date = "2026/01/02"
integration = ["azure"]
maturity = "production"
updated_date = "2026/02/03"

[rule]
author = ["Contoso"]
description = "Says what it is for."
false_positives = ["A new colleague."]
from = "now-30m"
interval = "15m"
name = "A rule"
references = ["https://contoso.example/a"]
risk_score = 73
rule_id = "0f1e2d3c-0000-4000-8000-000000000001"
severity = "critical"
tags = ["Domain: Cloud"]
${body}
[[rule.threat]]
framework = "MITRE ATT&CK"
[[rule.threat.technique]]
id = "T1078"
name = "Valid Accounts"
[[rule.threat.technique.subtechnique]]
id = "T1078.004"
[rule.threat.tactic]
id = "TA0001"
name = "Initial Access"
`;
}

test("a rule with what its author says of it", () => {
  const { detections, problems } = read(
    rule(`index = ["filebeat-*", "logs-azure.signinlogs-*"]
language = "kuery"
type = "threshold"
query = '''
data_stream.dataset: azure.signinlogs and event.outcome: failure and app.name: "A*" and not source.ip: 192.0.2.1
'''
[rule.threshold]
field = ["source.ip"]
value = 20
[[rule.threshold.cardinality]]
field = "app.name"
value = 3
`),
  );
  expect(problems).toEqual([]);
  const [detection] = detections;
  expect(detection).toMatchObject({
    platform: "Elastic",
    language: "kuery",
    id: "0f1e2d3c-0000-4000-8000-000000000001",
    name: "A rule",
    purpose: "rule",
    severity: "High",
    status: "production",
    authors: ["Contoso"],
    references: ["https://contoso.example/a"],
    falsePositives: ["A new colleague."],
    created: "2026-01-02",
    updated: "2026-02-03",
    attack: { tactics: ["InitialAccess"], techniques: ["T1078", "T1078.004"] },
    dataSources: ["azure", "filebeat-*", "logs-azure.signinlogs-*"],
    tags: ["Domain: Cloud"],
    frequency: 900_000,
    period: 1_800_000,
  });
  expect(detection?.dissection.reads.map((one) => ({ ...one, condition: printCondition(one.condition) }))).toEqual([
    {
      events: "entra-sign-in",
      source: "azure.signinlogs",
      condition: 'not ResultType equals "0"/i and AppDisplayName equals "A*"/i and not IPAddress equals "192.0.2.1"/i',
    },
  ]);
  expect(detection?.dissection.thresholds).toEqual([
    { function: "count", by: ["IPAddress"], operator: ">=", value: 20, within: 1_800_000 },
    { function: "dcount", of: "AppDisplayName", by: ["IPAddress"], operator: ">=", value: 3, within: 1_800_000 },
  ]);
});

test("each kind of event has its own part of the query, and what is beside them the rest", () => {
  const { detections } = read(
    rule(`index = ["filebeat-*", "logs-azure.signinlogs-*", "logs-azure.auditlogs-*"]
language = "kuery"
type = "query"
query = '(data_stream.dataset: azure.signinlogs and app.name: x) or (data_stream.dataset: azure.auditlogs and a: y) or b: z'`),
  );
  const reads = detections[0]?.dissection.reads ?? [];
  expect(reads.map(({ events, source, condition }) => `${events} ${source}: ${printCondition(condition)}`)).toEqual([
    'entra-sign-in azure.signinlogs: AppDisplayName equals "x"/i or b equals "z"/i',
    'undefined azure.auditlogs: a equals "y"/i or b equals "z"/i',
    'undefined filebeat-*: b equals "z"/i',
  ]);
});

test("a query of too many data sets is not parted", () => {
  const sets = Array.from({ length: 60 }, (_, n) => `(data_stream.dataset: d${n} and a: ${n})`).join(" or ");
  const reads =
    read(rule(`index = ["filebeat-*"]\ntype = "query"\nquery = '${sets}'`)).detections[0]?.dissection.reads ?? [];
  expect(reads.map(({ source }) => source)).toEqual(["filebeat-*"]);
});

test("the category and type of events tell their kind; a value without a meaning here leaves the field unmapped", () => {
  const { detections } = read(
    rule(`index = ["logs-endpoint.events.process-*", "winlogbeat-*"]
language = "eql"
type = "eql"
query = 'process where event.type == "start" and process.name : "x.exe" and event.outcome == "unknown"'`),
  );
  const reads = detections[0]?.dissection.reads ?? [];
  expect(reads.map(({ events, source, condition }) => `${events} ${source}: ${printCondition(condition)}`)).toEqual([
    'process-creation logs-endpoint.events.process-*, winlogbeat-*: FileName equals "x.exe"/i and event.outcome equals "unknown"',
  ]);
});

test("new terms, building blocks and machine learning", () => {
  const block = read(
    rule(`index = ["logs-azure.signinlogs-*"]
building_block_type = "default"
type = "new_terms"
query = "app.name: *"
[rule.new_terms]
field = "new_terms_fields"
value = ["app.name", "other"]
[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-7d"`),
  ).detections[0];
  expect(block).toMatchObject({ purpose: "feed" });
  expect(block?.dissection.thresholds).toEqual([
    { function: "new", by: ["AppDisplayName", "other"], operator: ">=", value: 1, within: 604_800_000 },
  ]);
  const job = read(rule('type = "machine_learning"\nmachine_learning_job_id = ["rare_a"]\nanomaly_threshold = 50'))
    .detections[0];
  expect(job).toMatchObject({ language: "none", text: "rare_a" });
  expect(job?.dissection.unread).toEqual([
    { text: "rare_a", why: "a machine learning job, whose logic is not in the file" },
  ]);
});

test("each query of a hunt is one, in the language that its first word tells", () => {
  const { detections, problems } = read(
    `[hunt]
author = "Contoso"
name = "Looks around"
uuid = "0f1e2d3c-0000-4000-8000-000000000002"
mitre = ["T1078.004", "nothing"]
language = ["ES|QL", "SQL"]
query = ['from logs-azure.signinlogs* | where app.name == "x" | limit 5', "select * from users", "process where a == 1"]
`,
    "hunting/azure/queries/a.toml",
  );
  expect(problems).toEqual([]);
  expect(detections.map(({ id, name, language, purpose }) => [id.slice(-3), name, language, purpose])).toEqual([
    ["002", "Looks around", "esql", "hunt"],
    ["2#2", "Looks around (2)", "sql", "hunt"],
    ["2#3", "Looks around (3)", "eql", "hunt"],
  ]);
  expect(detections[0]?.dissection.reads[0]).toMatchObject({
    events: "entra-sign-in",
    source: "logs-azure.signinlogs*",
  });
  expect(detections[0]?.attack.techniques).toEqual(["T1078.004"]);
});

test.each([
  ['[rule]\nname = "a', "error[toml-syntax]: rules/a.toml, line 2, column 8: the text is not TOML: unfinished string"],
  ['[rule]\nname = "a"\n', "error[missing-key]: rules/a.toml, line 2, column 1: the rule has no `rule_id`"],
  [rule('type = "query"'), "error[missing-key]: rules/a.toml, line 19, column 1: the rule has no `query`"],
  [
    rule('type = "query"\nlanguage = "sql"\nquery = "a"'),
    "error[unknown-value]: rules/a.toml, line 20, column 1: `sql` is no language of Elastic's rules",
  ],
  [
    rule('type = "query"\nquery = """\na: 1 and\nb: (x or\n"""'),
    "warning[query-syntax]: rules/a.toml, line 23, column 1: the query cannot be read: a value is missing at the end",
  ],
  [`a = ${"[".repeat(100_000)}`, "error[toml-syntax]: rules/a.toml"],
  ["title = 'no rule'", undefined],
])("%#: a bad file is a problem with its place", (text, expected) => {
  const { problems, detections } = read(text);
  if (expected === undefined) expect([...problems, ...detections]).toEqual([]);
  else expect(problems.map(printProblem).join("\n")).toContain(expected);
});

test("a query that does not follow its grammar leaves the rule with its text unread", () => {
  const [detection] = read(rule('type = "query"\nquery = "a: (x or"')).detections;
  expect(detection?.name).toBe("A rule");
  expect(detection?.dissection.unread).toMatchObject([
    { text: "a: (x or", why: "the query does not follow its grammar: a value is missing at the end" },
  ]);
});
