import { type Sql, sql } from "../sql/sql.js";
import { arrayElements, arrayValue, isArray } from "./elements.js";
import { type Call, type ScalarEntry, scalars } from "./entry.js";
import { arrayJson } from "./json-text.js";
import { type Refusal, type Value, value } from "./value.js";

/** Sorting of arrays: by value within numbers and strings, numbers first, nulls last unless asked otherwise. */
export const arraySortFunctions = scalars({
  array_sort_asc: sorting("ascending", {
    "array_sort_asc(dynamic([3, 1, null, 2]))": [1, 2, 3, null],
    "array_sort_asc(dynamic(['b', 'B', 'a']))": ["B", "a", "b"],
    "array_sort_asc(dynamic([null, 2, 1]), false)": [null, 1, 2],
    "array_sort_asc(dynamic([1, 3, 2]), dynamic(['a', 'b', 'c']))[1]": ["a", "c", "b"],
    "array_sort_asc(dynamic(null))": null,
  }),
  array_sort_desc: sorting("descending", {
    "array_sort_desc(dynamic([3, 1, null, 2]))": [3, 2, 1, null],
    "array_sort_desc(dynamic(['b', 'B', 'a']))": ["b", "a", "B"],
    "array_sort_desc(dynamic([1, 3, 2]), dynamic(['a', 'b', 'c']))[1]": ["b", "c", "a"],
  }),
});

function sorting(direction: "ascending" | "descending", examples: ScalarEntry["examples"]): ScalarEntry {
  return {
    about: `An array in ${direction} order; further arrays are put in the same order, and are null if they are not as long.`,
    call: (call) => sorted(call, direction),
    examples,
  };
}

function sorted({ args }: Call, direction: "ascending" | "descending"): Value | Refusal {
  const last = args.at(-1);
  const option = last?.type === "bool" ? last : undefined;
  if (option !== undefined && typeof option.constant !== "boolean")
    return { refused: "the place of nulls must be a constant" };
  const nullsLast = option?.constant !== false;
  const [first, ...others] = option === undefined ? args : args.slice(0, -1);
  if (first === undefined) return { refused: "an array is missing" };
  const { array } = first;
  const key = array?.of === "dynamic" || array === undefined ? keyOf(direction, nullsLast) : undefined;
  const items = key === undefined && array !== undefined ? array.sql : arrayElements(first);
  const plain = order(items, items, key, direction);
  const main: Value =
    array === undefined
      ? value(sql`if(${isArray(first)}, ${arrayJson(plain, "dynamic")}, '')`, "dynamic")
      : arrayValue(plain, array.of);
  const companions = others.map((other) => companion(first, items, other, key, direction));
  return companions.length === 0 ? main : { ...main, results: [main, ...companions] };
}

function companion(
  first: Value,
  items: Sql,
  other: Value,
  key: Sql | undefined,
  direction: "ascending" | "descending",
): Value {
  const texts = arrayElements(other);
  const fits = sql`${isArray(first)} AND ${isArray(other)} AND length(${texts}) = length(${items})`;
  const moved = order(texts, sql`arrayResize(${items}, length(${texts}))`, key, direction);
  return value(sql`if(${fits}, ${arrayJson(moved, "dynamic")}, '')`, "dynamic");
}

function order(array: Sql, by: Sql, key: Sql | undefined, direction: "ascending" | "descending"): Sql {
  const name = direction === "ascending" ? sql`arraySort` : sql`arrayReverseSort`;
  return sql`${name}((_o, _x) -> ${key ?? sql`_x`}, ${array}, ${by})`;
}

/** Sorts texts by kind (null, number, string, other) and value; a long beyond 2^53 is told from its neighbour. */
function keyOf(direction: "ascending" | "descending", nullsLast: boolean): Sql {
  const nullRank = (direction === "ascending") === nullsLast ? sql`9` : sql`0`;
  const kind = sql`multiIf(_x = '', ${nullRank}, isNotNull(toFloat64OrNull(_x)), 1, startsWith(_x, '"'), 2, 3)`;
  const string = sql`if(startsWith(_x, '"'), JSONExtractString(_x), '')`;
  return sql`(${kind}, toFloat64OrZero(_x), toInt64OrZero(_x), ${string})`;
}
