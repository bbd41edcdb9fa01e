import type { Subject } from "./activity.js";
import { ask, type Logs } from "./ask.js";
import { conditionOf, type Kind, type NamedTable, tablesWithLogs } from "./columns.js";
import { kqlText, kqlTime } from "./kql-text.js";

/** A question that is asked of every entity of a kind, with how many rows answer it. */
export interface Pivot {
  readonly name: string;
  readonly kql: string;
  readonly rows: number;
}

/** What Entra ID says of risk, in its own words. */
export interface Risk {
  readonly table: string;
  readonly level: string;
  readonly state: string;
  readonly kind: string;
  readonly events: number;
  readonly last: string;
  readonly kql: string;
}

interface Question {
  readonly name: string;
  readonly table: string;
  /** What is asked of the rows that name the entity; nothing where all of them answer. */
  readonly stages: string;
}

/** The first factor was right, or was wrong, by `ResultType`. */
const refused = `ResultType in ("50126", "50053", "50055", "50056", "50057", "50034", "50064")`;
const notApproved = `ResultType in ("500121", "50074", "50076")`;

const signIns: readonly Question[] = ["SigninLogs", "AADNonInteractiveUserSignInLogs"].flatMap((table) => {
  const how = table === "SigninLogs" ? "" : " without the user";
  return [
    { name: `Signed in${how}`, table, stages: `where ResultType == "0"` },
    { name: `Password refused${how}`, table, stages: `where ${refused}` },
    { name: `Approval asked and not given${how}`, table, stages: `where ${notApproved}` },
    { name: `Blocked by Conditional Access${how}`, table, stages: `where ConditionalAccessStatus =~ "failure"` },
  ];
});

const mailRules = `where Operation in~ ("New-InboxRule", "Set-InboxRule", "UpdateInboxRules", "Set-Mailbox", "Add-MailboxPermission", "New-TransportRule")`;
const azureWrites = `where OperationNameValue !endswith "/READ"`;

const questions: Readonly<Record<Kind, readonly Question[]>> = {
  account: [
    ...signIns,
    { name: "Changes in the directory", table: "AuditLogs", stages: `where Result =~ "success"` },
    {
      name: "Role changes",
      table: "AuditLogs",
      stages: `where OperationName has "member to role" or OperationName has "member from role"`,
    },
    { name: "Mail rules and forwarding", table: "OfficeActivity", stages: mailRules },
    {
      name: "Files downloaded",
      table: "OfficeActivity",
      stages: `where Operation in~ ("FileDownloaded", "FileSyncDownloadedFull")`,
    },
    {
      name: "Files deleted",
      table: "OfficeActivity",
      stages: `where Operation in~ ("FileDeleted", "FileRecycled", "FileVersionsAllDeleted")`,
    },
    { name: "Changes in Azure", table: "AzureActivity", stages: azureWrites },
    { name: "Risk detections", table: "AADUserRiskEvents", stages: "" },
    { name: "Processes started", table: "DeviceProcessEvents", stages: "" },
    { name: "Windows events", table: "SecurityEvent", stages: "" },
  ],
  ip: [
    ...signIns,
    { name: "Applications signed in", table: "AADServicePrincipalSignInLogs", stages: "" },
    { name: "Firewall", table: "CommonSecurityLog", stages: "" },
    {
      name: "Refused by the firewall",
      table: "CommonSecurityLog",
      stages: `where DeviceAction has_any ("deny", "denied", "drop", "block", "blocked", "reset")`,
    },
    { name: "Changes in Azure", table: "AzureActivity", stages: azureWrites },
    { name: "Changes in the directory", table: "AuditLogs", stages: "" },
    { name: "Mail and files", table: "OfficeActivity", stages: "" },
    { name: "Connections of devices", table: "DeviceNetworkEvents", stages: "" },
  ],
  host: [
    { name: "Sign-ins with it", table: "SigninLogs", stages: "" },
    { name: "Log-ons", table: "SecurityEvent", stages: "where EventID == 4624" },
    { name: "Failed log-ons", table: "SecurityEvent", stages: "where EventID == 4625" },
    { name: "Processes started", table: "SecurityEvent", stages: "where EventID == 4688" },
    { name: "Processes started (Defender)", table: "DeviceProcessEvents", stages: "" },
    { name: "Connections", table: "DeviceNetworkEvents", stages: "" },
    { name: "Syslog", table: "Syslog", stages: "" },
    { name: "Syslog errors", table: "Syslog", stages: `where SeverityLevel in~ ("err", "crit", "alert", "emerg")` },
  ],
  cloudapplication: [
    { name: "Users signed in", table: "SigninLogs", stages: `where ResultType == "0"` },
    { name: "Signed in as itself", table: "AADServicePrincipalSignInLogs", stages: "" },
    { name: "What it changed in the directory", table: "AuditLogs", stages: "" },
    { name: "Graph calls", table: "MicrosoftGraphActivityLogs", stages: "" },
  ],
};

