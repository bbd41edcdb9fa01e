import { quoted, type Rule } from "@calypso/catalog";
import type { Column } from "@calypso/kql";

/** What a value of a row says: who it was, from where, with what, or when. */
export type DimensionKind = "who" | "where" | "what" | "when";

/** Something that rows of a rule can have in common. */
export interface Dimension {
  readonly kind: DimensionKind;
  /** The column that it is made of. */
  readonly column: string;
  /** `value`: the column's own; `network`: the /24 of an address; `hour`: that of a time, from 0 to 23, in UTC. */
  readonly form: "value" | "network" | "hour";
  /** How well it tells one thing from others for long: 3 an object's id, 2 a name or network, 1 what changes by itself. */
  readonly stability: 1 | 2 | 3;
}

/** The text of a dimension in a row, as KQL; empty where the row has none. */
export function textOf({ column, form }: Dimension): string {
  const name = `[${quoted(column)}]`;
  switch (form) {
    case "value":
      return `tostring(${name})`;
    case "network":
      return `format_ipv4_mask(tostring(${name}), 24)`;
    case "hour":
      return `tostring(hourofday(${name}))`;
    default:
      return form satisfies never;
  }
}

type Found = readonly [DimensionKind, Dimension["form"], Dimension["stability"]];

/** What the identifiers of mapped entities say. */
const ofIdentifiers: Readonly<Record<string, readonly Found[]>> = {
  "Account.AadUserId": [["who", "value", 3]],
  "Account.Sid": [["who", "value", 3]],
  "Account.ObjectGuid": [["who", "value", 3]],
  "Account.PUID": [["who", "value", 3]],
  "Account.FullName": [["who", "value", 2]],
  "Account.Name": [["who", "value", 2]],
  "Account.DisplayName": [["who", "value", 1]],
  "Mailbox.MailboxPrimaryAddress": [["who", "value", 2]],
  "IP.Address": [
    ["where", "value", 1],
    ["where", "network", 2],
  ],
  "Host.AzureID": [["where", "value", 3]],
  "Host.FullName": [["where", "value", 2]],
  "Host.HostName": [["where", "value", 2]],
  "CloudApplication.AppId": [["what", "value", 3]],
  "CloudApplication.Name": [["what", "value", 2]],
  "AzureResource.ResourceId": [["what", "value", 3]],
  "Process.CommandLine": [["what", "value", 2]],
  "FileHash.Value": [["what", "value", 3]],
};

/** What columns say by their names, in the tables of cloud identity and devices. */
const ofNames: readonly (readonly [RegExp, readonly Found[]])[] = [
  [/^(?:User|Account|Initiator|Actor)(?:Object)?Id$|^AccountSid$/i, [["who", "value", 3]]],
  [/^(?:User|Account|Actor)(?:PrincipalName|Upn)$|^UPN$/i, [["who", "value", 2]]],
  [/^(?:User|Account)?DisplayName$/i, [["who", "value", 1]]],
  [/^(?:AutonomousSystemNumber|ASN)$/i, [["where", "value", 3]]],
  [/^(?:Client|Caller|Source|Src|Remote)?_?IP(?:v4)?_?(?:Address|Addr)?$/i, ofIdentifiers["IP.Address"] ?? []],
  [/^(?:Country|Location|CountryCode|CountryOrRegion)$/i, [["where", "value", 1]]],
  [/^(?:App|Application|ClientApp|ServicePrincipal)Id$/i, [["what", "value", 3]]],
  [
    /^(?:App|Application|Client)(?:Display)?Name$|^(?:ClientAppUsed|Application|ResourceDisplayName)$/i,
    [["what", "value", 2]],
  ],
  [/^UserAgent$/i, [["what", "value", 1]]],
];

/** What the rows of a rule may have in common, by its entities and by the names of its columns; each once. */
export function dimensionsOf(rule: Rule, columns: readonly Column[]): readonly Dimension[] {
  const found: Dimension[] = [];
  const add = (column: string, list: readonly Found[]) => {
    for (const [kind, form, stability] of list) {
      const isKnown = found.some((one) => one.column === column && one.form === form);
      if (!isKnown) found.push({ kind, column, form, stability });
    }
  };
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  for (const { entityType, fieldMappings } of rule.entityMappings) {
    for (const { identifier, columnName } of fieldMappings) {
      if (isText(types.get(columnName))) add(columnName, ofIdentifiers[`${entityType}.${identifier}`] ?? []);
    }
  }
  for (const { name, type } of columns) {
    const [, list = []] = ofNames.find(([pattern]) => pattern.test(name)) ?? [];
    if (isText(type)) add(name, list);
  }
  if (types.get("TimeGenerated") === "datetime") add("TimeGenerated", [["when", "hour", 1]]);
  return found;
}

/** Arrays, bags, times and measures are no names of anything. */
function isText(type: Column["type"] | undefined): boolean {
  return type === "string" || type === "guid" || type === "long" || type === "int";
}
