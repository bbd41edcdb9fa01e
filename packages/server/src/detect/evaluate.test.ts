import { type Rule, readRules } from "@calypso/catalog";
import type { Column, KqlType } from "@calypso/kql";
import { expect, test } from "vitest";
import type { AlertLimits } from "./alert.js";
import type { Row } from "./cells.js";
import { type Evaluation, startEvaluation } from "./evaluate.js";
import { parseTicks } from "./ticks.js";

const window = { from: parseTicks("2026-03-01") ?? 0n, to: parseTicks("2026-03-02") ?? 0n };

function rule(keys: string): Rule {
  const { rules, problems } = readRules({
    name: "r.yaml",
    text: `id: r-1\nname: Rule name\ndescription: About it\nquery: T\n${keys}\n`,
  });
  expect(problems.filter((problem) => problem.severity === "error")).toEqual([]);
  return rules[0]!;
}

function run(keys: string, columns: string, rows: readonly Row[], limits: Partial<AlertLimits> = {}): Evaluation {
  const evaluator = startEvaluation(rule(keys), columnsOf(columns), window, limits);
  for (const row of rows) evaluator.add(row);
  return evaluator.finish();
}

/** `name:type`, blank-separated; a bare name is a string. */
function columnsOf(text: string): Column[] {
  return text.split(" ").map((part) => {
    const [name = "", type = "string"] = part.split(":");
    return { name, type: type as KqlType }; // tests name types of KQL only
  });
}

function mapping(type: string, fields: Readonly<Record<string, string>>): string {
  const list = Object.entries(fields).map(
    ([identifier, column]) => `{identifier: ${identifier}, columnName: ${column}}`,
  );
  return `  - {entityType: ${type}, fieldMappings: [${list.join(", ")}]}`;
}

const entitiesOf = (evaluation: Evaluation) => evaluation.alerts[0]?.entities;

test.each([
  ["gt", 0, 0, false],
  ["gt", 0, 1, true],
  ["gt", 2, 2, false],
  ["lt", 1, 0, true],
  ["lt", 3, 3, false],
  ["eq", 0, 0, true],
  ["eq", 2, 2, true],
  ["ne", 0, 0, false],
  ["ne", 0, 5, true],
])("%s %i with %i rows: %s", (operator, threshold, rows, fires) => {
  const keys = `triggerOperator: ${operator}\ntriggerThreshold: ${threshold}`;
  const evaluation = run(
    keys,
    "A",
    Array.from({ length: rows }, () => ["a"]),
  );
  expect(evaluation.alerts).toHaveLength(fires ? 1 : 0);
  expect(evaluation.rows).toBe(rows);
  if (fires) expect(evaluation.alerts[0]?.rows).toBe(rows);
});

test("an alert on nothing has the window's ends and no entities, also where each row has its alert", () => {
  for (const grouping of ["SingleAlert", "AlertPerResult"]) {
    const keys = `triggerOperator: eq\neventGroupingSettings: {aggregationKind: ${grouping}}`;
    expect(run(keys, "TimeGenerated:datetime", []).alerts).toMatchObject([
      {
        title: "Rule name",
        description: "About it",
        rows: 0,
        entities: [],
        start: "2026-03-01T00:00:00.0000000Z",
        end: "2026-03-02T00:00:00.0000000Z",
      },
    ]);
  }
});

test("one alert for each row, in the query's order, after the threshold is met by all of them", () => {
  const keys = "triggerThreshold: 1\neventGroupingSettings: {aggregationKind: AlertPerResult}\ncustomDetails: {Who: A}";
  const alerts = run(keys, "A", [["b"], ["a"]]).alerts;
  expect(alerts.map((alert) => alert.customDetails)).toEqual([{ Who: ["b"] }, { Who: ["a"] }]);
  expect(run(keys, "A", [["b"]]).alerts).toEqual([]);
});

