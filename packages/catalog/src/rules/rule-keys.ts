import type { Place } from "@calypso/kql";
import { type Field, fieldProblem, listFields, mapFields, type NodeReading } from "./fields.js";

/** The fields of a rule by the model's names for them, and those that mean nothing to it. */
export function sortFields(
  reading: NodeReading,
  written: readonly Field[],
): { fields: Map<string, Field>; extra: Field[] } {
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

/** True for a line that starts with one of the rule's own keys, as their authors spell them. */
export function startsWithRuleKey(line: string): boolean {
  return Object.hasOwn(knownKeys, /^([A-Za-z_]\w*):(?:\s|$)/.exec(line)?.[1] ?? "");
}

/** Places of the top keys and of all that names a column, for checks that come later. */
export function readPlaces(
  reading: NodeReading,
  fields: ReadonlyMap<string, Field>,
  extra: readonly Field[],
): Record<string, Place> {
  const places: Record<string, Place> = {};
  const add = (field: Field) => {
    places[field.path] = reading.place(field.offset);
  };
  for (const field of extra) add({ ...field, path: field.key });
  for (const [key, field] of fields) add({ ...field, path: key });
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

/** The keys that mean something at the top of a rule. */
export const ruleKeys: readonly string[] = Object.keys(knownKeys);

const keysByLetters = new Map(Object.entries(knownKeys).map(([written, key]) => [written.toLowerCase(), key]));
