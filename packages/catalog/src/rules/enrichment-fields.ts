import { entityTypeNamed, entityTypes, identifierNamed } from "./entity-types.js";
import { type Field, fieldProblem, listFields, mapFields, type NodeReading, textOf } from "./fields.js";
import type { AlertDetailsOverride, CustomDetail, EntityMapping, Rule } from "./rule.js";

/** Reads entity mappings; one that names no known type or identifier is reported and left out. */
export function readEntityMappings(reading: NodeReading, field: Field | undefined): EntityMapping[] {
  if (field === undefined) return [];
  const items = listFields(reading, field);
  if (items.length > 10) {
    const message = `a rule has at most 10 entity mappings in Microsoft Sentinel; this one has ${items.length}`;
    fieldProblem(reading, field, { code: "limit", severity: "warning", message });
  }
  return items.flatMap((item) => readMapping(reading, item) ?? []);
}

/** Reads the columns that hold entities of alerts below. */
export function readSentinelEntities(reading: NodeReading, field: Field | undefined): Rule["sentinelEntitiesMappings"] {
  if (field === undefined) return [];
  return listFields(reading, field).flatMap((item) => {
    const column = mapFields(reading, item.node, item.path)?.find((entry) => entry.key === "columnName");
    const columnName = readColumn(reading, column ?? item);
    return columnName === undefined ? [] : [{ columnName }];
  });
}

/** Reads the names and columns of custom details. */
export function readCustomDetails(reading: NodeReading, field: Field | undefined): CustomDetail[] {
  if (field === undefined) return [];
  const fields = mapFields(reading, field.node, "customDetails");
  if (fields === undefined) {
    const message = "`customDetails` is a map of names to columns";
    fieldProblem(reading, field, { code: "bad-value", severity: "warning", message });
    return [];
  }
  if (fields.length > 20) {
    const message = `a rule has at most 20 custom details in Microsoft Sentinel; this one has ${fields.length}`;
    fieldProblem(reading, field, { code: "limit", severity: "warning", message });
  }
  return fields.flatMap((entry) => {
    if (!/^[A-Za-z]\w*$/.test(entry.key) || entry.key.length > 20) {
      const message = `\`${entry.key}\`: the name of a custom detail is a letter and up to 19 letters, digits or \`_\``;
      fieldProblem(reading, entry, { code: "limit", severity: "warning", message });
    }
    const columnName = readColumn(reading, entry);
    return columnName === undefined ? [] : [{ name: entry.key, columnName }];
  });
}

/** Reads which parts of an alert come from its rows. */
export function readOverride(reading: NodeReading, field: Field | undefined): AlertDetailsOverride | undefined {
  const fields = mapFields(reading, field?.node, "alertDetailsOverride");
  if (fields === undefined) return undefined;
  const of = (key: string) => fields.find((entry) => entry.key === key);
  const optional = (key: keyof AlertDetailsOverride, value: string | undefined) =>
    value === undefined || value === "" ? {} : { [key]: value };
  const dynamic = of("alertDynamicProperties");
  return {
    ...optional("alertDisplayNameFormat", readFormat(reading, of("alertDisplayNameFormat"), 256)),
    ...optional("alertDescriptionFormat", readFormat(reading, of("alertDescriptionFormat"), 5000)),
    ...optional("alertSeverityColumnName", textOf(reading, of("alertSeverityColumnName"))?.trim()),
    ...optional("alertTacticsColumnName", textOf(reading, of("alertTacticsColumnName"))?.trim()),
    alertDynamicProperties: dynamic === undefined ? [] : readDynamicProperties(reading, dynamic),
  };
}

function readMapping(reading: NodeReading, item: Field): EntityMapping | undefined {
  const fields = mapFields(reading, item.node, item.path) ?? [];
  const typeField = fields.find((entry) => entry.key === "entityType");
  const written = textOf(reading, typeField)?.trim() ?? "";
  const entityType = entityTypeNamed(written);
  if (entityType === undefined) {
    const message = `\`${written}\` is not a type of entity (${Object.keys(entityTypes).join(", ")}); the mapping is left out`;
    fieldProblem(reading, typeField ?? item, { code: "unknown-value", severity: "warning", message });
    return undefined;
  }
  const list = fields.find((entry) => entry.key === "fieldMappings");
  const fieldMappings = (list === undefined ? [] : listFields(reading, list)).flatMap(
    (entry) => readFieldMapping(reading, entityType, entry) ?? [],
  );
  if (fieldMappings.length === 0) {
    const message = `the mapping of ${entityType} names no identifier and is left out`;
    fieldProblem(reading, item, { code: "missing-key", severity: "warning", message });
    return undefined;
  }
  checkIdentifiers(reading, item, entityType, fieldMappings);
  return { entityType, fieldMappings, path: item.path };
}

