import { callSql, integer, type Sql, sql } from "../../sql/sql.js";
import { type AggregateCall, type AggregateEntry, aggregates } from "../entry.js";
import { type Value, value } from "../value.js";
import { aggregate, argument, both } from "./aggregate-sql.js";

const takeAny: AggregateEntry = {
  about: "A value of the group, one that is not null or empty if there is one; several arguments come from one row.",
  emit: (call) => {
    const [first, second] = call.args;
    if (first !== undefined && second === undefined) return value(presentOne(first, call.when), first.type);
    return columnOf(aggregate("any", [rowOf(call.args)], call.when), call);
  },
  ordered: true,
  examples: {
    "datatable(x: long)[long(null), 7, 7] | summarize take_any(x)": 7,
    "datatable(s: string)['', 'a'] | summarize take_any(s)": "a",
    "datatable(x: long)[] | summarize take_any(x)": null,
    "datatable(x: long)[1, 2] | sort by x desc | summarize take_any(x)": 2,
  },
};

const argMax: AggregateEntry = {
  about: "The largest value and further columns of the row that has it, the first one seen where several have.",
  emit: (call) => columnOf(extremeRow(call, "argMax"), call),
  ordered: true,
  examples: {
    "datatable(x: long, s: string)[1, 'a', 3, 'b', long(null), 'c'] | summarize arg_max(x, s) | project s": "b",
    "datatable(x: long, s: string)[long(null), 'a', long(null), 'b'] | summarize arg_max(x, s) | project s": "a",
    "datatable(x: real, s: string)[1.0, 'a', real(nan), 'b'] | summarize arg_max(x, s) | project s": "b",
    "datatable(x: long, y: long)[5, long(null), 4, 1] | summarize arg_max(x, y) | project y": null,
    "datatable(x: long)[] | summarize arg_max(x, x) | project x": null,
    "datatable(x: long, s: string)[1, 'a', 1, 'b'] | sort by s desc | summarize arg_max(x, s) | project s": "b",
  },
};

const argMin: AggregateEntry = {
  about: "The smallest value and further columns of the row that has it, the first one seen where several have.",
  emit: (call) => columnOf(extremeRow(call, "argMin"), call),
  ordered: true,
  examples: {
    "datatable(x: long, s: string)[3, 'a', 1, 'b', long(null), 'c'] | summarize arg_min(x, s) | project s": "b",
    "datatable(x: real, s: string)[1.0, 'a', real(nan), 'b'] | summarize arg_min(x, s) | project s": "b",
  },
};

/** Aggregates that pick a row. */
export const rowAggregates = aggregates({
  take_any: takeAny,
  any: takeAny,
  take_anyif: {
    ...takeAny,
    about: "A value of the rows for which the condition is true.",
    examples: { "datatable(x: long)[1, 2, 3] | summarize take_anyif(x, x > 2)": 3 },
  },
  anyif: {
    ...takeAny,
    about: "A value of the rows for which the condition is true.",
    examples: { "datatable(x: long)[1, 2, 3] | summarize anyif(x, x > 2)": 3 },
  },
  arg_max: argMax,
  argmax: argMax,
  arg_min: argMin,
  argmin: argMin,
});

function presentOne(source: Value, when: Sql | undefined): Sql {
  if (source.type === "string" || source.type === "dynamic")
    return aggregate("any", [source], both(sql`${source} != ''`, when));
  return aggregate("any", [sql`toNullable(${source})`], when);
}

/** The row is one tuple, because an aggregate of a column alone would skip the column's nulls and take another row. */
function extremeRow(call: AggregateCall, name: "argMax" | "argMin"): Sql {
  const { when } = call;
  const key = argument(call, 0);
  const row = rowOf(call.args);
  const best = aggregate(name, [row, key], when);
  const cases: Sql[] = [];
  if (key.type === "real") {
    const isNotNumber = both(sql`ifNull(isNaN(${key}), 0)`, when);
    cases.push(sql`${aggregate("count", [], isNotNumber)} > 0, ${aggregate("any", [row], isNotNumber)}`);
  }
  if (key.nullable) cases.push(sql`${aggregate("count", [key], when)} = 0, ${aggregate("any", [row], when)}`);
  const [first, second] = cases;
  if (first === undefined) return best;
  return second === undefined ? sql`if(${first}, ${best})` : sql`multiIf(${first}, ${second}, ${best})`;
}

/** Columns that could not be NULL must be able to: a group may have no rows. */
function rowOf(columns: readonly Value[]): Sql {
  const parts = columns.map((column) =>
    column.type === "string" || column.type === "dynamic" ? column.sql : sql`toNullable(${column})`,
  );
  return callSql("tuple", ...parts);
}

function columnOf(row: Sql, call: AggregateCall): Value {
  const column = argument(call, call.column);
  const cell = sql`tupleElement(${row}, ${integer(call.column + 1)})`;
  // A row that is looked for by a key that may be NULL may be NULL as a whole, which a text must not be.
  const text = column.type === "string" || column.type === "dynamic";
  return value(text && argument(call, 0).nullable ? sql`ifNull(${cell}, '')` : cell, column.type);
}
