import { integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import { converted } from "./convert.js";
import { pathText } from "./dynamic-path.js";
import type { ScalarEntry } from "./entry.js";
import { bracketed, dynamicOf, toJson } from "./json-text.js";
import { hasKnownProperties } from "./known-properties.js";
import { settled } from "./settled.js";
import { hashesOf, isHashes } from "./sketch-form.js";
import { type Refusal, type Value, value } from "./value.js";
import { walkSteps } from "./walk-steps.js";

/**
 * Functions that no KQL text can call: the compiler's own steps of `parse` and `mv-expand … to typeof(…)`. Positions
 * are byte offsets from 1; 0 says that nothing was found.
 */
export const internalFunctions: ReadonlyMap<string, ScalarEntry> = new Map<string, ScalarEntry>([
  [
    "#find",
    {
      about: "The first place of a text in another, from a place on; nothing is found after a failed search.",
      emit: (subject: Value, needle: Value, from: Value) =>
        sql`toInt64(if(${from} < 1, 0, position(${subject}, ${needle}, toUInt64(greatest(${from}, 1)))))`,
      notNull: true,
      examples: {},
    },
  ],
  [
    "#find-start",
    {
      about: "1 where a text starts with another.",
      emit: (subject: Value, needle: Value) => sql`toInt64(startsWith(${subject}, ${needle}))`,
      notNull: true,
      examples: {},
    },
  ],
  [
    "#find-end",
    {
      about: "The place of a text at the end of another, where it is not before `from`.",
      emit: (subject: Value, needle: Value, from: Value) => {
        const width = integer(new TextEncoder().encode(String(needle.constant ?? "")).length);
        const place = sql`toInt64(length(${subject})) - ${width} + 1`;
        return sql`toInt64(if(${from} >= 1 AND endsWith(${subject}, ${needle}) AND ${place} >= ${from}, ${place}, 0))`;
      },
      notNull: true,
      examples: {},
    },
  ],
  [
    "#between",
    {
      about: "The text between two places.",
      emit: (subject: Value, from: Value, to: Value) =>
        sql`substring(${subject}, greatest(${from}, 1), greatest(${to} - ${from}, 0))`,
      examples: {},
    },
  ],
  [
    "#from",
    {
      about: "The text from a place on.",
      emit: (subject: Value, from: Value) => sql`substring(${subject}, greatest(${from}, 1))`,
      examples: {},
    },
  ],
  [
    "#pack-present",
    {
      about: "A bag of the names and values, given in turn, that are neither null nor empty.",
      emit: (...parts: readonly Value[]) => presentMembers(parts),
      examples: {},
    },
  ],
  [
    "#settled",
    {
      about: "True, or the end of the query with a message.",
      emit: (condition: Value, message: Value) => settled(condition, message),
      notNull: true,
      examples: {},
    },
  ],
  [
    "#has-known-properties",
    {
      about: "Whether a bag has no property but the known ones, of the known types.",
      emit: (bag: Value, ...known: readonly Value[]) => hasKnownProperties(bag, known),
      notNull: true,
      examples: {},
    },
  ],
  [
    "#common-hashes",
    {
      about: "How many values went into all of some sketches that `hll` made; null where one of them is none.",
      emit: (...sketches: readonly Value[]) => {
        const all = joinSql(sketches.map(isHashes), " AND ");
        const common = sql`arrayIntersect(${joinSql(sketches.map(hashesOf))})`;
        return sql`if(${all}, toNullable(toInt64(length(${common}))), NULL)`;
      },
      examples: {},
    },
  ],
  ...walkSteps,
  [
    "#answer-key",
    {
      about: "Arguments as one text, which differs where one of them does.",
      emit: (...args: readonly Value[]) => {
        const [only] = args;
        return args.length === 1 && only?.type === "string" ? only.sql : bracketed("[", args.map(toJson));
      },
      examples: {},
    },
  ],
  ["#element-string", element((raw) => pathText(raw))],
  [
    "#element-bool",
    element(
      (raw) => sql`multiIf(${raw} = 'true', toNullable(toUInt8(1)), ${raw} = 'false', toNullable(toUInt8(0)), NULL)`,
    ),
  ],
  ["#element-long", element((raw) => sql`if(match(${raw}, '^-?[0-9]+$'), toInt64OrNull(${raw}), NULL)`)],
  ["#element-int", element((raw) => sql`if(match(${raw}, '^-?[0-9]+$'), toInt32OrNull(${raw}), NULL)`)],
  ["#element-real", element((raw) => sql`if(match(${raw}, '^-?[0-9]'), toFloat64OrNull(${raw}), NULL)`)],
  ["#element-decimal", element((raw) => sql`if(match(${raw}, '^-?[0-9]'), toDecimal256OrNull(${raw}, 18), NULL)`)],
  ["#element-datetime", element((raw) => convertedText(raw, "datetime"))],
  ["#element-timespan", element((raw) => convertedText(raw, "timespan"))],
  ["#element-guid", element((raw) => convertedText(raw, "guid"))],
]);

/** An element of an array as a column of a type: a cast, so that what is of another type is null. */
function element(emit: (raw: Value) => Sql | Refusal): ScalarEntry {
  return { about: "An element of an array, as a value of its column's type.", emit, examples: {} };
}

function convertedText(raw: Value, type: "datetime" | "timespan" | "guid"): Sql | Refusal {
  return converted(value(pathText(raw), "string"), type) ?? { refused: `cannot become a ${type}` };
}

function presentMembers(parts: readonly Value[]): Sql {
  const members = parts.flatMap((item, index) => {
    const name = parts[index - 1]?.constant;
    if (index % 2 === 0 || typeof name !== "string") return [];
    const held = sql`${dynamicOf(item)} NOT IN ('', '""')`;
    return [sql`if(${held}, concat(${text(`${JSON.stringify(name)}:`)}, ${dynamicOf(item)}), '')`];
  });
  if (members.length === 0) return text("{}");
  return sql`concat('{', arrayStringConcat(arrayFilter(_m -> _m != '', [${joinSql(members)}]), ','), '}')`;
}
