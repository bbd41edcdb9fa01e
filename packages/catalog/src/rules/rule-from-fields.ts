import { readTactics, readTechniques } from "./attack-fields.js";
import { readDuration } from "./duration.js";
import { readCustomDetails, readEntityMappings, readOverride, readSentinelEntities } from "./enrichment-fields.js";
import {
  booleanOf,
  type Field,
  fieldProblem,
  listFields,
  mapFields,
  type NodeReading,
  plainValue,
  textOf,
  textsOf,
} from "./fields.js";
import { readIncidents } from "./incident-fields.js";
import { type ReadQuery, readQuery } from "./query-field.js";
import { type DataConnector, type Rule, type RuleKind, type RuleSeverity, ruleKinds, ruleSeverities } from "./rule.js";
import { readPlaces, sortFields } from "./rule-keys.js";
import { readSchedule, readTrigger } from "./schedule-fields.js";

/** What is known of a rule beside its keys. */
export interface RuleContext {
  /** The identifier where the document's keys hold none. */
  readonly id?: string;
  readonly kind?: string;
  /** Where messages about the rule as a whole point. */
  readonly offset: number;
}

/**
 * Makes a rule of its keys, in the spelling of community YAML or of ARM. Faults are reported; only those that leave
 * nothing to run become the rule's `obstacle`.
 */
export function ruleFromFields(reading: NodeReading, written: readonly Field[], context: RuleContext): Rule {
  const { fields, extra } = sortFields(reading, written);
  const id = (textOf(reading, fields.get("id")) ?? context.id ?? "").trim();
  const name = (textOf(reading, fields.get("name")) ?? "").trim();
  const identity = { ...(id === "" ? {} : { rule: id }) };
  const kind = readKind(reading, fields, context);
  const whole = fields.get("kind") ?? fields.get("name") ?? { path: "", key: "", node: null, offset: context.offset };
  const { query, obstacle } =
    unsupported(reading, kind, whole, identity) ?? readQuery(reading, fields.get("query"), whole, identity);
  const { techniques, subTechniques } = readTechniques(reading, fields);
  const override = readOverride(reading, fields.get("alertDetailsOverride"));
  const grouping = mapFields(reading, fields.get("eventGroupingSettings")?.node, "eventGroupingSettings");
  const metadata = fields.get("metadata");
  const optional = (key: string, value: string | undefined) => (value === undefined ? {} : { [key]: value });
  checkName(reading, fields, name, context);
  return {
    id,
    name: name === "" ? id : name,
    kind,
    description: readDescription(reading, fields),
    severity: readSeverity(reading, fields.get("severity")),
    query,
    ...readSchedule(reading, fields, kind),
    ...readTrigger(reading, fields, kind),
    enabled: booleanOf(reading, fields.get("enabled")) ?? true,
    tactics: readTactics(reading, fields.get("tactics")),
    techniques,
    subTechniques,
    entityMappings: readEntityMappings(reading, fields.get("entityMappings")),
    sentinelEntitiesMappings: readSentinelEntities(reading, fields.get("sentinelEntitiesMappings")),
    customDetails: readCustomDetails(reading, fields.get("customDetails")),
    ...(override === undefined ? {} : { alertDetailsOverride: override }),
    eventGrouping: readGrouping(
      reading,
      grouping?.find((field) => field.key === "aggregationKind"),
    ),
    incidents: readIncidents(reading, fields.get("incidentConfiguration")),
    suppression: readSuppression(reading, fields),
    version: (textOf(reading, fields.get("version")) ?? "1.0.0").trim(),
    ...optional("status", textOf(reading, fields.get("status"))),
    requiredDataConnectors: readConnectors(reading, fields.get("requiredDataConnectors")),
    tags: readTags(reading, fields.get("tags")),
    ...(metadata === undefined ? {} : { metadata: plainValue(reading, metadata.node) }),
    ...optional("alertRuleTemplateName", textOf(reading, fields.get("alertRuleTemplateName"))),
    ...optional("templateVersion", textOf(reading, fields.get("templateVersion"))),
    extra: Object.fromEntries(extra.map((field) => [field.key, plainValue(reading, field.node)])),
    file: reading.file,
    places: readPlaces(reading, fields, extra),
    ...(obstacle === undefined ? {} : { obstacle }),
  };
}

/** Whether a map looks like a rule, so that what is amiss with it is worth telling. */
export function looksLikeRule(fields: readonly Field[]): boolean {
  const keys = new Set(fields.map((field) => field.key.toLowerCase()));
  return (
    keys.has("query") ||
    (keys.has("id") && ["severity", "queryfrequency", "tactics", "kind"].some((key) => keys.has(key)))
  );
}

