import { describe, expect, test } from "vitest";
import { printCondition } from "../../detections/print-condition.js";
import { printProblem } from "../../rules/problem.js";
import { readVocabulary } from "../../vocabulary/read-vocabulary.js";
import type { FilesBeside } from "../language.js";
import { splDissection, splunkReader } from "./splunk-reader.js";

const columns = new Map([
  ["SigninLogs", new Map(["AppDisplayName", "ResultType", "IPAddress", "Category"].map((name) => [name, "string"]))],
  [
    "AuditLogs",
    new Map([
      ["OperationName", "string"],
      ["TargetResources", "dynamic"],
    ]),
  ],
]);
const { vocabulary } = readVocabulary(
  [
    {
      name: "events.yaml",
      text: `
entra-sign-in: { title: Sign-ins, tables: [SigninLogs] }
entra-audit: { title: Changes, tables: [AuditLogs], lists: [TargetResources] }`,
    },
    {
      name: "splunk.yaml",
      text: `
platform: Splunk
events:
  entra-sign-in:
    sources: [{ macro: entra, category: SignInLogs }, { sourcetype: "azure:aad", category: SignInLogs }]
    fields:
      category: Category
      properties.appDisplayName: AppDisplayName
      properties.status.errorCode: ResultType
      src_ip: IPAddress
  entra-audit:
    sources: [{ macro: entra, operationname: "*" }]
    fields: { operationName: OperationName, "properties.targetResources{}.type": TargetResources.type }`,
    },
  ],
  (table) => columns.get(table),
);

const nothing: FilesBeside = { text: () => undefined, paths: [] };

function dissect(search: string, beside = nothing) {
  const { dissection, failure } = splDissection(search, beside, vocabulary);
  return { ...dissection, failure };
}

function printed(search: string, beside = nothing): string {
  const { reads, failure } = dissect(search, beside);
  if (failure !== undefined) return `${failure.offset}: ${failure.message}`;
  return reads.map(({ source, condition }) => `${source}: ${printCondition(condition)}`).join("\n");
}

describe("search", () => {
  test.each([
    ["index=a b=1 OR c=2 d=3", "index=a: (b equals 1 or c equals 2) and d equals 3"],
    ["b=1 AND c=2 OR d=3", ": b equals 1 and (c equals 2 or d equals 3)"],
    ["NOT b=1 OR NOT (c=2 d!=3)", ": not b equals 1 or not (c equals 2 and not d equals 3)"],
    ['b="*x*" c=y* d="z" e=*', ': b contains "x"/i and c startswith "y"/i and d equals "z"/i and e exists'],
    ['b IN ("x", y*, 3)', ': b equals "x" | 3/i or b startswith "y"/i'],
    ['"b.c{}.d"=true e >= 5', ': b.c{}.d equals "true"/i and e greaterOrEqual 5'],
    ['b="C:\\\\Users\\\\*" c="\\"Quoted\\""', ': b startswith "C:\\\\Users\\\\"/i and c equals "\\"Quoted\\""/i'],
    [
      "failed TERM(192.0.2.1) b=198.51.100.0/24",
      ': _raw has "failed"/i and _raw has "192.0.2.1"/i and b cidr "198.51.100.0/24"/i',
    ],
    ["sourcetype=a or b=1", 'sourcetype=a: _raw has "or"/i and b equals 1'],
    ["earliest=-24h b=1 ```a note | where x``` c=2", ": b equals 1 and c equals 2"],
    ["b=1 [search index=z c=2 | fields b]", ": b equals 1 and ?[search index=z c=2 | fields b]?\nindex=z: c equals 2"],
    ["b=(", "3: a value is missing at the end"],
    ["b=1 (c=2", "8: `)` is missing at the end"],
    ["b=1 | stats count by c ]", "23: `]` closes nothing"],
    [`b=1 ${"(".repeat(5000)}`, "204: brackets nest deeper than 200 levels"],
    [`${"NOT ".repeat(5000)}b=1`, "800: brackets nest deeper than 200 levels"],
    ["b=1 don't", ': b equals 1 and _raw has "don\'t"/i'],
  ])("%#", (search, expected) => {
    expect(printed(search)).toBe(expected);
  });
});

