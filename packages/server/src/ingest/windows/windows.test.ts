import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store } from "../../store/store.js";
import { temporaryStore } from "../../store/testing/temporary-store.js";
import { ingestPaths } from "../ingest.js";
import { answerOf, fileOf, loadPath } from "../testing/loading.js";

let store: Store;
let folder: string;
let close: () => Promise<void>;
let count = 0;

beforeAll(async () => ({ store, folder, close } = await temporaryStore()));
afterAll(() => close());

async function load(rows: readonly (object | string)[], table?: string): Promise<readonly unknown[]> {
  const path = fileOf(folder, `recording-${++count}.json`, rows);
  const told: unknown[] = [];
  for (const result of await loadPath(store, folder, path, table === undefined ? {} : { table })) {
    const messages = result.messages.map(({ message }) => message.replace(path, "FILE"));
    told.push([result.table, result.stored, result.rejected, ...messages]);
    if (result.rejectedFile !== undefined) told.push(readFileSync(result.rejectedFile, "utf8").trim());
  }
  return told;
}

function ask(text: string): Promise<readonly unknown[]> {
  return answerOf(store, text);
}

const sysmon = { SourceName: "Microsoft-Windows-Sysmon", Channel: "Microsoft-Windows-Sysmon/Operational" };
const security = { SourceName: "Microsoft-Windows-Security-Auditing", Channel: "Security" };

test("events of one file go to the table of their log, with Sentinel's columns", async () => {
  const host = { Hostname: "ws1.contoso.example", "@timestamp": "2026-01-02T03:04:05.1234567Z", "@version": "1" };
  const pipe = { PipeName: "\\p", EventType: "CreatePipe", UtcTime: "2026-01-02 03:04:05.100", Image: "a" };
  const rows = [
    {
      ...{ ...security, ...host, EventID: 4688, EventTime: "2026-01-02 04:04:05", Keywords: "#-9214364837600034816" },
      ...{ Version: 2, Task: 13312, OpcodeValue: 0, RecordNumber: "#9007199254740993", ExecutionProcessID: 4 },
      ...{ EventType: "AUDIT_SUCCESS", SeverityValue: 2, EventReceivedTime: "2026-01-02 04:04:06", ThreadID: 8 },
      ...{ SubjectUserName: "ann", SubjectDomainName: "CONTOSO", NewProcessId: "0x1a4", ProcessId: "0x10" },
      ...{ NewProcessName: "C:\\Tools\\a.exe", CommandLine: 'a.exe <x> & "y"', Message: "A new process.\r\n\r\nMore" },
    },
    { ...security, ...host, EventID: 4625, TargetUserName: "web$", TargetDomainName: "CONTOSO", LogonType: "3" },
    {
      ...security,
      ...host,
      EventID: 4698,
      TaskName: "\\run",
      SubjectUserName: "ann",
      Type: "AuditLogs",
      TenantId: "x",
    },
    { ...sysmon, ...host, EventID: 17, ...pipe },
    { ...host, EventID: 7045, SourceName: "Service Control Manager", Channel: "System", AccountName: "LocalSystem" },
  ];
  // A number after # is written as such, as it is larger than numbers of JavaScript.
  expect(await load(rows.map((row) => JSON.stringify(row).replace(/"#(-?[0-9]+)"/g, "$1")))).toEqual([
    ["SecurityEvent", 3, 0],
    ["Event", 2, 0],
  ]);
  const at = "2026-01-02T03:04:05.1234567Z";
  expect(
    await ask(
      "SecurityEvent | sort by EventID asc | project EventID, TimeGenerated, Activity, Account, AccountType, LogonType," +
        " LogonTypeName, Level, Computer, Type",
    ),
  ).toEqual(
    [
      [4625, at, "4625 - An account failed to log on.", "CONTOSO\\web$", "Machine", 3, "3 - Network", ""],
      [4688, at, "4688 - A new process.", "CONTOSO\\ann", "User", null, "", "8"],
      [4698, at, "4698 - A scheduled task was created.", "\\ann", "User", null, "", ""],
    ].map((row) => [...row, "ws1.contoso.example", "SecurityEvent"]),
  );
  expect(
    await ask(
      "SecurityEvent | where EventID == 4688 | project Keywords, EventRecordId, SystemProcessId, Process, NewProcessId, ProcessId, CommandLine",
    ),
  ).toEqual([["0x8020000000000000", "9007199254740993", 4, "a.exe", "0x1a4", "0x10", 'a.exe <x> & "y"']]);
  const inXml = "d = parse_xml(EventData) | project EventID, names = d.EventData.Data";
  expect(await ask(`SecurityEvent | where EventData != '' | extend ${inXml}`)).toEqual([
    [
      4698,
      [
        ["TaskName", "\\run"],
        ["SubjectUserName", "ann"],
        ["Type", "AuditLogs"],
        ["TenantId", "x"],
      ].map(([name, text]) => ({ "@Name": name, "#text": text })),
    ],
  ]);
  expect(
    await ask(
      "Event | where EventID == 17 | extend d = parse_xml(EventData).DataItem.EventData.Data" +
        ' | project EventLog, Source, Computer, pipe = tostring(d[2]["@Name"]), d[0]["#text"], ParameterXml',
    ),
  ).toEqual([
    [
      ...[sysmon.Channel, sysmon.SourceName, "ws1.contoso.example", "PipeName", "CreatePipe"],
      "<Param>CreatePipe</Param><Param>2026-01-02 03:04:05.100</Param><Param>\\p</Param><Param>a</Param>",
    ],
  ]);
  expect(await ask("Event | where EventID == 7045 | project EventData has '\"AccountName\">LocalSystem<'")).toEqual([
    [true],
  ]);
  // What has no column of Sentinel's is a column of its own, and what no row of a table has is none of it.
  expect(await ask("SecurityEvent | where EventID == 4688 | project EventReceivedTime, Message, EventTime")).toEqual([
    ["2026-01-02T04:04:06.0000000Z", "A new process.\r\n\r\nMore", "2026-01-02T04:04:05.0000000Z"],
  ]);
  const columns = store
    .schema()
    .table("Event")
    ?.columns.map(({ name }) => name);
  expect(columns).not.toContain("EventReceivedTime");
});