/** What stands for the query of a rule whose kind has none. */
function unsupported(
  reading: NodeReading,
  kind: RuleKind,
  whole: Field,
  identity: { readonly rule?: string },
): ReadQuery | undefined {
  if (["Scheduled", "NRT", "Hunting"].includes(kind)) return undefined;
  const message = `a rule of kind ${kind} has no query of its own, and cannot run outside Microsoft Sentinel`;
  const obstacle = fieldProblem(reading, whole, { code: "unsupported-kind", severity: "error", message, ...identity });
  const origin = { kind: "start", ...reading.place(whole.offset) } as const;
  return { query: { text: "", file: reading.file, key: "query", origin }, obstacle };
}

function readKind(reading: NodeReading, fields: ReadonlyMap<string, Field>, context: RuleContext): RuleKind {
  const field = fields.get("kind");
  const written = textOf(reading, field) ?? context.kind;
  const known = ruleKinds.find((kind) => kind.toLowerCase() === written?.trim().toLowerCase());
  if (known !== undefined) return known;
  const kind = fields.has("queryFrequency") || fields.has("queryPeriod") ? "Scheduled" : "Hunting";
  if (field !== undefined) {
    const message = `\`${written}\` is not a kind of rule; read as ${kind}`;
    fieldProblem(reading, field, { code: "unknown-value", severity: "warning", message });
  }
  return kind;
}

function checkName(reading: NodeReading, fields: ReadonlyMap<string, Field>, name: string, context: RuleContext): void {
  const field = fields.get("name") ?? { path: "name", key: "name", node: null, offset: context.offset };
  if (name === "") {
    fieldProblem(reading, field, { code: "missing-key", severity: "warning", message: "the rule has no `name`" });
  } else if (name.length > 256) {
    const message = `a name has at most 256 characters; this one has ${name.length}`;
    fieldProblem(reading, field, { code: "limit", severity: "warning", message });
  }
}

/** Most authors wrap the text in a second pair of quotes, inside the block. */
function readDescription(reading: NodeReading, fields: ReadonlyMap<string, Field>): string {
  const text = (textOf(reading, fields.get("description")) ?? "").trim();
  const bare = text.length > 1 && text.startsWith("'") && text.endsWith("'") ? text.slice(1, -1).trim() : text;
  const field = fields.get("description");
  if (field !== undefined && bare.length > 5000) {
    const message = `a description has at most 5000 characters; this one has ${bare.length}`;
    fieldProblem(reading, field, { code: "limit", severity: "warning", message });
  }
  return bare;
}

function readSeverity(reading: NodeReading, field: Field | undefined): RuleSeverity {
  const written = textOf(reading, field)?.trim();
  if (field === undefined || written === undefined) return "Medium";
  const known = ruleSeverities.find((severity) => severity.toLowerCase() === written.toLowerCase());
  if (known === undefined) {
    const message = `\`${written}\` is not a severity (${ruleSeverities.join(", ")}); read as Medium`;
    fieldProblem(reading, field, { code: "unknown-value", severity: "warning", message });
  }
  return known ?? "Medium";
}

function readGrouping(reading: NodeReading, field: Field | undefined): Rule["eventGrouping"] {
  const written = textOf(reading, field)?.trim();
  if (field === undefined || written === undefined) return "SingleAlert";
  switch (written.toLowerCase()) {
    case "alertperresult":
    case "alertperevent":
    case "alertperrow":
      return "AlertPerResult";
    case "singlealert":
      return "SingleAlert";
    default: {
      const message = `\`${written}\` is neither SingleAlert nor AlertPerResult; read as SingleAlert`;
      fieldProblem(reading, field, { code: "unknown-value", severity: "warning", message });
      return "SingleAlert";
    }
  }
}

function readSuppression(reading: NodeReading, fields: ReadonlyMap<string, Field>): Rule["suppression"] {
  const field = fields.get("suppressionDuration");
  const written = textOf(reading, field);
  const duration = written === undefined ? undefined : readDuration(written);
  if (field !== undefined && duration?.kind === "refused") {
    fieldProblem(reading, field, { code: "bad-value", severity: "warning", message: duration.reason });
  }
  const fiveHours = 5 * 3_600_000;
  return {
    enabled: booleanOf(reading, fields.get("suppressionEnabled")) ?? false,
    duration: duration?.kind === "read" ? duration.milliseconds : fiveHours,
  };
}

function readTags(reading: NodeReading, field: Field | undefined): Rule["tags"] {
  return field === undefined ? [] : listFields(reading, field).map((item) => plainValue(reading, item.node));
}

function readConnectors(reading: NodeReading, field: Field | undefined): DataConnector[] {
  if (field === undefined) return [];
  return listFields(reading, field).flatMap((item) => {
    const entry = mapFields(reading, item.node, item.path);
    if (entry === undefined) return [];
    const of = (key: string) => entry.find((one) => one.key === key);
    const connectorId = textOf(reading, of("connectorId")) ?? "";
    return [{ connectorId, dataTypes: textsOf(reading, of("dataTypes")) }];
  });
}
