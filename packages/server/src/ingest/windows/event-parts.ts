import { quoteName, quoteText } from "../../store/quoting.js";
import type { Store } from "../../store/store.js";
import { castText } from "../casts.js";
import { unmarkedJson, unmarkedText } from "../kept-json.js";
import { brokenRow } from "../load.js";
import { jsonLines } from "../profile.js";
import type { Rejects } from "../rejects.js";
import type { BrokenRow } from "../split.js";
import type { WindowsRecording } from "./recognise-windows.js";

/** What every event has, as texts, `''` for none: columns of the table of parts. */
export const partNames = [
  "time",
  "timeName",
  "computer",
  "channel",
  "provider",
  "id",
  "version",
  "level",
  "task",
  "opcode",
  "keywords",
  "record",
  "process",
  "thread",
  "sid",
  "user",
  "correlation",
  "message",
] as const;

/** The tables that Windows events may go to. */
export const windowsTables = ["SecurityEvent", "Event", "WindowsEvent"] as const;
export type WindowsTable = (typeof windowsTables)[number];

/** Whether a name is that of one of them. */
export function isWindowsTable(name: string | undefined): name is WindowsTable {
  return windowsTables.some((table) => table === name);
}

/** The target of a row that is set aside. */
const rejected = "rejected";

/**
 * Takes the rows of `raw` (see `fillRaw`) apart: the table `parts` gets, besides `partNames`, the event's own `data` and the
 * `rest`, both as pairs of name and text, when the event was (`at`), and the `target`, which is `''` for a row that is no
 * event. A row whose time is none is set aside.
 */
export async function fillParts(
  store: Store,
  raw: string,
  {
    form,
    parts,
    told,
  }: { readonly form: WindowsRecording["form"]; readonly parts: string; readonly told?: WindowsTable },
  rejects: Rejects,
): Promise<void> {
  const texts = partNames.map((name) => `${name} String`).join(", ");
  await store.command(`DROP TABLE IF EXISTS ${parts} SYNC`);
  await store.command(
    `CREATE TABLE ${parts} (n UInt64, line String, ${texts}, data Array(Tuple(String, String)), rest Array(Tuple(String, String)),` +
      " target String, at Nullable(DateTime64(7, 'UTC'))) ENGINE = MergeTree ORDER BY (target, n)",
  );
  const isEvent = "match(id, '^[0-9]{1,9}$') AND (channel != '' OR provider != '')";
  const isSecurity = `lower(channel) = 'security' OR (channel = '' AND provider = 'Microsoft-Windows-Security-Auditing')`;
  const table = told === undefined ? `if(${isSecurity}, 'SecurityEvent', 'Event')` : quoteText(told);
  const bad = "time != '' AND isNull(at)";
  const target = `multiIf(NOT (${isEvent}), '', ${bad}, ${quoteText(rejected)}, ${table})`;
  const columns = ["n", "line", ...partNames.map(quoteName), "data", "rest"].join(", ");
  await store.command(
    `INSERT INTO ${parts} SELECT ${columns}, ${target} AS target, ${castText("datetime", "time")} AS at` +
      ` FROM (${forms[form](raw)}) SETTINGS max_block_size=8192`,
  );
  const reason = `concat('expected a date and time in ', timeName, ', found "', substringUTF8(time, 1, 60), '"')`;
  const broken = `SELECT n AS line, ${reason} AS reason, ${unmarkedJson("line")} AS text FROM (SELECT * FROM ${parts} WHERE target = ${quoteText(rejected)} ORDER BY n)`;
  for await (const row of jsonLines<BrokenRow>(store, `SELECT ${brokenRow} FROM (${broken})`)) await rejects.add(row);
}

const forms: Readonly<Record<WindowsRecording["form"], (raw: string) => string>> = {
  flat: flatParts,
  beats: beatsParts,
};

/**
 * The properties of a JSON object as pairs of name and text: of a string its characters, of the rest its JSON. A name that
 * stands again has its number behind it.
 */