describe("where and eval", () => {
  test.each([
    ['a=1 | where b="x" OR c>3 AND NOT d=2', ': a equals 1 and (b equals "x" or (c greater 3 and not d equals 2))'],
    [
      "a=1 | where 'x.y{}'=5 and isnotnull(c) or isnull(d)",
      ": a equals 1 and ((x.y{} equals 5 and c exists) or not d exists)",
    ],
    [
      'a=1 | where match(b, "(?i)^x") AND like(c, "%y_") AND cidrmatch("192.0.2.0/24", d)',
      ': a equals 1 and b matches "(?i)^x" and c wildcard "*y?" and d cidr "192.0.2.0/24"/i',
    ],
    ['a=1 | eval l=lower(b) | rename l as m | search m="X*"', ': a equals 1 and tolower:b startswith "X"/i'],
    ['a=1 | eval t=if(match(b, "x"), "yes", "no") | search t=yes', ': a equals 1 and b matches "x"'],
    ['a=1 | eval t=case(b==1, "one", true(), "other") | where t!="one"', ": a equals 1 and not b equals 1"],
    [
      'a=1 | eval p=if(mvfind(b, "x")>=0, mvfind(b, "x"), -1) | where p>=0 | eval v=mvindex(c, p) | search v=y',
      ': a equals 1 and b matches "x" and mvindex(p):c equals "y"/i',
    ],
    [
      'a=1 | rex field=b "Scope: (?<scope>[^,]+)" | where scope="all"',
      ': a equals 1 and extract("scope"):b equals "all"',
    ],
    ["a=1 | spath input=b path=c.d output=e | search e=1", ': a equals 1 and extract_json("c.d"):b equals 1'],
    ['a=1 | regex b!="^x" | where c != d', ': a equals 1 and not b matches "^x" and not c equals d'],
    ["a=1 | where b=1 c=2", "16: `AND` or `OR` is missing before `c`"],
    ["a=1 | eval b", "12: `=` is missing at the end"],
  ])("%#", (search, expected) => {
    expect(printed(search)).toBe(expected);
  });
});

test("aggregates are thresholds, with time slots only where they are among the groups", () => {
  const { thresholds, outputs, stages } = dissect(
    `\`entra\` category=SignInLogs | rename properties.* as * | bucket span=5m _time
     | stats count dc(appDisplayName) as apps values(src_ip) as ips by src_ip, _time | where count > 20 AND apps=1
     | stats sum(count) as total by src_ip | search total >= 100 | fields - src_ip`,
  );
  expect(thresholds).toEqual([
    { function: "count", by: ["IPAddress"], operator: ">", value: 20, within: 300_000 },
    { function: "dcount", of: "AppDisplayName", by: ["IPAddress"], operator: "==", value: 1, within: 300_000 },
    { function: "sum", of: "count", by: ["IPAddress"], operator: ">=", value: 100 },
  ]);
  expect(outputs).toEqual([{ name: "total", source: "stats", stage: 6 }]);
  expect(stages.map(({ operator }) => operator)).toEqual([
    "search",
    "rename",
    "bucket",
    "stats",
    "where",
    "stats",
    "search",
    "fields",
  ]);
});

test("the source tells the kind of event, and names stay what they are through renaming", () => {
  const signIns = dissect(
    "`entra` category=SignInLogs properties.status.errorCode=50126 | rename properties.* as * | search appDisplayName=x",
  );
  expect(signIns.reads).toMatchObject([{ events: "entra-sign-in", source: "`entra`" }]);
  expect(signIns.reads.map(({ condition }) => printCondition(condition))).toEqual([
    'Category equals "SignInLogs"/i and ResultType equals 50126 and AppDisplayName equals "x"/i',
  ]);
  const changes = dissect(
    '`entra` operationName="Add member" | rename properties.* as * | rename targetResources{}.* as * | search type=User',
  );
  expect(changes.reads).toMatchObject([{ events: "entra-audit" }]);
  expect(printCondition(changes.reads[0]?.condition ?? { kind: "all", parts: [] })).toBe(
    'OperationName equals "Add member"/i and TargetResources.type equals "User"/i',
  );
  expect(dissect("`entra` user=a").reads[0]?.events).toBeUndefined();
});

