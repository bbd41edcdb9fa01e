import { readDuration } from "./duration.js";
import { entityTypeNamed } from "./entity-types.js";
import { booleanOf, type Field, fieldProblem, mapFields, type NodeReading, textOf, textsOf } from "./fields.js";
import type { IncidentConfiguration } from "./rule.js";

/** Reads how alerts become incidents; without the key, each alert makes its own. */
export function readIncidents(reading: NodeReading, field: Field | undefined): IncidentConfiguration {
  const fields = mapFields(reading, field?.node, "incidentConfiguration") ?? [];
  const of = (key: string) => fields.find((entry) => entry.key === key);
  const grouping =
    mapFields(reading, of("groupingConfiguration")?.node, "incidentConfiguration.groupingConfiguration") ?? [];
  const inner = (key: string) => grouping.find((entry) => entry.key === key);
  const enabled = booleanOf(reading, inner("enabled")) ?? false;
  const method = inner("matchingMethod") ?? inner("entitiesMatchingMethod");
  const groupByEntities = textsOf(reading, inner("groupByEntities")).map((name) => entityTypeNamed(name) ?? name);
  const groupByAlertDetails = textsOf(reading, inner("groupByAlertDetails"));
  const groupByCustomDetails = textsOf(reading, inner("groupByCustomDetails"));
  const matchingMethod = readMethod(reading, method);
  const selected = groupByEntities.length + groupByAlertDetails.length + groupByCustomDetails.length;
  if (enabled && method !== undefined && matchingMethod === "Selected" && selected === 0) {
    const message = "`matchingMethod: Selected` needs entities, alert details or custom details to select by";
    fieldProblem(reading, method, { code: "missing-key", severity: "warning", message });
  }
  return {
    createIncident: booleanOf(reading, of("createIncident")) ?? true,
    grouping: {
      enabled,
      reopenClosedIncident: booleanOf(reading, inner("reopenClosedIncident")) ?? false,
      lookbackDuration: readLookback(reading, inner("lookbackDuration")),
      matchingMethod,
      groupByEntities,
      groupByAlertDetails,
      groupByCustomDetails,
    },
  };
}

const fiveHours = 5 * 3_600_000;

function readLookback(reading: NodeReading, field: Field | undefined): number {
  const written = textOf(reading, field);
  if (field === undefined || written === undefined) return fiveHours;
  const duration = readDuration(written);
  if (duration.kind === "read") return duration.milliseconds;
  const message = `${duration.reason}; five hours are taken`;
  fieldProblem(reading, field, { code: "bad-value", severity: "warning", message });
  return fiveHours;
}

/** The names before 2021 are read too. */
const methods: Readonly<Record<string, IncidentConfiguration["grouping"]["matchingMethod"]>> = {
  allentities: "AllEntities",
  all: "AllEntities",
  anyalert: "AnyAlert",
  none: "AnyAlert",
  selected: "Selected",
  custom: "Selected",
};

function readMethod(
  reading: NodeReading,
  field: Field | undefined,
): IncidentConfiguration["grouping"]["matchingMethod"] {
  const written = textOf(reading, field)?.trim();
  if (field === undefined || written === undefined) return "AllEntities";
  const method = methods[written.toLowerCase()];
  if (method === undefined) {
    const message = `\`${written}\` is not one of AllEntities, AnyAlert, Selected; read as AllEntities`;
    fieldProblem(reading, field, { code: "unknown-value", severity: "warning", message });
  }
  return method ?? "AllEntities";
}
