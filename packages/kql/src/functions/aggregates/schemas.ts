import { type Sql, sql } from "../../sql/sql.js";
import { bindOnce } from "../bind.js";
import { aggregates } from "../entry.js";
import { typedPaths } from "../trees.js";
import { aggregate, argument } from "./aggregate-sql.js";

/** Aggregates that say what dynamic values hold. */
export const schemaAggregates = aggregates({
  buildschema: {
    about: "The types that a group's dynamic values and their properties have.",
    emit: (call) => schema(aggregate("groupArrayDistinctArray", [typedPaths(argument(call, 0).sql)], call.when)),
    ordered: true,
    limit: "Dates and guids inside dynamic values count as strings; nulls have no type.",
    examples: {
      "datatable(v: dynamic)[dynamic({'x': 1, 'y': 3.5}), dynamic({'x': 'a', 'z': [1, 2]})] | summarize buildschema(v)":
        {
          x: ["long", "string"],
          y: "double",
          z: { "`indexer`": "long" },
        },
      "datatable(v: dynamic)[dynamic({'y': 1.0}), dynamic({'y': {'w': true}})] | summarize buildschema(v)": {
        y: ["double", { w: "bool" }],
      },
      "datatable(v: dynamic)[dynamic({'a': {}}), dynamic([1])] | summarize buildschema(v)": {
        a: {},
        "`indexer`": "long",
      },
      "datatable(v: dynamic)[dynamic(5)] | summarize buildschema(v)": "long",
    },
  },
});

/** Puts the types of the deepest properties into the bags and arrays above them, level by level. */
function schema(paths: Sql): Sql {
  const names = sql`arrayDistinct(arrayMap(_c -> _c.1[-1], _k))`;
  const types = sql`arrayMap(_c -> _c.2, arrayFilter(_c -> _c.1[-1] = _l, _k))`;
  const members = sql`arrayMap(_l -> concat(toJSONString(_l), ':', ${union(types)}), ${names})`;
  const children = sql`arrayFilter(_c -> length(_c.1) = _n AND arrayPopBack(_c.1) = _t.1, _a)`;
  const container = sql`arrayMap(_k -> concat('{', arrayStringConcat(${members}, ','), '}'), [${children}])[1]`;
  const isParent = sql`length(_t.1) = _n - 1 AND _t.2 IN ('{', '[')`;
  const above = sql`arrayFilter(_t -> length(_t.1) < _n, _a)`;
  const step = sql`arrayDistinct(arrayMap(_t -> if(${isParent}, (_t.1, ${container}), _t), ${above}))`;
  return bindOnce(paths, (all) => {
    const levels = sql`arrayReverse(range(1, toUInt64(2 + arrayMax(arrayPushBack(arrayMap(_t -> length(_t.1), ${all}), 0)))))`;
    const roots = sql`arrayMap(_t -> _t.2, arrayFold((_a, _n) -> ${step}, ${levels}, ${all}))`;
    return bindOnce(roots, (found) => sql`if(empty(${found}), '', ${union(found)})`);
  });
}

/** One type as it is, several as an array. */
function union(types: Sql): Sql {
  return bindOnce(
    types,
    (all) => sql`if(length(${all}) = 1, ${all}[1], concat('[', arrayStringConcat(${all}, ','), ']'))`,
  );
}
