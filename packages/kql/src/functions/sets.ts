import { type Sql, sql } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { arrayElements, arrayValue, comparable, fromArray, isArray } from "./elements.js";
import { scalars } from "./entry.js";
import { arrayJson, dynamicOf } from "./json-text.js";
import { nullOf, type Refusal, type Value, value } from "./value.js";

/** Functions of arrays that are taken as sets; elements are equal where their JSON is, 1 and 1.0 are too. */
export const setFunctions = scalars({
  set_union: {
    about:
      "The distinct elements of all arrays, in the order in which they first appear; what is no array adds nothing.",
    call: ({ args }) => union(args),
    examples: {
      "set_union(dynamic([1, 2, 3]), dynamic([3, 4]), dynamic([5, 4]))": [1, 2, 3, 4, 5],
      "set_union(split('a,b', ','), split('b,c', ','))": ["a", "b", "c"],
      "tostring(set_union(dynamic([2.0, 'a']), dynamic([2, 3.0])))": '[2.0,"a",3.0]',
    },
  },
  set_intersect: {
    about: "The distinct elements that all arrays have, in the order of the first.",
    call: ({ args }) => kept(args, true),
    examples: {
      "set_intersect(dynamic([1, 2, 3, 3]), dynamic([3, 4, 1]))": [1, 3],
      "set_intersect(dynamic([1, 2, 3]), dynamic([4, 5]))": [],
    },
  },
  set_difference: {
    about: "The distinct elements of the first array that no other has.",
    call: ({ args }) => kept(args, false),
    examples: {
      "set_difference(dynamic([1, 2, 2, 3]), dynamic([3]))": [1, 2],
      "tostring(set_difference(dynamic([1.0, 2.0]), dynamic([2])))": "[1.0]",
      "set_difference(dynamic([1, 2, 1, 4]), dynamic([1, 2]), dynamic([8]))": [4],
    },
  },
  set_has_element: {
    about: "Whether an array has an element that equals a value.",
    emit: (set: Value, item: Value) => {
      if (set.array?.of === "string" && item.type === "string") return sql`has(${set.array.sql}, ${item})`;
      const known = sql`arrayElement(${comparable(sql`[${dynamicOf(item)}]`)}, 1)`;
      return fromArray(set, (items) => sql`toNullable(has(${comparable(items)}, ${known}))`, nullOf("bool"));
    },
    examples: {
      "set_has_element(dynamic(['this', 'is']), 'is')": true,
      "set_has_element(dynamic([1, 2, 3]), '2')": false,
      "set_has_element(dynamic([1, 2, 3]), 2)": true,
      "set_has_element(dynamic(['this']), 'This')": false,
    },
  },
  set_equals: {
    about: "Whether two arrays have the same distinct elements.",
    emit: (first: Value, second: Value) => {
      const same = bindOnce(distinct(second), (other) =>
        bindOnce(
          distinct(first),
          (one) => sql`length(${one}) = length(${other}) AND arrayAll(_x -> has(${other}, _x), ${one})`,
        ),
      );
      return sql`if(${isArray(first)} AND ${isArray(second)}, toNullable(toUInt8(${same})), NULL)`;
    },
    examples: {
      "set_equals(dynamic([1, 2, 2]), dynamic([2, 1]))": true,
      "set_equals(dynamic([1, 2]), dynamic([1, 3]))": false,
    },
  },
  jaccard_index: {
    about: "Size of what two sets have in common, by the size of their union.",
    emit: (first: Value, second: Value) => {
      const index = bindOnce(distinct(second), (other) =>
        bindOnce(distinct(first), (one) => {
          const common = sql`length(arrayFilter(_x -> has(${other}, _x), ${one}))`;
          const all = sql`length(${one}) + length(${other}) - ${common}`;
          return sql`if(${all} = 0, toFloat64('nan'), ${common} / (${all}))`;
        }),
      );
      return value(sql`if(${isArray(first)} AND ${isArray(second)}, toNullable(${index}), NULL)`, "real");
    },
    examples: { "jaccard_index(dynamic([1, 2, 3, 4]), dynamic([3, 4, 5, 6]))": 0.3333333333333333 },
  },
});

function union(sets: readonly Value[]): Value {
  const of = sets[0]?.array?.of;
  const native = of !== undefined && of !== "dynamic" && sets.every((set) => set.array?.of === of);
  const parts = sets.map((set) => (native && set.array !== undefined ? set.array.sql : arrayElements(set)));
  const all = parts.reduce((known, part) => sql`arrayConcat(${known}, ${part})`);
  return native ? arrayValue(sql`arrayDistinct(${all})`, of) : arrayValue(firstOfEqual(all), "dynamic");
}

function kept(sets: readonly Value[], inAll: boolean): Sql | Refusal {
  const [first, ...others] = sets;
  if (first === undefined) return { refused: "a set is missing" };
  const chosen = others.reduce(
    (left, other) =>
      bindOnce(comparable(arrayElements(other)), (items) => {
        const test = sql`has(${items}, arrayElement(${comparable(sql`[_y]`)}, 1))`;
        return sql`arrayFilter(_y -> ${inAll ? test : sql`NOT ${test}`}, ${left})`;
      }),
    firstOfEqual(arrayElements(first)),
  );
  const found = arrayJson(chosen, "dynamic");
  const areArrays = sets.map(isArray).reduce((all, one) => sql`${all} AND ${one}`);
  return sql`if(${areArrays}, ${found}, '')`;
}

/** The distinct elements as they are written where they first appear. */
function firstOfEqual(texts: Sql): Sql {
  return bindOnce(
    texts,
    (items) => sql`arrayFilter((_y, _n) -> _n = 1, ${items}, arrayEnumerateUniq(${comparable(items)}))`,
  );
}

/** The distinct elements in the form in which equal ones are equal texts. */
function distinct(set: Value): Sql {
  return sql`arrayDistinct(${comparable(arrayElements(set))})`;
}
