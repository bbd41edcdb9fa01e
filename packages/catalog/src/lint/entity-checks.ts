import { type KqlType, nearest } from "@calypso/kql";
import { columnUses } from "../rules/column-uses.js";
import { entityTypes, numericIdentifiers } from "../rules/entity-types.js";
import { type Check, hasDocument, isAutomatic } from "./check.js";

/** Checks of what a rule takes from its results. */
export const entityChecks = {
  "missing-column": {
    severity: "error",
    about: "An entity, a custom detail or a part of alerts names a column that the query does not return.",
    find: ({ rule, query }) => {
      if (query === undefined) return [];
      const names = query.columns.map(({ name }) => name);
      return columnUses(rule)
        .filter(({ column }) => !names.includes(column))
        .map(({ column, path, use }) => ({
          message: `the query returns no column \`${column}\`; ${use} stays empty`,
          hint: returned(nearest(column, names), names),
          at: { key: path },
        }));
    },
  },
  "identifier-type": {
    severity: "warning",
    about: "A column that identifies an entity is of a type that such an identifier does not take.",
    find: ({ rule, query }) =>
      columnUses(rule).flatMap(({ column, path, use, identifier }) => {
        const type = query?.columns.find(({ name }) => name === column)?.type;
        if (type === undefined || identifier === undefined || takes(identifier.identifier, type)) return [];
        const hint =
          type === "dynamic" ? "an array or object becomes its JSON; take one element with `tostring(…)`" : undefined;
        const message = `\`${column}\` is of type ${type}, and ${use} takes text`;
        return [{ message, ...(hint === undefined ? {} : { hint }), at: { key: path } }];
      }),
  },
  "weak-entity": {
    severity: "note",
    about:
      "An entity is mapped without identifiers that tell it from all others, and is never merged with the same one of other alerts.",
    find: ({ rule }) =>
      rule.entityMappings.flatMap(({ entityType, fieldMappings, path }) => {
        const named = new Set(fieldMappings.map(({ identifier }) => identifier));
        const strong = entityTypes[entityType]?.strong ?? [];
        if (strong.length === 0 || strong.some((set) => set.every((name) => named.has(name)))) return [];
        const sets = strong.map((set) => set.join(" and ")).join(", ");
        const message = `${[...named].join(" and ")} alone does not say which ${entityType} it is`;
        return [{ message, hint: `map one of: ${sets}`, at: { key: path } }];
      }),
  },
  "old-entity-column": {
    severity: "warning",
    about: "A column such as `AccountCustomEntity`, which once made an entity, is in the results and in no mapping.",
    find: ({ rule, query }) => {
      const mapped = new Set(columnUses(rule).map(({ column }) => column));
      return (query?.columns ?? [])
        .filter(({ name }) => /^(?:Account|Host|IP|URL|FileHash|Process)CustomEntity$/.test(name) && !mapped.has(name))
        .map(({ name }) => ({
          message: `\`${name}\` makes no entity any more`,
          hint: "name it in `entityMappings`",
          at: { key: "entityMappings" },
        }));
    },
  },
  "no-entities": {
    severity: "note",
    about: "The rule maps no entity, so that its alerts are about nobody and group with nothing.",
    find: ({ rule }) =>
      hasDocument(rule) &&
      isAutomatic(rule) &&
      rule.entityMappings.length + rule.sentinelEntitiesMappings.length === 0 &&
      rule.places["entityMappings"] === undefined
        ? [{ message: "the rule maps no entity", at: { key: "entityMappings" } }]
        : [],
  },
} as const satisfies Readonly<Record<string, Check>>;

function returned(near: readonly string[], names: readonly string[]): string {
  if (near.length > 0) return `did you mean ${near.map((name) => `\`${name}\``).join(", ")}?`;
  const shown = names.slice(0, 8).map((name) => `\`${name}\``);
  return names.length === 0 ? "it returns no column" : `it returns ${shown.join(", ")}${names.length > 8 ? ", …" : ""}`;
}

function takes(identifier: string, type: KqlType): boolean {
  if (type === "string" || type === "guid") return true;
  if (identifier === "IsDomainJoined" || identifier === "IsVolumeAnomaly") return type === "bool";
  if (type === "datetime") return /Time|Date|Timestamp/.test(identifier);
  return (type === "int" || type === "long") && numericIdentifiers.has(identifier);
}
