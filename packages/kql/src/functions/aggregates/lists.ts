import { integer, type Sql, sql } from "../../sql/sql.js";
import { arrayValue, listed } from "../elements.js";
import { type AggregateCall, type AggregateEntry, aggregates } from "../entry.js";
import { dynamicOf } from "../json-text.js";
import type { Refusal, Value } from "../value.js";
import { membersOf } from "../whole-reals.js";
import { aggregate, argument, sizeOf } from "./aggregate-sql.js";

const makeList: AggregateEntry = {
  about:
    "Array of the values in the order of the rows; nulls are left out, dynamic arrays are joined element by element.",
  emit: (call) => collected(call, "groupArray", "groupArrayArray"),
  ordered: true,
  examples: {
    "datatable(x: long)[3, long(null), 1, 3] | summarize make_list(x)": [3, 1, 3],
    "datatable(x: long)[1, 2, 3] | summarize make_list(x, 2)": [1, 2],
    "datatable(s: string)['a', ''] | summarize make_list(s)": ["a", ""],
    "datatable(d: dynamic)[dynamic([1, 2]), dynamic(null), dynamic({'a': 1})] | summarize make_list(d)": [
      1,
      2,
      null,
      { a: 1 },
    ],
    "datatable(x: long)[] | summarize make_list(x)": [],
    "datatable(x: real)[1.0, real(nan)] | summarize tostring(make_list(x))": '[1.0,"NaN"]',
  },
};

const makeSet: AggregateEntry = {
  about:
    "Array of the distinct values, in the order in which they first appear; nulls are left out, dynamic arrays are joined.",
  emit: (call) => collected(call, "groupArrayDistinct", "groupArrayDistinctArray"),
  ordered: true,
  examples: {
    "datatable(s: string)['b', 'a', 'b'] | summarize make_set(s)": ["b", "a"],
    "datatable(x: long)[1, 1, 2, 3] | summarize make_set(x, 2)": [1, 2],
    "datatable(d: dynamic)[dynamic([1, 2]), dynamic([2, 3]), dynamic(3)] | summarize make_set(d)": [1, 2, 3],
    "datatable(x: long)[] | summarize make_set(x)": [],
  },
};

const makeBag: AggregateEntry = {
  about: "Bag of all properties of the group's bags; the first value of a repeated name stays.",
  emit: (call) => {
    const size = sizeOf(call.args[1]);
    return typeof size === "number" ? bagOf(argument(call, 0), size, call.when) : size;
  },
  ordered: true,
  examples: {
    "datatable(d: dynamic)[dynamic({'a': 1, 'b': null}), dynamic({'a': 2, 'c': 3})] | summarize make_bag(d)": {
      a: 1,
      b: null,
      c: 3,
    },
    "datatable(d: dynamic)[dynamic([1]), dynamic(null)] | summarize make_bag(d)": {},
  },
};

/** Aggregates whose result is an array or a bag. */
export const listAggregates = aggregates({
  make_list: makeList,
  makelist: makeList,
  make_list_if: {
    ...makeList,
    about: "Array of the values in the rows for which the condition is true.",
    examples: {
      "datatable(x: long)[1, 2, 3] | summarize make_list_if(x, x > 1)": [2, 3],
      "datatable(x: long)[1, 2, 3] | summarize make_list_if(x, x > 1, 1)": [2],
    },
  },
  make_list_with_nulls: {
    about: "Array of the values in the order of the rows, nulls included.",
    emit: (call) => {
      const source = argument(call, 0);
      if (source.type === "dynamic") return collected(call, "groupArray", "groupArrayArray");
      return arrayValue(aggregate("groupArray", [dynamicOf(source)], call.when), "dynamic");
    },
    ordered: true,
    examples: {
      "datatable(x: long)[long(null), 5, long(null)] | summarize make_list_with_nulls(x)": [null, 5, null],
      "datatable(s: string)['a', ''] | summarize make_list_with_nulls(s)": ["a", ""],
    },
  },
  make_set: makeSet,
  makeset: makeSet,
  make_set_if: {
    ...makeSet,
    about: "Array of the distinct values in the rows for which the condition is true.",
    examples: { "datatable(x: long)[1, 2, 2, 3] | summarize make_set_if(x, x > 1)": [2, 3] },
  },
  make_bag: makeBag,
  make_dictionary: makeBag,
  make_bag_if: {
    ...makeBag,
    about: "Bag of all properties of the bags in the rows for which the condition is true.",
    examples: {
      "datatable(d: dynamic, x: long)[dynamic({'a': 1}), 1, dynamic({'b': 2}), 2] | summarize make_bag_if(d, x > 1)": {
        b: 2,
      },
    },
  },
});

function collected(
  call: AggregateCall,
  name: "groupArray" | "groupArrayDistinct",
  arrays: "groupArrayArray" | "groupArrayDistinctArray",
): Value | Refusal {
  const source = argument(call, 0);
  const size = sizeOf(call.args[1]);
  if (typeof size !== "number") return size;
  if (source.type === "dynamic")
    return arrayValue(aggregate(arrays, [listed(source)], call.when, [integer(size)]), "dynamic");
  return arrayValue(aggregate(name, [source], call.when, [integer(size)]), source.type);
}

function bagOf(source: Value, size: number, when: Sql | undefined): Sql {
  const members = aggregate("groupArrayArray", [membersOf(source.sql)], when);
  const first = sql`arrayFilter((_m, _n) -> _n = 1, ${members}, arrayEnumerateUniq(arrayMap(_m -> _m.1, ${members})))`;
  const texts = sql`arrayMap(_m -> concat(toJSONString(_m.1), ':', _m.2), arraySlice(${first}, 1, ${integer(size)}))`;
  return sql`concat('{', arrayStringConcat(${texts}, ','), '}')`;
}
