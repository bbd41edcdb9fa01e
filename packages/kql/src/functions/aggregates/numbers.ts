import { type Sql, sql } from "../../sql/sql.js";
import { type AggregateCall, type AggregateEntry, aggregates } from "../entry.js";
import { type Refusal, type Value, value } from "../value.js";
import { aggregate, argument, both } from "./aggregate-sql.js";

const sum: AggregateEntry = {
  about: "Sum of the values, 0 where there are none; a sum of longs beyond their range wraps around.",
  emit: (call) => {
    const source = argument(call, 0);
    if (source.type === "datetime" || source.type === "dynamic" || source.type === "string")
      return { refused: `sum of a ${source.type} has no meaning here` };
    return value(sumOf(source, call.when), call.type, false);
  },
  notNull: true,
  examples: {
    "datatable(x: int)[2147483647, 1, int(null)] | summarize sum(x)": 2147483648,
    "datatable(x: long)[] | summarize sum(x)": 0,
    "datatable(x: real)[1.5, real(nan)] | summarize sum(x)": "NaN",
    "datatable(x: timespan)[1h, 30m] | summarize sum(x)": "01:30:00",
    "datatable(x: long)[9223372036854775807, 1] | summarize tostring(sum(x))": "-9223372036854775808",
  },
};

const avg: AggregateEntry = {
  about: "Mean of the values that are not null; NaN where there are none.",
  emit: (call) => average(argument(call, 0), call),
  examples: {
    "datatable(x: int)[1, 2, int(null)] | summarize avg(x)": 1.5,
    "datatable(x: long)[] | summarize avg(x)": "NaN",
    "datatable(x: timespan)[1h, 2h] | summarize avg(x)": "01:30:00",
    "datatable(x: datetime)[datetime(2024-01-01), datetime(2024-01-03)] | summarize avg(x)":
      "2024-01-02T00:00:00.0000000Z",
    "datatable(x: decimal)[decimal(1.5), decimal(2.5)] | summarize avg(x)": "2",
  },
};

const min: AggregateEntry = {
  about: "Smallest value, nulls left out; NaN where one of the values is NaN.",
  emit: (call) => extreme("min", argument(call, 0), call.when),
  examples: {
    "datatable(x: long)[3, long(null), 1] | summarize min(x)": 1,
    "datatable(x: long)[] | summarize min(x)": null,
    "datatable(x: real)[1.5, real(nan)] | summarize min(x)": "NaN",
    "datatable(s: string)['b', 'a'] | summarize min(s)": "a",
  },
};

const max: AggregateEntry = {
  about: "Largest value, nulls left out; NaN where one of the values is NaN.",
  emit: (call) => extreme("max", argument(call, 0), call.when),
  examples: {
    "datatable(x: long)[3, long(null), 1] | summarize max(x)": 3,
    "datatable(x: long)[] | summarize max(x)": null,
    "datatable(x: real)[1.5, real(nan)] | summarize max(x)": "NaN",
    "datatable(x: datetime)[datetime(2024-01-01), datetime(2024-01-03)] | summarize max(x)":
      "2024-01-03T00:00:00.0000000Z",
  },
};

/** Aggregates of numbers and of what can be ordered. */
export const numberAggregates = aggregates({
  sum,
  sumif: {
    ...sum,
    about: "Sum of the values in the rows for which the condition is true.",
    examples: {
      "datatable(x: long)[1, 2, 3] | summarize sumif(x, x > 1)": 5,
      "datatable(x: long)[1] | summarize sumif(x, x > 1)": 0,
    },
  },
  avg,
  avgif: {
    ...avg,
    about: "Mean of the values in the rows for which the condition is true.",
    examples: {
      "datatable(x: long)[1, 2, 3] | summarize avgif(x, x > 1)": 2.5,
      "datatable(x: long)[1] | summarize avgif(x, x > 1)": "NaN",
    },
  },
  min,
  minif: {
    ...min,
    about: "Smallest value in the rows for which the condition is true.",
    examples: { "datatable(x: long)[1, 2, 3] | summarize minif(x, x > 1)": 2 },
  },
  max,
  maxif: {
    ...max,
    about: "Largest value in the rows for which the condition is true.",
    examples: {
      "datatable(x: long)[1, 2, 3] | summarize maxif(x, x < 3)": 2,
      "datatable(x: long)[1] | summarize maxif(x, x > 3)": null,
    },
  },
  binary_all_and: bits("groupBitAnd", "Bits set in every value.", 4, 6),
  binary_all_or: bits("groupBitOr", "Bits set in any value.", 14, 6),
  binary_all_xor: bits("groupBitXor", "Exclusive or of all values.", 10, 6),
});

function sumOf(source: Value, when: Sql | undefined): Sql {
  const total = aggregate("sum", [source], when);
  const present = source.nullable ? sql`ifNull(${total}, 0)` : total;
  return source.type === "bool" ? sql`toInt64(${present})` : present;
}

function average(source: Value, call: AggregateCall): Value | Refusal {
  const { when } = call;
  const values = aggregate("count", [source], when);
  switch (source.type) {
    case "int":
    case "long":
    case "bool":
    case "real":
      return value(
        sql`if(${values} = 0, toFloat64('nan'), toFloat64(${sumOf(source, when)}) / ${values})`,
        "real",
        false,
      );
    case "decimal":
      return value(sql`${aggregate("sum", [source], when)} / nullIf(${values}, 0)`, "decimal");
    case "timespan":
      return value(meanTicks(source.sql, values, when), "timespan");
    case "datetime":
      return value(
        sql`reinterpret(${meanTicks(sql`reinterpret(${source}, 'Int64')`, values, when)}, 'DateTime64(7, \\'UTC\\')')`,
        "datetime",
      );
    default:
      return { refused: `avg of a ${source.type} has no meaning` };
  }
}

/** Ticks of many datetimes do not fit their own type when added up. */
function meanTicks(ticks: Sql, values: Sql, when: Sql | undefined): Sql {
  const total = aggregate("sum", [sql`toInt128(${ticks})`], when);
  return sql`accurateCastOrNull(intDivOrNull(${total}, toInt128(nullIf(${values}, 0))), 'Int64')`;
}

function extreme(name: "min" | "max", source: Value, when: Sql | undefined): Sql | Refusal {
  if (source.type === "dynamic" || source.type === "guid") return { refused: `${name} of a ${source.type}` };
  if (source.type === "string") return aggregate(name, [source], when);
  const found = aggregate(name === "min" ? "minOrNull" : "maxOrNull", [source], when);
  if (source.type !== "real") return found;
  const notNumbers = aggregate("count", [], both(sql`ifNull(isNaN(${source}), 0)`, when));
  return sql`if(${notNumbers} > 0, toNullable(toFloat64('nan')), ${found})`;
}

function bits(
  name: "groupBitAnd" | "groupBitOr" | "groupBitXor",
  about: string,
  first: number,
  second: number,
): AggregateEntry {
  const short = name === "groupBitAnd" ? "and" : name === "groupBitOr" ? "or" : "xor";
  const result = short === "and" ? first & second : short === "or" ? first | second : first ^ second;
  return {
    about,
    emit: (call) => {
      const source = argument(call, 0);
      if (source.type !== "int" && source.type !== "long") return { refused: `the bits of a ${source.type}` };
      return value(aggregate(name, [sql`toNullable(${source})`], call.when), source.type);
    },
    examples: { [`datatable(x: long)[${first}, ${second}] | summarize binary_all_${short}(x)`]: result },
  };
}