describe("macros", () => {
  const files = new Map([
    ["content/macros/aad.yml", "name: aad\ndefinition: sourcetype=azure:aad category=SignInLogs"],
    [
      "content/macros/noisy.yml",
      "name: noisy\narguments: [field, least]\ndefinition: where $field$ > $least$ | rename $field$ as n",
    ],
    ["content/macros/a.yml", "definition: '`b`'"],
    ["content/macros/b.yml", "definition: '`a` x=1'"],
    ["content/macros/broken.yml", "definition: [not a text"],
  ]);
  const beside: FilesBeside = { text: (path) => files.get(path), paths: [...files.keys()] };

  test("those beside the rule are written out where they stand", () => {
    const search = '`aad` src_ip=192.0.2.1 | stats count by src_ip | `noisy(count, "5")` | `contoso_filter`';
    const { reads, thresholds, stages, unread } = dissect(search, beside);
    expect(unread).toEqual([]);
    expect(reads).toMatchObject([{ events: "entra-sign-in", source: "sourcetype=azure:aad" }]);
    expect(printCondition(reads[0]?.condition ?? { kind: "all", parts: [] })).toBe(
      'Category equals "SignInLogs"/i and IPAddress equals "192.0.2.1"/i',
    );
    expect(thresholds).toEqual([{ function: "count", by: ["IPAddress"], operator: ">", value: 5 }]);
    expect(stages.map(({ operator, text }) => `${operator}: ${text}`)).toEqual([
      "search: `aad` src_ip=192.0.2.1",
      "stats: stats count by src_ip",
      'where: `noisy(count, "5")`',
      'rename: `noisy(count, "5")`',
      "search: `contoso_filter`",
    ]);
  });

  test.each([
    ["`unheard` a=1", ["the macro `unheard`, whose definition is not beside the rule"]],
    ["`a` c=1", ["the macro `a`, whose definition is not beside the rule"]],
    ["`broken` c=1", ["the macro `broken`, whose definition is not beside the rule"]],
    ["`noisy(one)` c=1", ["the macro `noisy`, whose definition is not beside the rule"]],
    ['b=1 | `security_content_ctime(firstTime)` | `drop_dm_object_name("X")`', []],
  ])("%s", (search, reasons) => {
    expect(dissect(search, beside).unread.map(({ why }) => why)).toEqual(reasons);
  });
});

test("a search in brackets that cannot be read leaves the others", () => {
  const { reads, unread } = dissect(`a=1 | append [search c=(] | foreach * [eval <<FIELD>>=1] | append [search d=2]`);
  expect(reads.map(({ condition }) => printCondition(condition))).toEqual(["a equals 1", "d equals 2"]);
  expect(unread.map(({ why }) => why)).toEqual([
    "a search in brackets does not follow its grammar: a value is missing at the end",
    "the command `foreach` is not followed",
  ]);
  const deep = dissect(`b=1 ${"[search ".repeat(20)}${"]".repeat(20)}`);
  expect(deep.unread.length).toBeGreaterThan(0);
});

test("outliers: aggregates compared with what is computed of other aggregates", () => {
  const { thresholds, unread } = dissect(
    `a=1 | stats dc(user) as users by src | eventstats avg(users) as mean by src | eval most=mean*3
     | eval isOutlier=if(users > 10 AND users >= most, 1, 0) | search isOutlier=1 | stats min(_time) as first by src
     | where first >= relative_time(now(), "-1h")`,
  );
  expect(unread).toEqual([]);
  expect(thresholds).toEqual([
    { function: "dcount", of: "user", by: ["src"], operator: ">", value: 10 },
    { function: "computed", of: "dcount(user) - (mean*3)", by: ["src"], operator: ">=", value: 0 },
    { function: "computed", of: 'min(_time) - relative_time(now(), "-1h")', by: ["src"], operator: ">=", value: 0 },
  ]);
});

test.each([
  [`a=1 ${Array.from({ length: 3000 }, (_, n) => `| eval x${n}=x${n - 1}`).join(" ")}`, "more than 500 commands"],
  [`a=1 | eval ${Array.from({ length: 3000 }, (_, n) => `x${n}=x${n - 1}`).join(", ")}`, "more than 2000 names"],
  [`a=1 ${"| rename a.* as * ".repeat(60)}`, "more than 50 renamed beginnings"],
])("%#: a search that would grow without end is refused", (search, message) => {
  expect(dissect(search).failure?.message).toBe(message);
});

