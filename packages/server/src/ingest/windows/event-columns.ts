import { quoteText } from "../../store/quoting.js";
import { activities } from "./activities.js";
import type { WindowsTable } from "./event-parts.js";
import { dataItemXml, eventDataXml, parameterXml } from "./event-xml.js";
import { hasOffset } from "./time-shifts.js";

/** The columns of a table that come from the parts of an event, as SQL over the table of parts. */
export interface EventColumns {
  readonly columns: Readonly<Record<string, string>>;
  /** Those that the table as it ships does not have, made where a row has a value. */
  readonly added: Readonly<Record<string, string>>;
}

/**
 * How a table gets its columns from the parts of events. `columnOf` names the field of the data that has a column of
 * `SecurityEvent` as its own, all of them in small letters.
 */
export function eventColumns(table: WindowsTable, fieldNames: readonly string[]): EventColumns {
  const system = {
    Version: "version",
    Opcode: "opcode",
    Keywords: "keywords",
    EventRecordId: "record",
    SystemProcessId: "process",
    SystemThreadId: "thread",
    SystemUserId: "sid",
    Correlation: "correlation",
  };
  const every = { TimeGenerated: timeGenerated, Computer: "computer", EventID: "id" };
  const level = { EventLevel: "level", EventLevelName: levelName };
  switch (table) {
    case "SecurityEvent":
      return {
        columns: {
          ...every,
          Channel: "channel",
          EventSourceName: "provider",
          Task: "task",
          ...system,
          ...security(fieldNames),
        },
        added: { Message: "message" },
      };
    case "Event":
      return {
        columns: {
          ...{ ...every, ...level, EventLog: "channel", Source: "provider", EventCategory: "task", UserName: "user" },
          ...{ RenderedDescription: "message", EventData: dataItemXml("data"), ParameterXml: parameterXml("data") },
        },
        added: system,
      };
    case "WindowsEvent":
      return {
        columns: {
          ...every,
          ...level,
          Channel: "channel",
          Provider: "provider",
          Task: "task",
          ...system,
          EventData: json,
        },
        added: { Message: "message", UserName: "user" },
      };
    default:
      return assertNever(table);
  }
}

/** `shift` is what the written time of a computer lacks to UTC, in seconds. */
const timeGenerated = `if(isNull(at), '', concat(replaceOne(toString(assumeNotNull(at) + toIntervalSecond(if(${hasOffset}, 0, shift))), ' ', 'T'), 'Z'))`;

const levelName =
  "transform(level, ['0', '1', '2', '3', '4', '5'], ['Information', 'Critical', 'Error', 'Warning', 'Information', 'Verbose'], '')";

/** All values are texts. */
const json = `concat('{', arrayStringConcat(arrayMap(p -> concat(toJSONString(p.1), ':', toJSONString(p.2)), data), ','), '}')`;

function field(name: string): string {
  return `data.2[indexOf(data.1, ${quoteText(name)})]`;
}

/** Logons, logoffs and Kerberos tell of the account that logs on; other events of who acts. */
const aboutTarget = ["4624", "4625", "4634", "4647", "4768", "4769", "4771", "4776"];

const logonTypes: Readonly<Record<string, string>> = {
  0: "System",
  2: "Interactive",
  3: "Network",
  4: "Batch",
  5: "Service",
  7: "Unlock",
  8: "NetworkCleartext",
  9: "NewCredentials",
  10: "RemoteInteractive",
  11: "CachedInteractive",
  12: "CachedRemoteInteractive",
  13: "CachedUnlock",
};

function security(fieldNames: readonly string[]): Readonly<Record<string, string>> {
  const part = (name: "User" | "Domain") =>
    `if(id IN (${aboutTarget.map(quoteText).join(", ")}), ${field(`Target${name}Name`)}, ${field(`Subject${name}Name`)})`;
  const account = (user: string, domain: string) => `if(${user} = '', '', concat(${domain}, '\\\\', ${user}))`;
  const both = (side: string) => account(field(`${side}UserName`), field(`${side}DomainName`));
  const bits = "reinterpretAsUInt64(reverse(unhex(leftPad(substring(keywords, 3), 16, '0'))))";
  const has = (bit: number) => `bitTest(${bits}, ${bit})`;
  const path = `if(${field("NewProcessName")} != '', ${field("NewProcessName")}, ${field("ProcessName")})`;
  const types = Object.keys(logonTypes);
  const typeNames = types.map((type) => quoteText(`${type} - ${logonTypes[type]}`));
  const guid = (name: string) => `replaceRegexpAll(lower(${field(name)}), '[{}]', '')`;
  const names = "arrayMap(p -> lower(p.1), data)";
  const isHeld =
    `arrayExists(name -> name NOT IN (${["", ...fieldNames].map(quoteText).join(", ")}), ${names})` +
    ` OR length(arrayDistinct(${names})) < length(data)`;
  return {
    Level: `multiIf(keywords = '', level, ${has(53)}, '8', ${has(52)}, '16', level)`,
    EventLevelName: `if(provider = 'Microsoft-Windows-Security-Auditing', 'LogAlways', ${levelName})`,
    Activity: activity,
    Account: account(part("User"), part("Domain")),
    AccountName: part("User"),
    AccountDomain: part("Domain"),
    AccountType: `multiIf(${part("User")} = '', '', endsWith(${part("User")}, '$'), 'Machine', 'User')`,
    SubjectAccount: both("Subject"),
    TargetAccount: both("Target"),
    Process: `arrayElement(splitByChar('\\\\', ${path}), -1)`,
    LogonTypeName: `transform(${field("LogonType")}, [${types.map(quoteText).join(", ")}], [${typeNames.join(", ")}], '')`,
    LogonGuid: guid("LogonGuid"),
    TargetLogonGuid: guid("TargetLogonGuid"),
    EventData: `if(${isHeld}, ${eventDataXml("data")}, '')`,
  };
}

/** The number of the event and the first line of its message, or what is known of the number. */
const activity = (() => {
  const ids = Object.keys(activities);
  const titles = Object.values(activities);
  const line = "trimBoth(splitByRegexp('[\\\\r\\\\n]', replaceRegexpOne(message, '^\\\\s+', ''))[1])";
  const isKnown = "provider IN ('Microsoft-Windows-Security-Auditing', 'Microsoft-Windows-Eventlog')";
  const known = `if(${isKnown}, transform(id, [${ids.map(quoteText).join(", ")}], [${titles.map(quoteText).join(", ")}], ''), '')`;
  return `arrayMap(title -> if(title = '', id, concat(id, ' - ', title)), [if(message = '', ${known}, ${line})])[1]`;
})();

function assertNever(value: never): never {
  throw new Error(`no columns for ${String(value)}`);
}