test("there is no limit of alerts but the configured one, which says what it holds back", () => {
  const keys = "eventGroupingSettings: {aggregationKind: AlertPerResult}";
  const rows = Array.from({ length: 400 }, (_, index) => [`${index}`]);
  expect(run(keys, "A", rows)).toMatchObject({ heldBack: 0, rows: 400 });
  expect(run(keys, "A", rows).alerts).toHaveLength(400);
  const limited = run(keys, "A", rows, { alerts: 30 });
  expect(limited.alerts).toHaveLength(30);
  expect(limited.heldBack).toBe(370);
});

test("start and end are the rows' first and last time", () => {
  const rows = [["2026-03-01T10:00:00.0000000Z"], ["2026-03-01T09:00:00.0000000Z"], [null]];
  expect(run("", "TimeGenerated:datetime", rows).alerts[0]).toMatchObject({
    start: "2026-03-01T09:00:00.0000000Z",
    end: "2026-03-01T10:00:00.0000000Z",
  });
});

test("the sample holds the first rows by column", () => {
  const rows = [
    ["a", 1],
    ["b", null],
    ["c", 3],
  ];
  expect(run("", "A B:long", rows, { sampleRows: 2 }).alerts[0]?.sample).toEqual([
    { A: "a", B: 1 },
    { A: "b", B: null },
  ]);
});

test.each([
  ["Account", "ann@corp.example", { name: "ann", upnSuffix: "corp.example" }],
  ["Account", "CORP\\ann", { name: "ann", ntDomain: "CORP" }],
  ["Account", "ann", { name: "ann" }],
  ["Host", "web1.corp.example", { hostName: "web1", dnsDomain: "corp.example" }],
  ["Host", "CORP\\web1", { hostName: "web1", ntDomain: "CORP" }],
  ["Host", "web1", { hostName: "web1" }],
  ["Host", "192.0.2.7", { hostName: "192.0.2.7" }],
])("the full name of a %s, %s, is split", (type, fullName, parts) => {
  const keys = `entityMappings:\n${mapping(type, { FullName: "A" })}`;
  expect(entitiesOf(run(keys, "A", [[fullName]]))).toEqual([{ type, fullName, ...parts }]);
});

test("entities come mapping by mapping, each once, the empty ones dropped", () => {
  const keys = `entityMappings:
${mapping("Account", { Name: "User", UPNSuffix: "Suffix" })}
${mapping("Account", { AadUserId: "Id" })}
${mapping("IP", { Address: "Address" })}`;
  const rows = [
    ["ann", "corp.example", "u-1", "192.0.2.1"],
    ["ann", "corp.example", "", "192.0.2.2"],
    ["", null, "u-2", null],
    [" ", "", "", "192.0.2.1"],
  ];
  expect(entitiesOf(run(keys, "User Suffix Id Address", rows))).toEqual([
    { type: "Account", name: "ann", upnSuffix: "corp.example" },
    { type: "Account", aadUserId: "u-1" },
    { type: "Account", aadUserId: "u-2" },
    { type: "IP", address: "192.0.2.1" },
    { type: "IP", address: "192.0.2.2" },
  ]);
});

test("a column that is not returned leaves its identifier out", () => {
  const keys = `entityMappings:\n${mapping("Account", { FullName: "User", AadUserId: "Missing" })}`;
  expect(entitiesOf(run(keys, "User", [["ann"]]))).toEqual([{ type: "Account", fullName: "ann", name: "ann" }]);
});

test("a built-in name alone is nobody; with a domain it is somebody", () => {
  const keys = `entityMappings:\n${mapping("Account", { FullName: "A" })}`;
  expect(entitiesOf(run(keys, "A", [["System"], ["NT AUTHORITY\\SYSTEM"], ["admin@corp.example"]]))).toEqual([
    { type: "Account", fullName: "NT AUTHORITY\\SYSTEM", name: "SYSTEM", ntDomain: "NT AUTHORITY" },
    { type: "Account", fullName: "admin@corp.example", name: "admin", upnSuffix: "corp.example" },
  ]);
});

