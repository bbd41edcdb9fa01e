import type { Column, WorkspaceSchema } from "@calypso/kql";
import { kqlName, kqlText } from "./kql-text.js";

/** What a page is about. Entities of other types have alerts and incidents, and nothing that is looked for in the logs. */
export const kinds = ["account", "ip", "host", "cloudapplication"] as const;
export type Kind = (typeof kinds)[number];

/** The columns that name entities of a kind, in any table; the first that a table has is the one that it is shown by. */
const namedIn: Readonly<Record<Kind, readonly string[]>> = {
  account: [
    ...[
      "UserPrincipalName",
      "AccountUpn",
      "AccountUPN",
      "UserId",
      "Caller",
      "InitiatingProcessAccountUpn",
      "MailboxOwnerUPN",
    ],
    ...["Account", "SubjectAccount", "TargetAccount", "RecipientEmailAddress", "SenderFromAddress", "UserName"],
    ...["AccountObjectId", "TargetUserSid", "SubjectUserSid", "AccountSid", "ActorUsername", "SrcUsername"],
  ],
  ip: [
    ...["IPAddress", "IpAddress", "CallerIpAddress", "CallerIPAddress", "ClientIP", "ClientIp", "ClientIPAddress"],
    ...[
      "Client_IPAddress",
      "ActorIpAddress",
      "SourceIP",
      "DestinationIP",
      "RemoteIP",
      "LocalIP",
      "SrcIpAddr",
      "DstIpAddr",
    ],
    ...["cIP", "HostIP", "ComputerIP", "PublicIP", "SenderIPv4", "SenderIPv6"],
  ],
  host: [
    ...[
      "Computer",
      "DeviceName",
      "HostName",
      "DvcHostname",
      "WorkstationName",
      "SourceHostName",
      "DestinationHostName",
    ],
    ...["RemoteDeviceName", "SrcHostname"],
  ],
  cloudapplication: [
    ...["AppDisplayName", "ServicePrincipalName", "AppId", "ServicePrincipalId", "ClientAppId", "OAuthAppId"],
    ...["ResourceDisplayName"],
  ],
};

/** Names inside dynamic columns, by table. */
const pathsIn: Readonly<Record<string, Readonly<Partial<Record<Kind, readonly string[]>>>>> = {
  AuditLogs: {
    account: ["InitiatedBy.user.userPrincipalName", "TargetResources[0].userPrincipalName"],
    ip: ["InitiatedBy.user.ipAddress"],
    cloudapplication: ["InitiatedBy.app.displayName"],
  },
  SigninLogs: { host: ["DeviceDetail.displayName"] },
  AADNonInteractiveUserSignInLogs: { host: ["DeviceDetail.displayName"] },
};

/** What Calypso itself writes tells of alerts, which have lists of their own. */
const own: ReadonlySet<string> = new Set(["SecurityAlert", "SecurityIncident", "HuntingBookmark"]);

/** A table with logs, as far as an entity is concerned. */
export interface NamedTable {
  /** As it is named in queries. */
  readonly table: string;
  readonly name: string;
  readonly columns: readonly Column[];
}

/** The tables that hold logs and have a time. */
export function tablesWithLogs(schema: WorkspaceSchema): readonly NamedTable[] {
  return [...(schema.filledTables ?? [])].sort().flatMap((name) => {
    const columns = schema.table(name)?.columns ?? [];
    const timed = columns.some((column) => column.name === "TimeGenerated" && column.type === "datetime");
    return own.has(name) || !timed ? [] : [{ name, table: kqlName(name), columns }];
  });
}

/** The texts by which a table names entities of a kind, as expressions of KQL. */
export function namesIn({ name, columns }: NamedTable, kind: Kind): readonly string[] {
  const texts = new Set(columns.flatMap((column) => (column.type === "string" ? [column.name] : [])));
  const has = new Map(columns.map((column) => [column.name, column.type]));
  const paths = (pathsIn[name]?.[kind] ?? []).flatMap((path) => {
    const [root = ""] = path.split(/[.[]/);
    const type = has.get(root);
    if (type === "dynamic") return [`tostring(${path})`];
    return type === "string" ? [`tostring(parse_json(${root})${path.slice(root.length)})`] : [];
  });
  return [...namedIn[kind].filter((column) => texts.has(column)), ...paths];
}

/** The condition of rows that name an entity; undefined where the table names none of its kind. */
export function conditionOf(table: NamedTable, kind: Kind, name: string): string | undefined {
  const value = kqlText(name);
  // `ws1` is `ws1.contoso.example` too; the other way round another host may be meant.
  const short = kind === "host" && !name.includes(".") ? kqlText(`${name}.`) : undefined;
  const tests = namesIn(table, kind).map((text) =>
    short === undefined ? `${text} =~ ${value}` : `${text} =~ ${value} or ${text} startswith ${short}`,
  );
  return tests.length === 0 ? undefined : tests.join(" or ");
}
