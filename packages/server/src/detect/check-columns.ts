import type { Problem, Rule } from "@calypso/catalog";
import type { Column } from "@calypso/kql";
import { placeholdersOf } from "./details.js";

/** A warning for each column that a rule maps, lists or shows and its query does not return. */
export function checkColumns(rule: Rule, columns: readonly Column[]): Problem[] {
  const returned = new Set(columns.map((column) => column.name));
  return usesOf(rule)
    .filter(({ column }) => !returned.has(column))
    .map(({ column, path, use }) => ({
      code: "column-not-returned",
      severity: "warning",
      message: `the query returns no column \`${column}\`; ${use} stays empty${hint(column, columns)}`,
      file: rule.file,
      ...placeOf(rule, path),
      key: path,
      ...(rule.id === "" ? {} : { rule: rule.id }),
    }));
}

interface Use {
  readonly column: string;
  readonly path: string;
  readonly use: string;
}

function usesOf(rule: Rule): Use[] {
  const override = rule.alertDetailsOverride;
  const formats = ["alertDisplayNameFormat", "alertDescriptionFormat"] as const;
  const columns = ["alertSeverityColumnName", "alertTacticsColumnName"] as const;
  return [
    ...rule.entityMappings.flatMap(({ entityType, fieldMappings, path }) =>
      fieldMappings.map(({ identifier, columnName }, index) => ({
        column: columnName,
        path: `${path}.fieldMappings[${index}]`,
        use: `${entityType}.${identifier}`,
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

/** The place of a key, or of the nearest key around it. */
function placeOf(rule: Rule, path: string): { line: number; column: number } {
  for (let key = path; key !== ""; key = key.replace(/(?:^|\.)[^.[\]]*$|\[\d+\]$/, "")) {
    const place = rule.places[key];
    if (place !== undefined) return { line: place.line, column: place.column };
  }
  return { line: 1, column: 1 };
}

function hint(column: string, columns: readonly Column[]): string {
  const other = columns.find(({ name }) => name.toLowerCase() === column.toLowerCase());
  return other === undefined ? "" : `. It returns \`${other.name}\`: case matters`;
}
