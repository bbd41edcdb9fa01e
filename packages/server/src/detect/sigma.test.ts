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

const xml = (values: Readonly<Record<string, string>>) =>
  `<EventData>${Object.entries(values)
    .map(([name, value]) => `<Data Name="${name}">${value}</Data>`)
    .join("")}</EventData>`;
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 0, 0, second)).toISOString();

/** Events by table; the column that follows the name of a table tells them apart. */
const events: Readonly<Record<string, { readonly id: string; readonly rows: readonly object[] }>> = {
  DeviceProcessEvents: {
    id: "MachineGroup",
    rows: [
      {
        ...{ MachineGroup: "cmd", FolderPath: "C:\\Windows\\System32\\cmd.exe", FileName: "cmd.exe" },
        ...{ ProcessCommandLine: 'CMD.exe /c "whoami" –enc c*t', AccountDomain: "NT AUTHORITY", AccountName: "SYSTEM" },
        ...{ ProcessIntegrityLevel: "System", SHA1: "aaaabbbbccccddddeeeeffff0000111122223333", LogonId: 999 },
        ...{ InitiatingProcessFolderPath: "C:\\Windows\\explorer.exe", ProcessId: 10 },
      },
      {
        ...{
          MachineGroup: "ps",
          FolderPath: "C:\\Temp\\powershell.exe",
          ProcessVersionInfoOriginalFileName: "PowerShell.EXE",
        },
        ...{ ProcessCommandLine: "powershell -EncodedCommand aGVsbG8sIFNpZ21hIHdvcmxk" },
        ...{ InitiatingProcessFolderPath: "C:\\Temp\\powershell.exe", ProcessId: 200, AccountName: "ann" },
      },
      { MachineGroup: "bare" },
    ],
  },
  SecurityEvent: {
    id: "EventRecordId",
    rows: [
      {
        EventRecordId: "logon",
        EventID: 4624,
        LogonType: 3,
        IpAddress: "10.1.2.3",
        TargetUserName: "ann",
        SubjectUserName: "ANN",
      },
      {
        EventRecordId: "six",
        EventID: 4624,
        LogonType: 10,
        IpAddress: "2001:db8::7",
        TargetUserName: "bob$",
        SubjectUserName: "ann",
      },
      {
        ...{ EventRecordId: "task", EventID: 4698, SubjectUserName: "x" },
        EventData: xml({ TaskName: "\\a&amp;b", TaskContent: "&lt;Command&gt;cmd.exe&lt;/Command&gt; &amp;lt;" }),
      },
      { EventRecordId: "names", EventID: 2, EventData: xml({ "a-b": "1", "a.b": "2", and: "3" }) },
      { EventRecordId: "none", EventID: 5145, ShareName: "\\\\*\\IPC$" },
    ],
  },
  SigninLogs: {
    id: "CorrelationId",
    rows: [
      {
        CorrelationId: "ok",
        ResultType: "0",
        UserAgent: "BAV2ROPC",
        DeviceDetail: { isCompliant: false, trustType: "" },
      },
      { CorrelationId: "bad", ResultType: "50126", DeviceDetail: { isCompliant: true, trustType: "Hybrid" } },
    ],
  },
  AuditLogs: {
    id: "CorrelationId",
    rows: [
      {
        ...{
          CorrelationId: "two",
          OperationName: "Update user",
          Result: "success",
          InitiatedBy: { user: { userPrincipalName: "a@contoso.example" } },
        },
        TargetResources: [
          { displayName: "first", modifiedProperties: [{ displayName: "Other", newValue: "1" }] },
          { displayName: "second", modifiedProperties: [{ displayName: "StrongAuth", newValue: '[{"State":0}]' }] },
        ],
      },
      { CorrelationId: "empty", OperationName: "Add user", ResultReason: "Success", TargetResources: [] },
      { CorrelationId: "nolist", OperationName: "Add group" },
    ],
  },
  AzureActivity: {
    id: "CorrelationId",
    rows: [
      { CorrelationId: "vm", OperationNameValue: "MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE" },
      { CorrelationId: "other", OperationNameValue: "X" },
    ],
  },
  AADUserRiskEvents: { id: "CorrelationId", rows: [{ CorrelationId: "leak", RiskEventType: "leakedCredentials" }] },
  OfficeActivity: {
    id: "OfficeId",
    rows: [
      {
        OfficeId: "mfa",
        Operation: "Disable Strong Authentication.",
        ResultStatus: "True",
        Parameters: '[{"Name":"Export"}]',
      },
    ],
  },
  Syslog: {
    id: "HostName",
    rows: [
      {
        HostName: "ssh",
        ProcessName: "sshd",
        Facility: "auth",
        SyslogMessage: "error: Incorrect signature from 192.0.2.1",
      },
      {
        HostName: "web",
        ProcessName: "httpd",
        Facility: "daemon",
        SyslogMessage: "incorrect signature; chown root x chmod 4777 y",
      },
    ],
  },
};

