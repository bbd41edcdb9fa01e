import { float, integer, type Sql, sql } from "../../sql/sql.js";
import { rawElements } from "../constant-elements.js";
import { type AggregateCall, aggregates } from "../entry.js";
import { arrayJson } from "../json-text.js";
import { type Refusal, type Value, value } from "../value.js";
import { aggregate, argument, both } from "./aggregate-sql.js";

/** Percentiles by nearest rank: the result is always one of the values. */
export const percentileAggregates = aggregates({
  percentile: {
    about: "The value of the data below which, or at which, the given percentage of the values lies.",
    emit: (call) => one(call, 1),
    examples: {
      "datatable(x: long)[10, 20, 30, 40, long(null)] | summarize percentile(x, 50)": 20,
      "datatable(x: decimal)[decimal(1.5), decimal(2.5)] | summarize percentile(x, 50)": 1.5,
      "datatable(x: real)[1.5, 2.5, 3.5, 4.5] | summarize percentile(x, 95)": 4.5,
      "datatable(x: long)[] | summarize percentile(x, 50)": null,
      "range x from 1 to 100 step 1 | summarize percentile(x, 7)": 7,
      "datatable(x: int)[1, 2] | summarize p = percentile(x, 50) | project gettype(p)": "long",
    },
  },
  percentiles: {
    about: "Several percentiles, a column each.",
    emit: (call) => one(call, 1),
    examples: {
      "datatable(x: long)[10, 20, 30, 40] | summarize percentiles(x, 25, 75) | project percentile_x_75": 30,
    },
  },
  percentiles_array: {
    about: "Several percentiles as one array.",
    emit: (call) => all(call, 1),
    examples: {
      "datatable(x: long)[10, 20, 30, 40] | summarize percentiles_array(x, 25, 75)": [10, 30],
      "datatable(x: long)[10, 20, 30, 40] | summarize percentiles_array(x, dynamic([0, 100]))": [10, 40],
      "datatable(x: long)[10, 20, 30, 40] | summarize percentiles_array(x, range(0, 100, 50))": [10, 20, 40],
    },
  },
  percentilew: {
    about: "The percentile of values that stand for as many equal ones as their weight says.",
    emit: (call) => one(call, 2),
    examples: {
      "datatable(x: long, w: long)[1, 1, 2, 5, 3, 1] | summarize percentilew(x, w, 50)": 2,
      "datatable(x: long, w: long)[1, 0, 2, 5, 3, long(null)] | summarize percentilew(x, w, 0)": 2,
      "datatable(x: long, w: long)[1, 0] | summarize percentilew(x, w, 50)": null,
    },
  },
  percentilesw: {
    about: "Several percentiles of weighted values, a column each.",
    emit: (call) => one(call, 2),
    examples: {
      "datatable(x: long, w: long)[1, 1, 2, 5, 3, 9] | summarize percentilesw(x, w, 5, 90) | project percentile_x_90": 3,
    },
  },
  percentilesw_array: {
    about: "Several percentiles of weighted values as one array.",
    emit: (call) => all(call, 2),
    examples: {
      "datatable(x: long, w: long)[1, 1, 2, 5, 3, 9] | summarize percentilesw_array(x, w, 5, 90)": [1, 3],
    },
  },
});

function one(call: AggregateCall, from: 1 | 2): Value | Refusal {
  const source = argument(call, 0);
  const found = quantiles(call, from);
  if ("refused" in found) return found;
  const type = source.type;
  const kept = value(
    sql`if(${found.isEmpty}, NULL, toNullable(arrayElement(${found.sql}, ${integer(call.column + 1)})))`,
    type,
  );
  // The percentile of an int is a long, that of a decimal a real.
  if (type === "int" && call.type === "long") return value(sql`toInt64(${kept})`, "long");
  return type === "decimal" && call.type === "real" ? value(sql`toFloat64(${kept})`, "real") : kept;
}

function all(call: AggregateCall, from: 1 | 2): Value | Refusal {
  const source = argument(call, 0);
  const found = quantiles(call, from);
  if ("refused" in found) return found;
  return value(sql`if(${found.isEmpty}, '', ${arrayJson(found.sql, source.type)})`, "dynamic");
}

interface Quantiles {
  readonly sql: Sql;
  readonly isEmpty: Sql;
}

function quantiles(call: AggregateCall, from: 1 | 2): Quantiles | Refusal {
  const source = argument(call, 0);
  if (!["int", "long", "real", "decimal", "datetime", "timespan"].includes(source.type))
    return { refused: `percentiles of a ${source.type}`, hint: "convert the value to a number first" };
  const levels = levelsOf(call.args.slice(from));
  if (levels === undefined) return { refused: "a percentile must be a constant from 0 to 100" };
  const count = (when: Sql | undefined) => sql`${aggregate("count", [source], when)} = 0`;
  if (from === 1) {
    return { sql: aggregate("quantilesExact", [source], call.when, levels), isEmpty: count(call.when) };
  }
  const weight = sql`toUInt64(greatest(ifNull(toInt64(${argument(call, 1)}), 0), 0))`;
  // A value that stands for none is not there.
  const when = both(sql`${weight} > 0`, call.when);
  return { sql: aggregate("quantilesExactWeighted", [source, weight], when, levels), isEmpty: count(when) };
}

/** A hair below the level, ClickHouse's rank (from 0, rounded down) is the nearest rank (from 1, rounded up). */
function levelsOf(args: readonly Value[]): readonly Sql[] | undefined {
  const percents = args.flatMap(percentsOf);
  if (percents.length === 0 || percents.some((percent) => !(percent >= 0 && percent <= 100))) return undefined;
  return percents.map((percent) => float(Math.max(0, percent / 100 - 1e-12)));
}

function percentsOf({ constant, type }: Value): readonly number[] {
  if (type === "dynamic" && typeof constant === "string") return rawElements(constant)?.map(Number) ?? [Number.NaN];
  return typeof constant === "bigint" || typeof constant === "number" ? [Number(constant)] : [Number.NaN];
}
