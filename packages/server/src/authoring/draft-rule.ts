import { type Rule, readRules, ruleYaml } from "@calypso/catalog";
import type { Column } from "@calypso/kql";

/**
 * A rule to go on from, as Sentinel's YAML: a query that runs every hour, raises an alert for each row, and names the entities that it
 * has columns for. Windows do not overlap, so that no row raises two alerts.
 */
export function draftRule(query: string, columns: readonly Column[], id: string): string {
  const [example] = readRules({ name: "draft.yaml", text: template }).rules;
  if (example === undefined) throw new Error("the template holds no rule");
  const text = query.trim() === "" ? "// What is to be found\n" : `${query.trim()}\n`;
  const rule = { ...example, id, query: { ...example.query, text }, entityMappings: mappingsOf(columns) };
  return ruleYaml(rule, [
    "name: what happened to whom. severity: High, Medium, Low or Informational.",
    "tactics: [InitialAccess] and relevantTechniques: [T1078] say what it is of MITRE ATT&CK.",
  ]);
}

const template = `id: 00000000-0000-0000-0000-000000000000
name: A new rule
description: What it finds, and why that matters.
kind: Scheduled
version: 1.0.0
severity: Medium
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs
eventGroupingSettings:
  aggregationKind: AlertPerResult
`;

/** Columns whose values identify an entity, by how well they do. */
const identifying: readonly (readonly [type: string, identifier: string, columns: readonly string[]])[] = [
  [
    "Account",
    "FullName",
    ["UserPrincipalName", "AccountUpn", "AccountUPN", "InitiatingProcessAccountUpn", "MailboxOwnerUPN", "Account"],
  ],
  [
    "IP",
    "Address",
    [
      ...["IPAddress", "IpAddress", "CallerIpAddress", "CallerIPAddress", "ClientIP", "ClientIp", "ClientIPAddress"],
      ...["ActorIpAddress", "SourceIP", "RemoteIP", "SrcIpAddr", "DestinationIP", "DstIpAddr"],
    ],
  ],
  ["Host", "FullName", ["Computer", "DeviceName", "HostName", "DvcHostname"]],
  ["CloudApplication", "AppId", ["AppId"]],
];

function mappingsOf(columns: readonly Column[]): Rule["entityMappings"] {
  const names = new Set(columns.filter(({ type }) => type === "string").map(({ name }) => name));
  return identifying.flatMap(([entityType, identifier, known]) => {
    const columnName = known.find((name) => names.has(name));
    return columnName === undefined ? [] : [{ entityType, fieldMappings: [{ identifier, columnName }], path: "" }];
  });
}