function pairsOf(json: string): string {
  const text = "multiIf(p.2 = 'null', '', startsWith(p.2, '\"'), JSONExtractString(p.2), p.2)";
  const pairs = `arrayMap(p -> tuple(p.1, ${text}), JSONExtractKeysAndValuesRaw(${json}))`;
  return numbered(`arrayMap(q -> tuple(q.1, ${unmarkedText("q.2")}), ${pairs})`, "p.1");
}

/** Pairs of which the second with the same `key`, SQL over a pair `p`, is called `NAME_2`, so that it hides behind none. */
function numbered(pairs: string, key: string): string {
  const name = "if(nth = 1, p.1, concat(p.1, '_', toString(nth)))";
  const named = `arrayMap((p, nth) -> tuple(${name}, p.2), these, arrayEnumerateUniq(arrayMap(p -> ${key}, these)))`;
  return `arrayMap(these -> ${named}, [${pairs}])[1]`;
}

/** Pairs that become columns of their own, whose names are the same where their columns would be. */
function restOf(pairs: string): string {
  return numbered(pairs, "lowerUTF8(replaceRegexpAll(p.1, '[^\\\\p{L}\\\\p{N}_]', '_'))");
}

/** The text of the first of these names that has one among the pairs whose names and texts these arrays are. */
function firstOf(names: readonly string[], [keys, texts]: readonly [string, string]): string {
  return names
    .map((name) => `${texts}[indexOf(${keys}, ${quoteText(name)})]`)
    .reduceRight((rest, text) => (rest === "''" ? text : `if(${text} != '', ${text}, ${rest})`), "''");
}

/** Texts that can stand in a condition `IN`. */
function listed(names: readonly string[]): string {
  return `(${names.map(quoteText).join(", ")})`;
}

const zoned = "[0-9] ?(Z|z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})$";

/** A time that says its zone counts before one that does not. */
function timeOf(names: readonly string[], pairs: readonly [string, string]): readonly [name: string, text: string] {
  const text = (name: string) => firstOf([name], pairs);
  const zones = names.map((name) => `match(${text(name)}, '${zoned}'), ${quoteText(name)}`);
  const any = names.map((name) => `${text(name)} != '', ${quoteText(name)}`);
  return [`multiIf(${[...zones, ...any].join(", ")}, '')`, `${pairs[1]}[indexOf(${pairs[0]}, timeName)]`];
}

const flatTimes = ["TimeCreated", "EventTime", "@timestamp"];
/** What stands beside the data in every product's rows, and has a part of its own. */
const flatParted = [
  ...["Hostname", "Channel", "SourceName", "EventID", "Version", "Level", "Task", "Opcode", "OpcodeValue", "Keywords"],
  ...["EventRecordID", "RecordNumber", "ExecutionProcessID", "ThreadID", "ActivityID", "Message"],
];
/** The same that has none, and is kept. */
const flatKept = [
  "ProviderGuid",
  "EventReceivedTime",
  "SourceModuleName",
  "SourceModuleType",
  "@version",
  ...flatTimes,
];
/** The same in NXLog's rows only; elsewhere data may be called so. */
const nxlogKept = ["Opcode", "Severity", "SeverityValue", "Category", "RelatedActivityID", "host", "port", "tags"];
const accountNames = ["AccountName", "AccountType", "Domain", "UserID"];
const eventTypes = ["AUDIT_SUCCESS", "AUDIT_FAILURE", "INFO", "WARNING", "ERROR", "CRITICAL", "VERBOSE", "DEBUG"];