test("local times are moved to UTC where Sysmon tells how far they are, whatever zone is written behind them", async () => {
  const row = (second: number, more: object) => ({
    ...{ Hostname: "ws2", EventID: 1, TimeCreated: `2026-01-02T22:00:0${second}.500Z` },
    ...more,
  });
  const told = await load([
    ...[1, 2, 3].map((second) => row(second, { ...sysmon, UtcTime: `2026-01-03 03:00:0${second}.499` })),
    row(4, { ...security, EventID: 4672 }),
    row(5, { ...security, EventID: 4672, Hostname: "ws3" }),
    // This one says what it is.
    row(6, { ...security, EventID: 4672, TimeCreated: "2026-01-03T04:00:06.500+01:00" }),
  ]);
  expect(told).toEqual([
    [
      "SecurityEvent",
      3,
      0,
      "FILE: the times of ws2 are written 05:00 behind UTC, as Sysmon's UtcTime shows; they are moved to UTC",
    ],
    ["Event", 3, 0],
  ]);
  expect(
    await ask(
      "SecurityEvent | where EventID == 4672 | sort by Computer asc, TimeGenerated asc | project Computer, TimeGenerated",
    ),
  ).toEqual([
    ["ws2", "2026-01-03T03:00:04.5000000Z"],
    ["ws2", "2026-01-03T03:00:06.5000000Z"],
    ["ws3", "2026-01-02T22:00:05.5000000Z"],
  ]);
});

test("rows that cannot be read are set aside with their line, and rows that are no events are kept", async () => {
  const row = (time: string) => ({ ...security, Hostname: "ws4", EventID: 4634, EventTime: time });
  const bad = JSON.stringify(row("soon"));
  expect(
    await load([
      row("2026-01-02 03:04:05"),
      bad,
      '{"EventID": 46',
      { note: "begins" },
      row("2026-01-02T03:04:06+01:00"),
    ]),
  ).toEqual([
    [
      ...["SecurityEvent", 2, 2],
      'FILE:3: expected a JSON object: "{\\"EventID\\": 46"',
      `FILE:2: expected a date and time in EventTime, found "soon": ${JSON.stringify(bad.slice(0, 80))}`,
    ],
    [
      JSON.stringify({ line: 3, reason: "expected a JSON object", text: '{"EventID": 46' }),
      JSON.stringify({ line: 2, reason: 'expected a date and time in EventTime, found "soon"', text: bad }),
    ].join("\n"),
    [`recording_${count}_CL`, 1, 0, "FILE: 1 rows have no time; TimeGenerated is the time of their arrival"],
  ]);
  expect(
    await ask("SecurityEvent | where Computer == 'ws4' | project TimeGenerated | sort by TimeGenerated asc"),
  ).toEqual([["2026-01-02T02:04:06.0000000Z"], ["2026-01-02T03:04:05.0000000Z"]]);
});

