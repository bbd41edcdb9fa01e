import { Document, Scalar } from "yaml";
import type { AlertDetailsOverride, IncidentConfiguration, PlainValue, Rule } from "./rule.js";

/**
 * A rule as Sentinel's YAML, from which `readRules` makes the same rule again; `remarks` are comments at its head, a line each.
 * Of what a rule does not say itself, nothing is written.
 */
export function ruleYaml(rule: Rule, remarks: readonly string[] = []): string {
  const document = new Document({}, { compat: "yaml-1.1" });
  document.commentBefore = remarks.map((remark) => ` ${oneLine(remark)}`).join("\n") || null;
  for (const [key, value] of Object.entries(keysOf(rule))) {
    if (value !== undefined) document.set(key, key === "query" ? block(rule.query.text) : value);
  }
  return document.toString({ lineWidth: 0 });
}

type Written = PlainValue | undefined;

function keysOf(rule: Rule): Readonly<Record<string, Written>> {
  const isScheduled = rule.kind === "Scheduled";
  const { alertDetailsOverride, suppression } = rule;
  return {
    id: rule.id === "" ? undefined : rule.id,
    name: rule.name,
    version: rule.version,
    kind: rule.kind,
    description: isQuoted(rule.description) ? `'${rule.description}'` : unlessEmpty(rule.description),
    severity: rule.severity,
    status: rule.status,
    enabled: rule.enabled ? undefined : false,
    requiredDataConnectors: list(
      rule.requiredDataConnectors.map(({ connectorId, dataTypes }) => ({ connectorId, dataTypes })),
    ),
    queryFrequency: isScheduled ? length(rule.queryFrequency) : undefined,
    queryPeriod: isScheduled ? length(rule.queryPeriod) : undefined,
    triggerOperator: isScheduled ? rule.triggerOperator : undefined,
    triggerThreshold: isScheduled ? rule.triggerThreshold : undefined,
    tactics: list(rule.tactics),
    relevantTechniques: list(techniquesOf(rule)),
    query: rule.query.text,
    entityMappings: list(
      rule.entityMappings.map(({ entityType, fieldMappings }) => ({
        entityType,
        fieldMappings: fieldMappings.map((one) => ({ ...one })),
      })),
    ),
    sentinelEntitiesMappings: list(rule.sentinelEntitiesMappings.map((one) => ({ ...one }))),
    customDetails: unlessNone(Object.fromEntries(rule.customDetails.map(({ name, columnName }) => [name, columnName]))),
    alertDetailsOverride: alertDetailsOverride === undefined ? undefined : overrideOf(alertDetailsOverride),
    eventGroupingSettings: rule.eventGrouping === "SingleAlert" ? undefined : { aggregationKind: rule.eventGrouping },
    incidentConfiguration: incidentsOf(rule.incidents),
    suppressionEnabled: suppression.enabled ? true : undefined,
    suppressionDuration: suppression.enabled ? length(suppression.duration) : undefined,
    tags: list(rule.tags),
    metadata: rule.metadata,
    alertRuleTemplateName: rule.alertRuleTemplateName,
    templateVersion: rule.templateVersion,
    ...rule.extra,
  };
}

/** In the place of each technique its sub-techniques, from which it follows. */
function techniquesOf({ techniques, subTechniques }: Rule): readonly string[] {
  return techniques.flatMap((base) => {
    const own = subTechniques.filter((one) => one.startsWith(`${base}.`));
    return own.length === 0 ? [base] : own;
  });
}

function overrideOf({ alertDynamicProperties, ...formats }: AlertDetailsOverride): Written {
  const properties = alertDynamicProperties.map(({ alertProperty, columnName }) => ({
    alertProperty,
    value: columnName,
  }));
  return { ...formats, ...(properties.length === 0 ? {} : { alertDynamicProperties: properties }) };
}

function incidentsOf({ createIncident, grouping }: IncidentConfiguration): Written {
  if (createIncident && !grouping.enabled) return undefined;
  if (!grouping.enabled) return { createIncident };
  const { lookbackDuration, ...rest } = grouping;
  return { createIncident, groupingConfiguration: { ...rest, lookbackDuration: length(lookbackDuration) ?? "5h" } };
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** Milliseconds as `1d`, or `1h30m`. */
function length(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined) return undefined;
  let left = milliseconds;
  let text = "";
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === "" ? undefined : text;
}

/** Readers take away one pair of quotes, which authors write around a text. */
function isQuoted(text: string): boolean {
  return text.length > 1 && text.startsWith("'") && text.endsWith("'");
}

function block(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = "BLOCK_LITERAL";
  return scalar;
}

function list(values: readonly PlainValue[]): Written {
  return values.length === 0 ? undefined : values;
}

function unlessNone(values: Readonly<Record<string, PlainValue>>): Written {
  return Object.keys(values).length === 0 ? undefined : values;
}

function unlessEmpty(text: string): Written {
  return text === "" ? undefined : text;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}