beforeAll(async () => {
  workspace = await openWorkspace();
  mkdirSync(folder.path, { recursive: true });
  for (const [table, { rows }] of Object.entries(events)) {
    const path = join(folder.path, `${table}.ndjson`);
    writeFileSync(path, rows.map((row, index) => JSON.stringify({ TimeGenerated: at(index), ...row })).join("\n"));
    for await (const result of ingestPaths(workspace.store, [path], { table, now: () => new Date(at(0)) })) {
      expect(result).toMatchObject({ rejected: 0 });
    }
  }
});
afterAll(async () => {
  await workspace.close();
  folder.remove();
});

const sources = {
  process: ["DeviceProcessEvents", "{ product: windows, category: process_creation }"],
  unix: ["DeviceProcessEvents", "{ product: linux, category: process_creation }"],
  security: ["SecurityEvent", "{ product: windows, service: security }"],
  signin: ["SigninLogs", "{ product: azure, service: signinlogs }"],
  audit: ["AuditLogs", "{ product: azure, service: auditlogs }"],
  activity: ["AzureActivity", "{ product: azure, service: activitylogs }"],
  risk: ["AADUserRiskEvents", "{ product: azure, service: riskdetection }"],
  office: ["OfficeActivity", "{ product: m365, service: audit }"],
  linux: ["Syslog", "{ product: linux }"],
  sshd: ["Syslog", "{ product: linux, service: sshd }"],
} as const;

const surroundings = { vocabulary: shippedVocabulary, beside: { paths: [], text: () => undefined } };

const rulesIn = (text: string) => readRunnableRules({ name: "rule.yml", text }, surroundings);

const ruleText = (source: string, detection: string) =>
  `title: A rule\nid: r-1\nlevel: high\nlogsource: ${source}\ndetection:\n${detection.replace(/^/gm, "  ")}\n`;