function readFieldMapping(
  reading: NodeReading,
  entityType: string,
  item: Field,
): EntityMapping["fieldMappings"][number] | undefined {
  const fields = mapFields(reading, item.node, item.path) ?? [];
  const written =
    textOf(
      reading,
      fields.find((entry) => entry.key === "identifier"),
    )?.trim() ?? "";
  const identifier = identifierNamed(entityType, written);
  if (identifier === undefined) {
    const known = entityTypes[entityType]?.identifiers.join(", ");
    const message = `\`${written}\` does not identify an entity of type ${entityType} (${known}); it is left out`;
    fieldProblem(reading, item, { code: "unknown-value", severity: "warning", message });
    return undefined;
  }
  const column = fields.find((entry) => entry.key === "columnName");
  const columnName = readColumn(reading, column ?? item);
  return columnName === undefined ? undefined : { identifier, columnName };
}

function checkIdentifiers(
  reading: NodeReading,
  item: Field,
  entityType: string,
  mappings: EntityMapping["fieldMappings"],
): void {
  const names = new Set(mappings.map((mapping) => mapping.identifier));
  const required = entityTypes[entityType]?.required ?? [];
  if (!required.some((set) => set.every((name) => names.has(name)))) {
    const sets = required.map((set) => set.join(" and ")).join(", ");
    const message = `an entity of type ${entityType} needs one of: ${sets}`;
    fieldProblem(reading, item, { code: "missing-key", severity: "warning", message });
  }
  if (mappings.length > 3 || names.size < mappings.length) {
    const message = "a mapping has at most three identifiers, each named once, in Microsoft Sentinel";
    fieldProblem(reading, item, { code: "limit", severity: "warning", message });
  }
}

function readColumn(reading: NodeReading, field: Field): string | undefined {
  const name = textOf(reading, field)?.trim();
  if (name === undefined || name === "") {
    fieldProblem(reading, field, {
      code: "missing-key",
      severity: "warning",
      message: "the name of a column is missing",
    });
    return undefined;
  }
  if (!/^[A-Za-z_]\w*$/.test(name) || name.length > 500) {
    const message = `Microsoft Sentinel maps no column of the name \`${name}\`; letters, digits and \`_\` only`;
    fieldProblem(reading, field, { code: "limit", severity: "warning", message });
  }
  return name;
}

function readFormat(reading: NodeReading, field: Field | undefined, limit: number): string | undefined {
  const text = textOf(reading, field)?.trim();
  if (field === undefined || text === undefined) return undefined;
  const placeholders = text.match(/\{\{[^{}]*\}\}/g)?.length ?? 0;
  if (placeholders > 3 || text.length > limit) {
    const message = `\`${field.key}\` has at most 3 placeholders and ${limit} characters; this one has ${placeholders} and ${text.length}`;
    fieldProblem(reading, field, { code: "limit", severity: "warning", message });
  }
  return text;
}

/** The properties of an alert that rows may set. */
const dynamicProperties = [
  "AlertLink",
  "ConfidenceLevel",
  "ConfidenceScore",
  "ExtendedLinks",
  "ProductName",
  "ProviderName",
  "ProductComponentName",
  "RemediationSteps",
  "Techniques",
  "SubTechniques",
];

function readDynamicProperties(reading: NodeReading, list: Field): AlertDetailsOverride["alertDynamicProperties"] {
  return listFields(reading, list).flatMap((item) => {
    const fields = mapFields(reading, item.node, item.path) ?? [];
    const written =
      textOf(
        reading,
        fields.find((entry) => entry.key === "alertProperty"),
      )?.trim() ?? "";
    const alertProperty = dynamicProperties.find((name) => name.toLowerCase() === written.toLowerCase());
    const columnName = textOf(
      reading,
      fields.find((entry) => entry.key === "value"),
    )?.trim();
    if (alertProperty === undefined || columnName === undefined || columnName === "") {
      const message = `\`alertProperty\` is one of ${dynamicProperties.join(", ")}, and \`value\` a column; the entry is left out`;
      fieldProblem(reading, item, { code: "unknown-value", severity: "warning", message });
      return [];
    }
    return [{ alertProperty, columnName }];
  });
}