function flatParts(raw: string): string {
  const pairs = ["names", "texts"] as const;
  const value = (...names: string[]) => firstOf(names, pairs);
  const isNxlog = "hasAny(names, ['EventReceivedTime', 'SourceModuleName', 'SeverityValue'])";
  const hasAccount = "has(names, 'AccountType')";
  // The process of an event is called as fields of some events are; only old rows of NXLog have no better name for it.
  const hasOldProcess = `${isNxlog} AND NOT has(names, 'ExecutionProcessID')`;
  const isKept =
    `p.1 IN ${listed(flatKept)} OR (${isNxlog} AND p.1 IN ${listed(nxlogKept)})` +
    ` OR (${hasAccount} AND p.1 IN ${listed(accountNames)}) OR (p.1 = 'EventType' AND p.2 IN ${listed(eventTypes)})`;
  const isParted = `p.1 IN ${listed(flatParted)} OR (p.1 = 'ProcessID' AND ${hasOldProcess})`;
  const [timeName, time] = timeOf(flatTimes, pairs);
  const severity = `transform(${value("SeverityValue")}, ['1', '2', '3', '4', '5'], ['5', '4', '3', '2', '1'], '')`;
  const account = `if(${hasAccount} AND ${value("AccountName")} != '', concat(if(${value("Domain")} = '', '', concat(${value("Domain")}, '\\\\')), ${value("AccountName")}), '')`;
  const success = `transform(${value("EventType")}, ['AUDIT_SUCCESS', 'AUDIT_FAILURE'], ['0x8020000000000000', '0x8010000000000000'], '')`;
  const columns: Readonly<Record<(typeof partNames)[number], string>> = {
    timeName,
    time,
    computer: value("Hostname"),
    channel: value("Channel"),
    provider: value("SourceName"),
    id: wholeNumber(value("EventID")),
    version: value("Version"),
    level: levelNumber(`if(${value("Level")} != '', ${value("Level")}, ${severity})`),
    task: value("Task"),
    opcode: value("OpcodeValue", "Opcode"),
    keywords: `if(${hexKeywords(value("Keywords"))} != '', ${hexKeywords(value("Keywords"))}, ${success})`,
    record: value("EventRecordID", "RecordNumber"),
    process: `if(${hasOldProcess}, ${value("ProcessID")}, ${value("ExecutionProcessID")})`,
    thread: value("ThreadID"),
    sid: `if(${hasAccount}, ${value("UserID")}, '')`,
    user: account,
    correlation: value("ActivityID"),
    message: value("Message"),
  };
  // What has a part of its own, and says more than the part holds.
  const isUnused =
    `(p.1 = 'Keywords' AND NOT (${isInHex("p.2")})) OR (p.1 = 'RecordNumber' AND p.2 != record)` +
    " OR (p.1 = 'Opcode' AND p.2 != opcode)";
  const isTime = "p.1 = timeName OR (p.1 = '@timestamp' AND p.2 = time)";
  const rest = `arrayFilter(p -> (${isKept} OR ${isUnused}) AND p.2 != '' AND NOT (${isTime}), pairs)`;
  return (
    `SELECT n, line, ${selected(columns)},` +
    ` arrayFilter(p -> NOT (${isParted}) AND NOT (${isKept}), pairs) AS data, ${restOf(rest)} AS rest` +
    ` FROM (SELECT n, line, ${pairsOf("line")} AS pairs, pairs.1 AS names, pairs.2 AS texts FROM ${raw} WHERE ok = 1)`
  );
}

const beatsParted = [
  ...["channel", "provider_name", "event_id", "computer_name", "record_id", "event_data", "user_data", "version"],
  ...["activity_id", "process", "keywords"],
];