/** Asks the questions whose tables have logs. */
export async function pivotsOf(logs: Logs, subject: Subject): Promise<readonly Pivot[]> {
  const tables = byName(logs);
  const asked = questions[subject.kind].flatMap(({ name, table, stages }) => {
    const rows = rowsIn(tables.get(table), subject, stages);
    return rows === undefined ? [] : [{ name, rows }];
  });
  if (asked.length === 0) return [];
  const counted = asked.map(({ name, rows }) => {
    return `(${timed(rows, subject)} | summarize Rows = count() | extend Pivot = ${kqlText(name)})`;
  });
  const answers = await ask(logs, `union ${counted.join(",\n")}\n| project Pivot, Rows`);
  const counts = new Map(answers.map(([name = "", count]) => [name, Number(count)]));
  return asked.map(({ name, rows }) => ({ name, kql: rows, rows: counts.get(name) ?? 0 }));
}

/** What Entra ID has found about an account or an address; nothing where it has found nothing. */
export async function riskOf(logs: Logs, subject: Subject): Promise<readonly Risk[]> {
  if (subject.kind !== "account" && subject.kind !== "ip") return [];
  const tables = byName(logs);
  const sources = [
    ["SigninLogs", "RiskLevelDuringSignIn", "RiskState", "RiskEventTypes_V2"],
    ["AADNonInteractiveUserSignInLogs", "RiskLevelDuringSignIn", "RiskState", "RiskEventTypes_V2"],
    ["AADUserRiskEvents", "RiskLevel", "RiskState", "RiskEventType"],
  ] as const;
  const asked = sources.flatMap(([table, level, state, kind]) => {
    const some = `where ${level} !in~ ("", "none", "hidden") or ${state} !in~ ("", "none")`;
    const rows = rowsIn(tables.get(table), subject, some);
    return rows === undefined ? [] : [{ table, rows, level, state, kind }];
  });
  if (asked.length === 0) return [];
  const parts = asked.map(({ table, rows, level, state, kind }) => {
    const by = `Level = tostring(${level}), State = tostring(${state}), Kind = tostring(${kind})`;
    return `(${timed(rows, subject)} | summarize Events = count(), Last = max(TimeGenerated) by ${by} | extend Source = ${kqlText(table)})`;
  });
  const found = await ask(
    logs,
    `union ${parts.join(",\n")}\n| project Source, Level, State, Kind, Events, Last | order by Last desc, Source asc, Level asc, State asc, Kind asc`,
  );
  const kqlOf = new Map(asked.map(({ table, rows }) => [table as string, rows]));
  return found.map(([table = "", level = "", state = "", kind = "", events, last = ""]) => ({
    ...{ table, level, state, kind, events: Number(events), last, kql: kqlOf.get(table) ?? "" },
  }));
}

function byName({ store }: Logs): ReadonlyMap<string, NamedTable> {
  return new Map(tablesWithLogs(store.schema()).map((table) => [table.name, table]));
}

function rowsIn(table: NamedTable | undefined, { kind, name }: Subject, stages: string): string | undefined {
  const condition = table === undefined ? undefined : conditionOf(table, kind, name);
  if (table === undefined || condition === undefined) return undefined;
  return `${table.table}\n| where ${condition}${stages === "" ? "" : `\n| ${stages}`}`;
}

/** The same in the time that is looked at. */
function timed(rows: string, { from, to }: Subject): string {
  return `${rows}\n| where TimeGenerated >= ${kqlTime(from)} and TimeGenerated < ${kqlTime(to)}`;
}
