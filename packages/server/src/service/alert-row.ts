import { identifierNamed } from "@calypso/catalog";
import type { Alert, Entity } from "../detect/alert.js";
import { printTicks } from "../detect/ticks.js";
import type { RuleInForce } from "./rules-in-force.js";

/** An alert that is raised, with what the workspace knows of it. */
export interface RaisedAlert {
  /** `SystemAlertId`. */
  readonly id: string;
  readonly alert: Alert;
  readonly raisedAt: Date;
}

/** The alert as a row of `SecurityAlert`, in one line of JSON; columns and spellings are Sentinel's. */
export function alertRow({ rule, id: ruleId }: RuleInForce, { id, alert, raisedAt }: RaisedAlert): string {
  const kind = rule.kind === "NRT" ? "NRT Alerts" : "Scheduled Alerts";
  const time = raisedAt.toISOString();
  const { dynamicProperties: properties } = alert;
  return JSON.stringify({
    TimeGenerated: time,
    DisplayName: alert.title,
    AlertName: alert.title,
    AlertSeverity: alert.severity,
    Description: alert.description,
    ProviderName: properties["ProviderName"] ?? `ASI ${kind}`,
    VendorName: "Microsoft",
    VendorOriginalId: id,
    SystemAlertId: id,
    AlertType: `${workspaceId}_${ruleId}`,
    ConfidenceLevel: properties["ConfidenceLevel"] ?? "Unknown",
    ...(properties["ConfidenceScore"] === undefined ? {} : { ConfidenceScore: Number(properties["ConfidenceScore"]) }),
    IsIncident: false,
    StartTime: alert.start,
    EndTime: alert.end,
    ProcessingEndTime: time,
    RemediationSteps: properties["RemediationSteps"] ?? "",
    ExtendedProperties: JSON.stringify(extendedProperties({ rule, id: ruleId }, alert)),
    Entities: entitiesText(alert.entities),
    SourceSystem: "Detection",
    ExtendedLinks: properties["ExtendedLinks"] ?? "",
    ProductName: properties["ProductName"] ?? "Azure Sentinel",
    ProductComponentName: properties["ProductComponentName"] ?? kind,
    AlertLink: properties["AlertLink"] ?? "",
    Status: "New",
    CompromisedEntity: "",
    Tactics: alert.tactics.join(","),
    Techniques: JSON.stringify(alert.techniques),
    SubTechniques: JSON.stringify(alert.subTechniques),
    Type: "SecurityAlert",
  });
}

/** A workspace of one's own has no subscription; its id is the same everywhere. */
const workspaceId = "00000000-0000-0000-0000-000000000000";

const operators = { gt: "GreaterThan", lt: "LessThan", eq: "Equal", ne: "NotEqual" } as const;

/** Other rules, workbooks and playbooks read these keys, and the JSON inside the texts. */
function extendedProperties({ rule, id }: Pick<RuleInForce, "rule" | "id">, alert: Alert): Record<string, string> {
  const end = printTicks(alert.window.to);
  return {
    "Query Period": dotNetTimeSpan(rule.queryPeriod ?? 60_000),
    "Trigger Operator": operators[rule.triggerOperator],
    "Trigger Threshold": String(rule.triggerThreshold),
    "Search Query Results Overall Count": String(alert.rows),
    "Data Sources": "[]",
    Query: `// The query as it ran.\nset query_now = datetime(${end});\n${rule.query.text}`,
    "Query Start Time UTC": toSecond(printTicks(alert.window.from)),
    "Query End Time UTC": toSecond(end),
    "Analytic Rule Ids": JSON.stringify([id]),
    "Event Grouping": rule.eventGrouping === "SingleAlert" ? "SingleAlert" : "AlertPerEvent",
    "Analytic Rule Name": rule.name,
    ...(Object.keys(alert.customDetails).length === 0 ? {} : { "Custom Details": JSON.stringify(alert.customDetails) }),
    ProcessedBySentinel: "True",
    "Alert generation status": "Full alert created",
  };
}

/** Entities as the column `Entities` has them: JSON, or nothing. */
export function entitiesText(entities: readonly Entity[]): string {
  return entities.length === 0 ? "" : JSON.stringify(entities.map(entityObject));
}

function entityObject(entity: Entity, index: number): Record<string, string> {
  const { type, ...parts } = entity;
  const identifiers = Object.entries(parts).map(([key, value]) => [identifierNamed(type, key) ?? key, value]);
  return { $id: String(index + 2), ...Object.fromEntries(identifiers), Type: typeToken(type) };
}

/** The names of entity types inside alerts are in lower case, and some have a hyphen. */
function typeToken(type: string): string {
  if (type === "SubmissionMail") return type;
  const hyphened = ["CloudApplication", "AzureResource", "RegistryKey", "RegistryValue", "SecurityGroup"];
  const name = [...hyphened, "MailCluster", "MailMessage"].includes(type)
    ? type.replace(/(?<=[a-z])(?=[A-Z])/g, "-")
    : type;
  return name.toLowerCase();
}

function toSecond(time: string): string {
  return `${time.slice(0, 19).replace("T", " ")}Z`;
}

/** `hh:mm:ss`, with the days in front above a day. */
function dotNetTimeSpan(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  return days === 0 ? clock : `${days}.${clock}`;
}