/** Runs the one rule, and gives the rows of its result; the query binds without a doubt. */
async function rowsOf(text: string, project: string): Promise<readonly unknown[]> {
  const { rules, problems } = rulesIn(text);
  const [rule] = rules.filter(({ obstacle }) => obstacle === undefined);
  if (rule === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  const { compilation, rows } = await runQuery(workspace.store, { text: `${rule.query.text}\n${project}`, now: 0n });
  expect([errorOf(compilation), warningsOf(compilation)]).toEqual([undefined, []]);
  const found: unknown[] = [];
  for await (const row of rows) found.push(JSON.parse(row));
  return found;
}

async function matched(source: keyof typeof sources, detection: string): Promise<string> {
  const [table, logsource] = sources[source];
  const rows = await rowsOf(ruleText(logsource, detection), `| project Id = tostring(${events[table]?.id})`);
  return rows.flat().sort().join(" ");
}

const selection = (...items: readonly string[]) => `s:\n${items.map((item) => `  ${item}`).join("\n")}\ncondition: s`;
const not = (...items: readonly string[]) => `s:\n${items.map((item) => `  ${item}`).join("\n")}\ncondition: not s`;

describe("a detection finds exactly the events that meet it", () => {
  const cases: readonly (readonly [keyof typeof sources, string, string])[] = [
    // Values: case does not count, wildcards and what escapes them, nothing, numbers, truth.
    ["process", selection("CommandLine|contains: WHOAMI"), "cmd"],
    ["process", selection("CommandLine|cased|contains: WHOAMI"), ""],
    ["process", selection("CommandLine|contains|cased: whoami"), "cmd"],
    ["process", selection("Image: 'c:\\windows\\\\*\\CMD.exe'"), "cmd"],
    ["process", selection("Image: 'C:\\Windows\\System32\\cmd.ex?'"), "cmd"],
    ["process", selection("CommandLine|endswith: 'c\\*t'"), "cmd"],
    ["process", selection("CommandLine|endswith: 'c\\?t'"), ""],
    ["process", selection("Image|endswith: ['\\cmd.exe', '\\powershell.exe']"), "cmd ps"],
    ["process", selection("CommandLine|contains|all: [powershell, encoded]"), "ps"],
    ["process", selection("CommandLine|startswith: cmd"), "cmd"],
    ["process", selection("Image:"), "bare"],
    ["process", selection("Image: ''"), "bare"],
    ["process", selection("Image: '*'"), "cmd ps"],
    ["process", not("Image|contains: System32"), "bare ps"],
    ["process", selection("Image|exists: true"), "cmd ps"],
    ["process", selection("ProcessId|exists: false"), "bare"],
    ["process", selection("ProcessId: 10"), "cmd"],
    ["process", selection("ProcessId: '10'"), "cmd"],
    ["process", selection("LogonId: '0x3e7'"), "cmd"],
    ["process", not("ProcessId: 10"), "bare ps"],
    ["process", selection("ProcessId|gte: 10", "ProcessId|lt: 200"), "cmd"],
    ["process", not("ProcessId|gt: 10"), "bare cmd"],
    ["process", selection("ProcessId|lte: 200"), "cmd ps"],
    ["process", selection("ProcessId|startswith: 20"), "ps"],
    // What is made of values.
    ["process", selection("CommandLine|re: 'CMD\\.exe\\s+/c'"), "cmd"],
    ["process", selection("CommandLine|re: 'cmd\\.exe\\s+/c'"), ""],
    ["process", selection("CommandLine|re|i: 'cmd\\.exe\\s+/c'"), "cmd"],
    ["process", selection("CommandLine|windash|contains: ' -enc '"), "cmd"],
    ["process", selection("CommandLine|windash|contains: ' /encoded'"), "ps"],
    ["process", selection("CommandLine|base64offset|contains: 'Sigma'"), "ps"],
    ["process", selection("CommandLine|base64|contains: 'hello,'"), "ps"],
    ["process", selection("CommandLine|base64|contains: 'Sigma'"), ""],
    ["process", selection("Image|fieldref: ParentImage"), "ps"],
    ["process", selection("Image|fieldref|endswith: OriginalFileName"), "ps"],
    ["process", selection("CommandLine|neq: ''"), "cmd ps"],
    // Fields that are made of others.
    ["process", selection("User: 'nt authority\\system'"), "cmd"],
    ["process", selection("User|contains: AUTHORI"), "cmd"],
    // What stands between the two parts is no user.
    ["process", selection("User|contains: '\\'"), "cmd ps"],
    ["process", selection("User|re: '.*'"), "cmd ps"],
    ["unix", selection("User: ann"), "ps"],
    ["process", selection("IntegrityLevel: S-1-16-16384"), "cmd"],
    [
      "process",
      selection(
        "Hashes|contains: ['IMPHASH=00000000000000000000000000000000', 'SHA1=AAAABBBBCCCCDDDDEEEEFFFF0000111122223333']",
      ),
      "cmd",
    ],
    ["security", selection("EventID: 4624", "IpAddress|cidr: ['10.0.0.0/8', '2001:db8::/32']"), "logon six"],
    ["security", `s:\n  EventID: [4624, 5145]\nf:\n  IpAddress|cidr: 10.0.0.0/8\ncondition: s and not f`, "none six"],
    ["security", selection("TargetUserName|fieldref: SubjectUserName"), "logon"],
    ["security", selection("ShareName: '\\\\\\\\\\*\\\\IPC$'"), "none"],
    ["security", selection("TaskContent|contains: <Command>cmd.exe</Command>"), "task"],
    ["security", selection("TaskContent|endswith: '&lt;'"), "task"],
    ["security", selection("TaskName: '\\a&b'"), "task"],
    ["security", not("TaskName|exists: true"), "logon names none six"],
    ["security", selection("EventData.a-b: 1", "EventData.a.b: 2", "EventData.and: 3"), "names"],
    ["security", selection("TimeGenerated|minute|gte: 0", "TimeGenerated|year: 2026", "EventID: 4698"), "task"],
    ["signin", selection("Status: Success"), "ok"],
    ["signin", selection("Status: failure"), "bad"],
    ["signin", selection("Status|contains: Succ"), "ok"],
    ["signin", selection("Status|startswith: F"), "bad"],
    ["signin", selection("DeviceDetail.isCompliant: false"), "ok"],
    ["signin", selection("DeviceDetail.trusttype: ['', null]"), "ok"],
    ["signin", selection("ResultType: 50126"), "bad"],
    ["audit", selection("Status: success"), "empty two"],
    ["audit", selection("TargetResources.ModifiedProperties.NewValue|contains: 'State\":0'"), "two"],
    ["audit", selection("TargetResources.displayName: [second, third]"), "two"],
    ["audit", not("TargetResources.displayName|startswith: sec"), "empty nolist"],
    ["audit", selection("TargetResources.displayName: null"), "empty nolist"],
    ["audit", selection("Initiatedby|endswith: contoso.example"), "two"],
    ["activity", "keywords:\n  - virtualMachines/write\ncondition: keywords", "vm"],
    ["risk", selection("riskEventType: LeakedCredentials"), "leak"],
    [
      "office",
      selection("Operation: 'Disable Strong Authentication.'", "status: success", "Payload|contains: export"),
      "mfa",
    ],
    ["linux", "keywords:\n  - incorrect signature\ncondition: keywords", "ssh web"],
    ["linux", "keywords:\n  '|all':\n    - 'chown root*chmod 4777'\n    - signature\ncondition: keywords", "web"],
    ["sshd", "keywords: [incorrect signature]\ncondition: keywords", "ssh"],
    // Conditions.
    [
      "security",
      "a:\n  EventID: 4624\nb1:\n  LogonType: 3\nb2:\n  LogonType: 10\n_c:\n  EventID: 1\ncondition: a and 1 of b*",
      "logon six",
    ],
    ["security", "a:\n  EventID: 4624\nb:\n  LogonType: 3\n_c:\n  EventID: 1\ncondition: all of them", "logon"],
    ["security", "a:\n  EventID: 4624\nb:\n  LogonType: 3\nc:\n  EventID: 1\ncondition: 2 of them", "logon"],
    [
      "security",
      "a:\n  EventID: 4698\nb:\n  EventID: 5145\nc:\n  EventID: 4624\ncondition: a or b and not c",
      "none task",
    ],
    ["security", "a:\n  EventID: 4698\nb:\n  EventID: 4624\ncondition: not (a or b)", "names none"],
    ["security", "a:\n  - EventID: 4698\n  - EventID: 4624\n    LogonType: 3\ncondition: a", "logon task"],
    ["security", "a:\n  EventID: 4698\nb:\n  EventID: 5145\ncondition:\n  - a\n  - b", "none task"],
  ];
  for (const [source, detection, expected] of cases) {
    test(`${source} ${detection.replace(/\s*\n\s*/g, " ")}`, async () => {
      expect(await matched(source, detection)).toBe(expected);
    });
  }
});

describe("what has no exact form is refused by name, with its line", () => {
  const refusals: readonly (readonly [keyof typeof sources, string, string])[] = [
    [
      "process",
      selection("Nonsense: 1"),
      "7 unmapped-field: no column of DeviceProcessEvents is known to hold `Nonsense`",
    ],
    ["process", selection("Image|near: x"), "7 unsupported-modifier: `near` is not a modifier of Sigma"],
    [
      "process",
      selection("Image|re: '(?=a)b'"),
      "7 unsupported-value: KQL has no exact form for a regular expression that looks ahead or behind",
    ],
    [
      "process",
      selection("Image|expand: '%paths%'"),
      "7 bad-value: the placeholder %paths% stands for values that the rule does not hold",
    ],
    [
      "process",
      selection("CommandLine|wide: x"),
      "7 unsupported-modifier: an encoding of text stands before `base64` or `base64offset`; logs hold no such bytes",
    ],
    ["security", selection("EventID|hour: 0"), "7 unsupported-value: KQL has no exact form for the hour of an int"],
    [
      "security",
      selection("IpAddress|cidr: 10.0.0.0/33"),
      "7 bad-value: `10.0.0.0/33` is not a network such as 192.0.2.0/24",
    ],
    [
      "process",
      selection("CurrentDirectory: C:\\"),
      "5 never-matches: no event can meet the condition, as the tests that it needs are never met",
    ],
    [
      "security",
      "a:\n  EventID: 1\ncondition: a | count() > 5",
      "8 bad-condition: what follows `|` is an aggregation of the old Sigma; write a correlation instead",
    ],
    ["security", "a:\n  EventID: 1\ncondition: a and b", "8 bad-condition: there is no selection `b`"],
    ["security", "a:\n  EventID: 1\ncondition: (a", "8 bad-condition: a `)` is missing here"],
    [
      "security",
      "a:\n  EventID: 1\ncondition: [a, { b: a }]",
      "8 bad-condition: a list of conditions holds texts only",
    ],
    ["security", "a: { EventID: 1 }\na: { EventID: 2 }\ncondition: a", "7 bad-value: `a` stands there twice"],
    ["security", selection("EventID: 1", "EventID: 2"), "8 bad-value: `EventID` stands there twice"],
    ["security", selection("? [EventID]", ": 1"), "7 bad-value: a test without a field"],
    ["process", selection("Image|re|base64: x"), "7 unsupported-modifier: `base64` goes with text only"],
    [
      "process",
      selection("Image|base64|fieldref: ParentImage"),
      "7 unsupported-modifier: `fieldref` does not go with `base64`",
    ],
    [
      "linux",
      "k: { '|startswith': x }\ncondition: k",
      "6 unsupported-modifier: `startswith` needs a field, whose text has a start and an end",
    ],
    [
      "security",
      selection("IpAddress|cidr: '1::2::3/3'"),
      "7 bad-value: `1::2::3/3` is not a network such as 192.0.2.0/24",
    ],
    [
      "signin",
      selection("Status|re: ucc"),
      "7 unsupported-value: KQL has no exact form for a regular expression over values that are written in another way here",
    ],
  ];
  for (const [source, detection, expected] of refusals) {
    test(expected, () => {
      const { rules, problems } = rulesIn(ruleText(sources[source][1], detection));
      const errors = problems.filter(({ severity }) => severity === "error");
      expect(errors.map(({ line, code, message }) => `${line} ${code}: ${message}`)).toEqual([expected]);
      expect(rules.map(({ obstacle }) => obstacle?.message)).toEqual(errors.map(({ message }) => message));
    });
  }

  test("a log source that no table holds", () => {
    const { problems } = rulesIn(ruleText("{ product: zeek, service: dns }", "s:\n  a: 1\ncondition: s"));
    expect(problems).toMatchObject([{ code: "unmapped-source", line: 4, key: "logsource" }]);
  });

  test("hostile text stays text", async () => {
    const value = `x" or true // ' \\\\ | take 1`;
    expect(await matched("process", selection(`CommandLine: ${JSON.stringify(value)}`))).toBe("");
    expect(
      await matched("process", selection(`? ${JSON.stringify(`AdditionalFields.a"] or true or tostring(a["`)}\n  : x`)),
    ).toBe("");
  });
});