test("identifiers are spelled as alerts spell them, and values are text", () => {
  const keys = `entityMappings:
${mapping("Host", { AzureID: "A", OSFamily: "B", NTDomain: "A" })}
${mapping("Account", { PUID: "B", IsDomainJoined: "C" })}
${mapping("CloudApplication", { AppId: "D" })}`;
  expect(entitiesOf(run(keys, "A:dynamic B C:bool D:dynamic", [["bare", "b", true, [1, "x"]]]))).toEqual([
    { type: "Host", azureID: "bare", osFamily: "b", ntDomain: "bare" },
    { type: "Account", puid: "b", isDomainJoined: "true" },
    { type: "CloudApplication", appId: '[1,"x"]' },
  ]);
});

test("mappings share the limit of entities equally", () => {
  const keys = `entityMappings:\n${mapping("IP", { Address: "A" })}\n${mapping("IP", { Address: "B" })}`;
  const rows = Array.from({ length: 300 }, (_, index) => [`a${index}`, `b${index}`]);
  const [alert] = run(keys, "A B", rows).alerts;
  expect(alert?.entities).toHaveLength(500);
  expect(alert?.entities.filter((entity) => entity["address"]?.startsWith("a"))).toHaveLength(250);
  expect(alert?.notes).toEqual(["100 entities beyond the limit of 500 were left out"]);
});

test("rules without mappings use the columns that meant entities before", () => {
  const rows = [["ann@corp.example", "web1", "192.0.2.1", "https://a.example/"]];
  const columns = "AccountCustomEntity HostCustomEntity IPCustomEntity URLCustomEntity";
  expect(entitiesOf(run("", columns, rows))).toEqual([
    { type: "Account", fullName: "ann@corp.example", name: "ann", upnSuffix: "corp.example" },
    { type: "Host", fullName: "web1", hostName: "web1" },
    { type: "IP", address: "192.0.2.1" },
    { type: "URL", url: "https://a.example/" },
  ]);
  const mapped = `entityMappings:\n${mapping("IP", { Address: "IPCustomEntity" })}`;
  expect(entitiesOf(run(mapped, columns, rows))).toEqual([{ type: "IP", address: "192.0.2.1" }]);
});

test("entities of the alerts that a rule reads are passed on", () => {
  const list = [
    { $id: "3", Name: "ann", UPNSuffix: "corp.example", IsDomainJoined: true, Host: { $ref: "5" }, Type: "account" },
    { $id: "4", Address: "192.0.2.1", Location: { CountryCode: "NL" }, Type: "ip" },
    { $id: "5", HostName: "web1", Type: "host" },
    {
      $id: "6",
      Name: "a.exe",
      FileHashes: [{ $id: "7", Algorithm: "MD5", Value: "00", Type: "filehash" }],
      Type: "file",
    },
    { $ref: "5" },
    { $id: "8", AppId: 11161, Type: "cloud-application" },
  ];
  const evaluation = run("sentinelEntitiesMappings: [{columnName: Entities}]", "Entities", [
    [JSON.stringify(list)],
    ["not JSON"],
  ]);
  expect(entitiesOf(evaluation)).toEqual([
    { type: "Account", name: "ann", upnSuffix: "corp.example", isDomainJoined: "true" },
    { type: "IP", address: "192.0.2.1" },
    { type: "Host", hostName: "web1" },
    { type: "File", name: "a.exe" },
    { type: "FileHash", algorithm: "MD5", value: "00" },
    { type: "CloudApplication", appId: "11161" },
  ]);
});

test("custom details are distinct texts, also for one value", () => {
  const evaluation = run("customDetails: {Who: A, Count: B, Gone: C}", "A B:long", [
    ["x", 1],
    ["x", 2],
    ["", null],
  ]);
  expect(evaluation.alerts[0]?.customDetails).toEqual({ Who: ["x"], Count: ["1", "2"] });
});

