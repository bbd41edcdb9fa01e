import { sql } from "../sql/sql.js";
import type { ScalarEntry } from "./entry.js";
import { toJson } from "./json-text.js";
import type { Value } from "./value.js";

/** Functions that no KQL text can call: what walks over a graph gather, and how the arrays of what they met are compared. */
export const walkSteps: readonly (readonly [string, ScalarEntry])[] = [
  [
    "#json-item",
    {
      about: "A value as it stands inside an array, `null` where it is missing.",
      emit: (item: Value) => toJson(item),
      examples: {},
    },
  ],
  [
    "#json-list",
    {
      about: "Items parted by commas as an array.",
      emit: (items: Value) => sql`concat('[', ${items}, ']')`,
      examples: {},
    },
  ],
  [
    "#holds",
    {
      about: "Whether a condition is true; a null is not.",
      emit: (condition: Value) => sql`ifNull(${condition}, 0)`,
      notNull: true,
      examples: {},
    },
  ],
  [
    "#same",
    {
      about: "Whether two values are equal; a null equals a null.",
      emit: (left: Value, right: Value) => sql`(${left} <=> ${right})`,
      notNull: true,
      examples: {},
    },
  ],
  [
    "#within",
    {
      about: "Whether a value is among those of an engine's array.",
      emit: (list: Value, item: Value) => sql`has(${list}, ${item})`,
      notNull: true,
      examples: {},
    },
  ],
  [
    "#meet",
    {
      about: "Whether two of the engine's arrays have a value in common.",
      emit: (left: Value, right: Value) => sql`hasAny(${left}, ${right})`,
      notNull: true,
      examples: {},
    },
  ],
  [
    "#between-ends",
    {
      about: "An engine's array without its first and last value.",
      emit: (list: Value) => sql`arraySlice(${list}, 2, greatest(length(${list}) - 2, 0))`,
      examples: {},
    },
  ],
];
