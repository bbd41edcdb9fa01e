import type { Place } from "@calypso/kql";
import type { Rule } from "./rule.js";

/** A column of the results that a rule reads by name. */
export interface ColumnUse {
  readonly column: string;
  /** The key that names it: `entityMappings[0].fieldMappings[1]`. */
  readonly path: string;
  /** What it is for, in words: `Account.Name`, `the custom detail User`. */
  readonly use: string;
  /** Where it identifies an entity. */
  readonly identifier?: { readonly entityType: string; readonly identifier: string };
}

/** All that a rule reads of its results: for entities, custom details and parts of alerts. */
export function columnUses(rule: Rule): ColumnUse[] {
  const override = rule.alertDetailsOverride;
  const formats = ["alertDisplayNameFormat", "alertDescriptionFormat"] as const;
  const columns = ["alertSeverityColumnName", "alertTacticsColumnName"] as const;
  return [
    ...rule.entityMappings.flatMap(({ entityType, fieldMappings, path }) =>
      fieldMappings.map(({ identifier, columnName }, index) => ({
        column: columnName,
        path: `${path}.fieldMappings[${index}]`,
        use: `${entityType}.${identifier}`,
        identifier: { entityType, identifier },
      })),
    ),
    ...rule.sentinelEntitiesMappings.map(({ columnName }, index) => ({
      column: columnName,
      path: `sentinelEntitiesMappings[${index}]`,
      use: "the list of entities",
    })),
    ...rule.customDetails.map(({ name, columnName }) => ({
      column: columnName,
      path: `customDetails.${name}`,
      use: `the custom detail ${name}`,
    })),
    ...formats.flatMap((key) =>
      placeholdersOf(override?.[key] ?? "").map((column) => ({
        column,
        path: `alertDetailsOverride.${key}`,
        use: "its place",
      })),
    ),
    ...columns.flatMap((key) => {
      const column = override?.[key];
      return column === undefined ? [] : [{ column, path: `alertDetailsOverride.${key}`, use: "the override" }];
    }),
    ...(override?.alertDynamicProperties ?? []).map(({ alertProperty, columnName }) => ({
      column: columnName,
      path: "alertDetailsOverride.alertDynamicProperties",
      use: alertProperty,
    })),
  ];
}

/** The columns that a format names between double braces. */
export function placeholdersOf(format: string): string[] {
  return [...format.matchAll(/\{\{([^{}]*)\}\}/g)].map((match) => match[1]?.trim() ?? "");
}

/** The place of a key, or of the nearest key around it; the start of the file where there is none. */
export function placeOfKey(rule: Rule, path: string): Place {
  for (let key = path; key !== ""; key = key.replace(/(?:^|\.)[^.[\]]*$|\[\d+\]$/, "")) {
    const place = rule.places[key];
    if (place !== undefined) return { line: place.line, column: place.column };
  }
  return { line: 1, column: 1 };
}