test("custom details stop at fifty values and two kilobytes, and say so", () => {
  const many = run(
    "customDetails: {Who: A}",
    "A",
    Array.from({ length: 60 }, (_, index) => [`v${index}`]),
  ).alerts[0];
  expect(many?.customDetails["Who"]).toHaveLength(50);
  expect(many?.notes).toEqual(["10 values of custom details beyond the limits were left out"]);
  const long = run("customDetails: {Who: A}", "A", [["a".repeat(2000)], ["b".repeat(100)], ["c"]]).alerts[0];
  expect(long?.customDetails["Who"]?.map((text) => text.length)).toEqual([2000, 1]);
});

const override = (text: string) => `alertDetailsOverride: {${text}}`;

test("the alert's name and description take values of its first row", () => {
  const keys = override("alertDisplayNameFormat: 'By {{ A }} at {{T}}', alertDescriptionFormat: '{{N}} times'");
  const rows = [
    ["ann", "2026-03-01T09:00:00.0000000Z", 3],
    ["bob", "2026-03-01T10:00:00.0000000Z", 4],
  ];
  expect(run(keys, "A T:datetime N:long", rows).alerts[0]).toMatchObject({
    title: "By ann at 2026-03-01T09:00:00.0000000Z",
    description: "3 times",
  });
});

test.each([
  ["an empty value", "alertDisplayNameFormat: 'By {{A}}'", [[""]]],
  ["a missing column", "alertDisplayNameFormat: 'By {{Missing}}'", [["a"]]],
  ["more than 256 bytes", "alertDisplayNameFormat: 'By {{A}}'", [["é".repeat(130)]]],
  ["an unknown severity", "alertSeverityColumnName: A", [["Severe"]]],
  ["an unknown tactic", "alertTacticsColumnName: A", [["Impact, Malware"]]],
  ["a property out of its form", "alertDynamicProperties: [{alertProperty: ConfidenceScore, value: A}]", [["7"]]],
])("%s leaves the rule's own", (_, text, rows) => {
  expect(run(`${override(text)}\nseverity: Low\ntactics: [Discovery]`, "A", rows).alerts[0]).toMatchObject({
    title: "Rule name",
    severity: "Low",
    tactics: ["Discovery"],
    dynamicProperties: {},
  });
});

test("severity, tactics and dynamic properties come from columns", () => {
  const keys = `${override(
    "alertSeverityColumnName: S, alertTacticsColumnName: T, alertDynamicProperties: [{alertProperty: AlertLink, value: L}, {alertProperty: Techniques, value: Q}]",
  )}\nrelevantTechniques: [T1078.004]`;
  const rows = [["high", ["Impact", "command and control"], "https://a.example/1", '["T1110","T1021"]']];
  expect(run(keys, "S T:dynamic L Q", rows).alerts[0]).toMatchObject({
    severity: "High",
    tactics: ["Impact", "CommandAndControl"],
    techniques: ["T1110", "T1021"],
    subTechniques: ["T1078.004"],
    dynamicProperties: { AlertLink: "https://a.example/1", Techniques: '["T1110","T1021"]' },
  });
});

test("a part with more than fifty values in a run is the rule's own in all its alerts", () => {
  const keys = `${override("alertDisplayNameFormat: 'By {{A}}', alertDescriptionFormat: 'At {{B}}'")}
eventGroupingSettings: {aggregationKind: AlertPerResult}`;
  const rows = (count: number) => Array.from({ length: count }, (_, index) => [`a${index}`, "b"]);
  expect(run(keys, "A B", rows(50)).alerts[49]).toMatchObject({ title: "By a49", description: "At b" });
  const many = run(keys, "A B", rows(51));
  expect(many.alerts[0]).toMatchObject({ title: "Rule name", description: "At b" });
  expect(many.discardedOverrides).toEqual(["title"]);
});