test("data models, look-ups, joined searches and what is not followed", () => {
  const { reads, outputs, unread } = dissect(
    `| tstats \`security_content_summariesonly\` count min(_time) as first from datamodel=Endpoint.Processes
       where Processes.process_name=cmd.exe (Processes.process="*a*" OR Processes.process="*b*") by Processes.dest Processes.user _time span=1h
     | \`drop_dm_object_name(Processes)\` | lookup known dest OUTPUTNEW owner AS keeper | join dest [search index=z c=2 | table dest]
     | transaction dest startswith=(c=1) maxspan=5m | where eventcount > 3 | map search="search x"`,
  );
  expect(reads.map(({ source, condition }) => `${source}: ${printCondition(condition)}`)).toEqual([
    'endpoint.processes: Processes.process_name equals "cmd.exe"/i and Processes.process contains "a" | "b"/i',
    "index=z: c equals 2",
  ]);
  expect(outputs.map(({ name, source }) => `${name} ${source}`)).toContain("keeper lookup");
  expect(unread.map(({ why }) => why)).toEqual([
    "rows that have a partner in the joined search",
    "what the first and the last event of a transaction have to be",
    "the command `map` is not followed",
  ]);
});

const detection = `name: Guessed passwords
id: 0f1e2d3c-0000-4000-8000-000000000003
version: 4
date: '2026-03-04'
author: One Person, Contoso
status: production
type: TTP
description: Says what it is for.
data_source:
- Azure Active Directory
search: '\`entra\` category=SignInLogs | stats count by src_ip | where count > 5 | \`guessed_passwords_filter\`'
known_false_positives: A new colleague.
references:
- https://contoso.example/b
tags:
  analytic_story:
  - Guessing
  mitre_attack_id:
  - T1110.003
  - t1078
  risk_score: 54
`;

function read(text: string, name = "detections/cloud/a.yml") {
  return splunkReader.read({ name, text }, nothing, vocabulary);
}

test("a detection with what its author says of it", () => {
  const { detections, problems } = read(detection);
  expect(problems).toEqual([]);
  expect(detections).toMatchObject([
    {
      ...{ platform: "Splunk", language: "spl", id: "0f1e2d3c-0000-4000-8000-000000000003", name: "Guessed passwords" },
      ...{ purpose: "rule", severity: "Medium", status: "production", version: "4", updated: "2026-03-04" },
      authors: ["One Person", "Contoso"],
      references: ["https://contoso.example/b"],
      falsePositives: ["A new colleague."],
      attack: { tactics: [], techniques: ["T1078", "T1110.003"] },
      dataSources: ["Azure Active Directory"],
      tags: ["TTP", "Guessing"],
    },
  ]);
});

test.each([
  ["type: Hunting", "hunt"],
  ["type: Anomaly", "rule"],
  ["type: Baseline", "feed"],
  ["type: Correlation", "rule"],
])("%s is a %s", (type, purpose) => {
  expect(read(detection.replace("type: TTP", type)).detections[0]?.purpose).toBe(purpose);
});

test("the highest score of what a detection puts at risk tells how severe it is", () => {
  const text = detection.replace(
    "  risk_score: 54\n",
    "rba:\n  risk_objects:\n  - { field: user, score: 20 }\n  - { field: ip, score: 90 }\n",
  );
  expect(read(text).detections[0]?.severity).toBe("High");
});

test.each([
  ["name: [a", "error[yaml-syntax]: detections/cloud/a.yml, line 1, column 9: "],
  ["search: a=1", "error[missing-key]: detections/cloud/a.yml, line 1, column 1: the detection has no `name`"],
  [
    "name: a\nsearch: ''",
    "error[missing-key]: detections/cloud/a.yml, line 2, column 1: the detection has no `search`",
  ],
  ["name: a\nsearch: |\n  b=1\n  | where (c", "warning[query-syntax]: detections/cloud/a.yml"],
  ["name: a macro\ndefinition: b=1", ""],
])("%#: a bad file is a problem with its place", (text, expected) => {
  const { problems } = read(text);
  if (expected === "") expect(problems).toEqual([]);
  else expect(problems.map(printProblem).join("\n")).toContain(expected);
});

test("which files may hold detections", () => {
  const paths = [
    "detections/cloud/a.yml",
    "macros/a.yml",
    "lookups/a.yml",
    "stories/a.yml",
    "detections/a.txt",
    "baselines/a.yaml",
  ];
  expect(paths.filter(splunkReader.mayHold)).toEqual(["detections/cloud/a.yml", "baselines/a.yaml"]);
});