function beatsParts(raw: string): string {
  const winlog = (...names: string[]) => firstOf(names, ["keys", "contents"]);
  const inside = (path: string) => `JSONExtractString(line, ${path})`;
  const number = (text: string) => `if(match(${text}, '^[0-9]+$'), ${text}, '')`;
  const user = (name: string) => inside(`'winlog', 'user', '${name}'`);
  const columns: Readonly<Record<(typeof partNames)[number], string>> = {
    timeName: "'@timestamp'",
    time: "JSONExtractString(line, '@timestamp')",
    computer: `if(${winlog("computer_name")} != '', ${winlog("computer_name")}, ${inside("'host', 'name'")})`,
    channel: winlog("channel"),
    provider: winlog("provider_name"),
    id: wholeNumber(`if(${winlog("event_id")} != '', ${winlog("event_id")}, ${unmarkedText("code")})`),
    version: winlog("version"),
    level: levelNumber(inside("'log', 'level'")),
    task: number(winlog("task")),
    opcode: number(winlog("opcode")),
    keywords: hexKeywords(winlog("keywords")),
    record: winlog("record_id"),
    process: "JSONExtractRaw(line, 'winlog', 'process', 'pid')",
    thread: "JSONExtractRaw(line, 'winlog', 'process', 'thread', 'id')",
    sid: user("identifier"),
    user: `if(${user("name")} = '', '', concat(if(${user("domain")} = '', '', concat(${user("domain")}, '\\\\')), ${user("name")}))`,
    correlation: winlog("activity_id"),
    message: "JSONExtractString(line, 'message')",
  };
  const beside = "arrayFilter(p -> p.1 NOT IN ('@timestamp', 'message', 'winlog'), pairs)";
  const within =
    `arrayMap(p -> tuple(concat('winlog_', p.1), p.2), arrayFilter(p -> (p.1 NOT IN ${listed(beatsParted)} OR (p.1 = 'keywords' AND NOT (${isInHex("p.2")})))` +
    " AND NOT (p.1 IN ('task', 'opcode') AND match(p.2, '^[0-9]+$')), wp))";
  const data = (name: string) => pairsOf(`JSONExtractRaw(line, 'winlog', '${name}')`);
  const rest = `arrayFilter(p -> p.2 != '', arrayConcat(${beside}, ${within}))`;
  return (
    `SELECT n, line, ${selected(columns)},` +
    ` ${numbered(`arrayConcat(${data("event_data")}, ${data("user_data")})`, "p.1")} AS data, ${restOf(rest)} AS rest` +
    ` FROM (SELECT n, line, ${pairsOf("line")} AS pairs, ${pairsOf("JSONExtractRaw(line, 'winlog')")} AS wp, wp.1 AS keys, wp.2 AS contents,` +
    ` trim(BOTH '"' FROM JSONExtractRaw(line, 'event', 'code')) AS code` +
    ` FROM ${raw} WHERE ok = 1)`
  );
}

function selected(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, value]) => `${value} AS ${quoteName(name)}`)
    .join(", ");
}

/** The digits of a whole number, also of one that is written `4624.0` or `0x1210`; every other text as it is. */
function wholeNumber(text: string): string {
  const hex = "toString(reinterpretAsUInt32(reverse(unhex(leftPad(substring(text, 3), 8, '0')))))";
  const digits = `ifNull(toString(${castText("int", "text")}), text)`;
  return `arrayMap(text -> if(match(text, '^0[xX][0-9a-fA-F]{1,8}$'), ${hex}, ${digits}), [${text}])[1]`;
}

/** The level of an event as a number, which products write by its name too. */
function levelNumber(text: string): string {
  const names = ["critical", "error", "warning", "information", "verbose", "info", "informational", "logalways"];
  const numbers = ["1", "2", "3", "4", "5", "4", "4", "0"];
  return `transform(lower(${text}), [${names.map(quoteText).join(", ")}], [${numbers.map(quoteText).join(", ")}], ${text})`;
}

/** The 64 bits of the keywords in hexadecimal, which NXLog writes as a signed number and others by their names; '' for more. */
function hexKeywords(text: string): string {
  return (
    `multiIf(match(${text}, '^0[xX][0-9a-fA-F]{1,16}$'), lower(${text}),` +
    ` isNotNull(toInt64OrNull(${text})), concat('0x', lower(hex(reinterpretAsUInt64(toInt64OrZero(${text}))))),` +
    ` isNotNull(toUInt64OrNull(${text})), concat('0x', lower(hex(toUInt64OrZero(${text})))),` +
    ` match(${text}, '(?i)audit success'), '0x8020000000000000', match(${text}, '(?i)audit failure'), '0x8010000000000000', '')`
  );
}

/** Whether the hexadecimal form says all that the keywords say. */
function isInHex(text: string): string {
  const isOne = `match(${text}, '(?i)^(0x[0-9a-f]+|-?[0-9]+|\\\\W*audit (success|failure)\\\\W*)$')`;
  return `${isOne} AND ${hexKeywords(text)} != ''`;
}