test("no text of an event leaves its place in the XML, hides the rest, or fills a column that is not its own", async () => {
  const attack = {
    ...{ ...sysmon, Hostname: "ws5", EventID: 1, TimeCreated: "2026-01-02T03:04:05Z" },
    ...{ CommandLine: '</Data><Data Name="Image">C:\\good.exe</Data>', 'x"><y': "a\u0001b]]>", EventLog: "Security" },
    ...{ Computer: "other", _ItemId: "1", TimeGenerated_x: "2020-01-01", UserName: "nobody", Image: "C:\\bad.exe" },
  };
  expect(await load([attack])).toEqual([["Event", 1, 0]]);
  expect(
    await ask(
      "Event | where Computer == 'ws5' | extend d = parse_xml(EventData).DataItem.EventData.Data" +
        ' | project EventLog, UserName, d[0]["#text"], d[1]["#text"], d[2], array_length(d), _ItemId == "1"',
    ),
  ).toEqual([
    [
      ...[
        sysmon.Channel,
        "",
        "C:\\bad.exe",
        attack.CommandLine,
        { "@Name": 'x"><y', "#text": "a\uFFFDb]]>" },
        8,
        false,
      ],
    ],
  ]);
});

test("the rows of Winlogbeat are events too, and all events go to WindowsEvent where that is asked for", async () => {
  const beat = (winlog: object) => ({
    ...{ "@timestamp": "2026-01-02T03:04:05.678Z", message: "An account.\nMore", agent: { type: "winlogbeat" } },
    ...{ event: { code: "4624", outcome: "success" }, log: { level: "information" }, process: { pid: 1 } },
    winlog: { provider_name: security.SourceName, computer_name: "ws6", record_id: 77, task: "Logon", ...winlog },
  });
  const data = { TargetUserName: "ann", TargetDomainName: "CONTOSO", LogonType: 3, LogonGuid: "{AB-1}" };
  const logon = beat({ channel: "Security", event_id: 4624, keywords: ["Audit Success"], event_data: data });
  expect(await load([logon, beat({ channel: "System", event_id: "6005" })])).toEqual([
    ["SecurityEvent", 1, 0],
    ["Event", 1, 0],
  ]);
  expect(
    await ask(
      "SecurityEvent | where Computer == 'ws6' | project EventID, Account, LogonType, LogonGuid, Level, Activity, winlog_task," +
        " EventRecordId, Process, Source_process, agent",
    ),
  ).toEqual([
    [
      ...[4624, "CONTOSO\\ann", 3, "ab-1", "8", "4624 - An account.", "Logon", "77", ""],
      ...['{"pid":1}', '{"type":"winlogbeat"}'],
    ],
  ]);
  expect(await load([beat({ channel: "Security", event_id: 4624, event_data: data })], "WindowsEvent")).toEqual([
    ["WindowsEvent", 1, 0],
  ]);
  expect(await ask("WindowsEvent | project EventID, Channel, Provider, EventLevelName, EventData, Message")).toEqual([
    [...[4624, "Security", security.SourceName, "Information"], { ...data, LogonType: "3" }, "An account.\nMore"],
  ]);
});

test("a recording may hold rows of a table to which its events go, with columns that the table lacks", async () => {
  const event = { ...security, Hostname: "ws7", EventID: 4624, EventTime: "2026-01-02T03:04:05Z" };
  const row = { Type: "SecurityEvent", TimeGenerated: "2026-01-02T03:04:06Z", Computer: "ws7", CollectedBy: "agent" };
  expect(await load([event, row, event])).toEqual([
    ["SecurityEvent", 2, 0],
    ["SecurityEvent", 1, 0],
  ]);
  expect(
    await ask("SecurityEvent | where Computer == 'ws7' | summarize count() by CollectedBy | sort by CollectedBy"),
  ).toEqual([
    ["agent", 1],
    ["", 2],
  ]);
});

test("a row that is no event goes to none of their tables, whatever columns these have grown", async () => {
  const time = "2026-01-02T03:04:05Z";
  const host = { name: "ws8" };
  const winlog = { channel: "Security", provider_name: security.SourceName, event_id: 4624, computer_name: "ws8" };
  const flat = { ...security, Hostname: "ws8", EventID: 4624, EventTime: time, "@timestamp": "2026-01-02T03:04:06Z" };
  await load([flat, { ...flat, Message: "\nAn account.\r\nMore" }]);
  const events = [1, 2].map((record) => ({
    "@timestamp": time,
    message: "m",
    host,
    winlog: { ...winlog, record_id: record },
  }));
  expect(await load([...events, { "@timestamp": time, message: "m", host, winlog: "none" }])).toEqual([
    ["SecurityEvent", 2, 0],
    [`recording_${count}_CL`, 1, 0],
  ]);
  // The line break that a message begins with is not its first line.
  expect(await ask("SecurityEvent | where Computer == 'ws8' and Message has 'More' | project Activity")).toEqual([
    ["4624 - An account."],
  ]);
});

