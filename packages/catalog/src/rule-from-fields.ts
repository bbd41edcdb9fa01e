import type { Place } from "@calypso/kql";
import { tacticNamed, techniqueNamed } from "./attack.js";
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
import {
  type DataConnector,
  type Rule,
  type RuleKind,
  type RuleSeverity,
  ruleKinds,
  ruleSeverities,
  type TriggerOperator,
} from "./rule.js";
import { readSchedule } from "./schedule-fields.js";

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
    places: readPlaces(reading, fields),
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

/** Keys in the spelling of the model; a second name is that of ARM or of older content. */
const knownKeys: Readonly<Record<string, string>> = {
  displayName: "name",
  techniques: "relevantTechniques",
  ...Object.fromEntries(
    [
      "id name kind description severity status requiredDataConnectors query queryFrequency queryPeriod triggerOperator",
      "triggerThreshold tactics relevantTechniques subTechniques entityMappings sentinelEntitiesMappings customDetails",
      "alertDetailsOverride eventGroupingSettings incidentConfiguration suppressionEnabled suppressionDuration enabled",
      "version tags metadata alertRuleTemplateName templateVersion",
    ]
      .join(" ")
      .split(" ")
      .map((key) => [key, key]),
  ),
};

const keysByLetters = new Map(Object.entries(knownKeys).map(([written, key]) => [written.toLowerCase(), key]));

function sortFields(reading: NodeReading, written: readonly Field[]): { fields: Map<string, Field>; extra: Field[] } {
  const fields = new Map<string, Field>();
  const extra: Field[] = [];
  for (const field of written) {
    const key = keysByLetters.get(field.key.toLowerCase());
    if (key === undefined) {
      extra.push(field);
      continue;
    }
    if (fields.has(key)) {
      const message = `\`${field.key}\` is written a second time; the last one counts`;
      fieldProblem(reading, field, { code: "duplicate-key", severity: "warning", message });
    }
    fields.set(key, { ...field, path: field.key });
  }
  return { fields, extra };
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

const operators: Readonly<Record<string, TriggerOperator>> = {
  gt: "gt",
  greaterthan: "gt",
  lt: "lt",
  lessthan: "lt",
  eq: "eq",
  equal: "eq",
  equals: "eq",
  ne: "ne",
  notequal: "ne",
  notequals: "ne",
};

function readTrigger(
  reading: NodeReading,
  fields: ReadonlyMap<string, Field>,
  kind: RuleKind,
): Pick<Rule, "triggerOperator" | "triggerThreshold"> {
  const operatorField = fields.get("triggerOperator");
  const thresholdField = fields.get("triggerThreshold");
  if (kind === "NRT") return { triggerOperator: "gt", triggerThreshold: 0 };
  const written = textOf(reading, operatorField)?.trim();
  const operator = operators[written?.toLowerCase() ?? "gt"];
  if (operatorField !== undefined && operator === undefined) {
    const message = `\`${written}\` is not one of gt, lt, eq, ne; read as gt`;
    fieldProblem(reading, operatorField, { code: "unknown-value", severity: "warning", message });
  }
  const threshold = textOf(reading, thresholdField)?.trim() ?? "0";
  const number = /^\d+$/.test(threshold) ? Number(threshold) : undefined;
  if (thresholdField !== undefined && (number === undefined || number > 10_000)) {
    const code = number === undefined ? "bad-value" : "limit";
    const message = `\`triggerThreshold\` is a whole number from 0 to 10000, not \`${threshold}\``;
    fieldProblem(reading, thresholdField, { code, severity: "warning", message });
  }
  return { triggerOperator: operator ?? "gt", triggerThreshold: number ?? 0 };
}

function readTactics(reading: NodeReading, field: Field | undefined): string[] {
  if (field === undefined) return [];
  const names = listFields(reading, field).flatMap((item) => {
    const written = textOf(reading, item)?.trim();
    if (written === undefined || written === "") return [];
    const known = tacticNamed(written);
    if (known === undefined) {
      const message = `\`${written}\` is not a tactic of ATT&CK`;
      fieldProblem(reading, item, { code: "unknown-value", severity: "warning", message });
    }
    return [known ?? written];
  });
  return [...new Set(names)];
}

function readTechniques(
  reading: NodeReading,
  fields: ReadonlyMap<string, Field>,
): { techniques: string[]; subTechniques: string[] } {
  const items = ["relevantTechniques", "subTechniques"].flatMap((key) => {
    const field = fields.get(key);
    return field === undefined ? [] : listFields(reading, field);
  });
  const known = items.flatMap((item) => {
    const written = textOf(reading, item) ?? "";
    const technique = techniqueNamed(written);
    if (technique === undefined && written.trim() !== "") {
      const message = `\`${written}\` is not the number of a technique, such as T1078 or T1078.004`;
      fieldProblem(reading, item, { code: "unknown-value", severity: "warning", message });
    }
    return technique === undefined ? [] : [technique];
  });
  return {
    techniques: [...new Set(known.map((technique) => technique.slice(0, 5)))],
    subTechniques: [...new Set(known.filter((technique) => technique.includes(".")))],
  };
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

function readTags(reading: NodeReading, field: Field | undefined): Rule["tags"] {
  return field === undefined ? [] : listFields(reading, field).map((item) => plainValue(reading, item.node));
}

/** Places of the top keys and of all that names a column, for checks that come later. */
function readPlaces(reading: NodeReading, fields: ReadonlyMap<string, Field>): Record<string, Place> {
  const places: Record<string, Place> = {};
  const add = (field: Field) => {
    places[field.path] = reading.place(field.offset);
  };
  for (const field of fields.values()) add(field);
  for (const key of ["customDetails", "alertDetailsOverride"]) {
    for (const field of mapFields(reading, fields.get(key)?.node, key) ?? []) add(field);
  }
  for (const key of ["entityMappings", "sentinelEntitiesMappings"]) {
    const list = fields.get(key);
    for (const item of list === undefined ? [] : listFields(reading, list)) {
      add(item);
      const inner = mapFields(reading, item.node, item.path)?.find((field) => field.key === "fieldMappings");
      for (const mapping of inner === undefined ? [] : listFields(reading, inner)) add(mapping);
    }
  }
  return places;
}
