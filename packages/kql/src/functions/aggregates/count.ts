import { type Sql, sql } from "../../sql/sql.js";
import { type AggregateEntry, aggregates } from "../entry.js";
import type { Value } from "../value.js";
import { aggregate, argument, both } from "./aggregate-sql.js";

const count: AggregateEntry = {
  about: "Number of rows in the group; an argument changes nothing, rows where it is null count too.",
  emit: (call) => sql`toInt64(${aggregate("count", [], call.when)})`,
  notNull: true,
  examples: {
    "datatable(x: long)[1, long(null), 3] | summarize count()": 3,
    "datatable(x: long)[] | summarize count()": 0,
  },
};

const dcount: AggregateEntry = {
  about: "Number of distinct values, nulls left out; an empty string is a value.",
  emit: (call) => distinct(argument(call, 0), call.when, call.args.at(-1)?.constant === 4n && call.args.length > 1),
  notNull: true,
  limit:
    "Exact up to 65,536 distinct values in a group, then an estimate with an error of about 0.5 %; exact at any size with accuracy 4 and in `count_distinct`.",
  examples: {
    "datatable(x: long)[1, 2, 2, long(null)] | summarize dcount(x)": 2,
    "datatable(s: string)['a', 'A', ''] | summarize dcount(s)": 3,
    "datatable(x: long)[] | summarize dcount(x)": 0,
  },
};

const countDistinct: AggregateEntry = {
  about: "Exact number of distinct values, nulls left out.",
  emit: (call) => distinct(argument(call, 0), call.when, true),
  notNull: true,
  examples: {
    "datatable(x: long)[1, 2, 2, long(null)] | summarize count_distinct(x)": 2,
    "datatable(s: string)['a', 'b', 'a'] | summarize count_distinct(s)": 2,
  },
};

/** Aggregates that count rows and distinct values. */
export const countAggregates = aggregates({
  count,
  cnt: { ...count, examples: { "datatable(x: long)[1, 2] | summarize cnt()": 2 } },
  countif: {
    about: "Number of rows for which the condition is true; a null condition is not.",
    emit: count.emit,
    notNull: true,
    examples: {
      "datatable(x: long)[1, long(null), 3] | summarize countif(x > 1)": 1,
      "datatable(x: long)[] | summarize countif(x > 1)": 0,
    },
  },
  dcount,
  dcountif: {
    ...dcount,
    about: "Number of distinct values among the rows for which the condition is true.",
    examples: { "datatable(x: long)[1, 2, 2, 5] | summarize dcountif(x, x < 5)": 2 },
  },
  count_distinct: countDistinct,
  count_distinctif: {
    ...countDistinct,
    about: "Exact number of distinct values among the rows for which the condition is true.",
    examples: { "datatable(x: long)[1, 2, 2, 5] | summarize count_distinctif(x, x < 5)": 2 },
  },
});

function distinct(source: Value, when: Sql | undefined, exact: boolean): Sql {
  const present = source.type === "dynamic" ? both(sql`${source} != ''`, when) : when;
  return sql`toInt64(${aggregate(exact ? "uniqExact" : "uniq", [source], present)})`;
}