test("nothing is lost that stands twice, differs in case alone, or is more than its place holds", async () => {
  const begin = JSON.stringify({ ...security, Hostname: "ws9", EventID: 4688, EventTime: "2026-01-02T03:04:05Z" });
  const row = (more: string) => `${begin.slice(0, -1)},${more}}`;
  const twice = row('"CommandLine":"2","CommandLine":"two","Hostname":"other"');
  const told = await load([
    row('"CommandLine":"1","commandline":"one"'),
    twice,
    row('"CommandLine":"3","Keywords":"99999999999999999999999","SeverityValue":2,"SeverityValue":3'),
    row('"CommandLine":"4","Keywords":9232379236109516800'),
    row('"CommandLine":"5","Keywords":"Audit Success, Classic"'),
  ]);
  expect(told).toEqual([["SecurityEvent", 5, 0]]);
  const data = (pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([name, text]) => ({ "@Name": name, "#text": text }));
  expect(
    await ask(
      "SecurityEvent | where Computer == 'ws9' | sort by CommandLine asc" +
        " | project CommandLine, parse_xml(EventData).EventData.Data, Keywords, Source_Keywords",
    ),
  ).toEqual([
    [
      "1",
      data([
        ["CommandLine", "1"],
        ["commandline", "one"],
      ]),
      "",
      "",
    ],
    [
      "2",
      data([
        ["CommandLine", "2"],
        ["CommandLine_2", "two"],
        ["Hostname_2", "other"],
      ]),
      "",
      "",
    ],
    [
      "3",
      data([
        ["CommandLine", "3"],
        ["SeverityValue_2", "3"],
      ]),
      "",
      "99999999999999999999999",
    ],
    ["4", null, "0x8020000000000000", ""],
    ["5", null, "0x8020000000000000", "Audit Success, Classic"],
  ]);
  await load([twice], "WindowsEvent");
  expect(await ask("WindowsEvent | where Computer == 'ws9' | project EventData")).toEqual([
    [{ CommandLine: "2", CommandLine_2: "two", Hostname_2: "other" }],
  ]);
});

test("the number of an event may be written as a real or in hexadecimal", async () => {
  const row = { ...security, Hostname: "ws10", EventTime: "2026-01-02T03:04:05Z", a: 1, b: 2 };
  const rows = ["4624.0", '"4624.0"', '"0x1210"', "4624.5"].map((id) =>
    JSON.stringify({ ...row, EventID: 0 }).replace('"EventID":0', `"EventID":${id}`),
  );
  expect((await load(rows)).map((told) => Array.isArray(told) && told.slice(0, 3))).toEqual([
    ["SecurityEvent", 3, 0],
    [`recording_${count}_CL`, 1, 0],
  ]);
  expect(await ask("SecurityEvent | where Computer == 'ws10' | summarize count() by EventID, Activity")).toEqual([
    [4624, "4624 - An account was successfully logged on.", 3],
  ]);
});

test("a log of others that has an EventID, a Channel and a SourceName is no recording of Windows", async () => {
  const alert = {
    EventID: 7,
    Hostname: "fw1",
    Channel: "alerts",
    SourceName: "firewall",
    EventTime: "2026-01-02T03:04:05Z",
  };
  const loaded = async (more: object) =>
    (await load([{ ...alert, User: "ann", Severity: "high", Action: "deny", Rule: 3, ...more }]))[0];
  expect(await loaded({})).toEqual([`recording_${count}_CL`, 1, 0]);
  for (const mark of [
    { ProviderGuid: "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}" },
    { Channel: "Contoso-Agent/Operational" },
    { SourceModuleType: "im_msvistalog" },
    { ExecutionProcessID: 4 },
  ]) {
    expect(await loaded(mark)).toEqual(["Event", 1, 0]);
  }
});

test("a load that ends between two moves to one table leaves nothing out, and the next try stores nothing twice", async () => {
  const event = { ...security, Hostname: "ws20", EventID: 4624, EventTime: "2026-01-02T03:04:05Z" };
  const row = { Type: "SecurityEvent", TimeGenerated: "2026-01-02T03:04:06Z", Computer: "ws20", CollectedBy: "agent" };
  const path = fileOf(folder, "between.json", [event, row, event]);
  for await (const { stored } of ingestPaths(store, [path], { now: () => new Date("2026-10-14T03:00:00Z") })) {
    expect(stored).toBe(2);
    break;
  }
  for (const left of [1, 0]) {
    const results = await loadPath(store, folder, path);
    expect(results.map(({ stored, duplicates }) => [stored, duplicates])).toEqual([
      [0, 2],
      [left, 1 - left],
    ]);
    expect(await ask("SecurityEvent | where Computer == 'ws20' | count")).toEqual([[3]]);
  }
});
