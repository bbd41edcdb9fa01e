import { type Sql, sql } from "../../sql/sql.js";
import { type AggregateEntry, aggregates } from "../entry.js";
import { type Value, value } from "../value.js";
import { aggregate, argument } from "./aggregate-sql.js";

const stdev = spread("Standard deviation of a sample; 0 where there are fewer than two values.", "varSamp", "stdev", {
  "datatable(x: long)[1, 2, 3, 4] | summarize stdev(x)": 1.2909944487487155,
  "datatable(x: long)[5] | summarize stdev(x)": 0,
  "datatable(x: long)[] | summarize stdev(x)": 0,
});
const stdevp = spread("Standard deviation of a whole population.", "varPop", "stdev", {
  "datatable(x: long)[1, 2, 3, 4] | summarize stdevp(x)": 1.118033988749895,
  "datatable(x: long)[5] | summarize stdevp(x)": 0,
});
const variance = spread(
  "Variance of a sample, to 10 decimals; 0 where there are fewer than two values.",
  "varSamp",
  "variance",
  {
    "datatable(x: long)[1, 2, 3, 4] | summarize variance(x)": 1.6666666667,
    "datatable(x: real)[5.5, real(null)] | summarize variance(x)": 0,
  },
);
const variancep = spread("Variance of a whole population, to 10 decimals.", "varPop", "variance", {
  "datatable(x: long)[1, 2, 3, 4, 5, 6] | summarize variancep(x)": 2.9166666667,
});
const covariance = joint("Covariance of a sample.", "covarSamp", {
  "datatable(x: real, y: real)[1.0, 2.0, 2.0, 4.0, 3.0, 6.0] | summarize covariance(x, y)": 2,
});
const covariancep = joint("Covariance of a whole population.", "covarPop", {
  "datatable(x: real, y: real)[1.0, 2.0, 3.0, 6.0] | summarize covariancep(x, y)": 2,
});

/** Aggregates of how far values lie from their mean. */
export const spreadAggregates = aggregates({
  stdev,
  stdevif: {
    ...stdev,
    about: "Standard deviation of the sample of rows for which the condition is true.",
    examples: { "datatable(x: long)[1, 2, 3, 4, 99] | summarize stdevif(x, x < 99)": 1.2909944487487155 },
  },
  stdevp,
  variance,
  varianceif: {
    ...variance,
    about: "Variance of the sample of rows for which the condition is true.",
    examples: { "datatable(x: long)[1, 2, 3, 4, 99] | summarize varianceif(x, x < 99)": 1.6666666667 },
  },
  variancep,
  variancepif: {
    ...variancep,
    about: "Variance of the population of rows for which the condition is true.",
    examples: { "datatable(x: long)[1, 2, 3, 4, 99] | summarize variancepif(x, x < 99)": 1.25 },
  },
  covariance,
  covarianceif: {
    ...covariance,
    about: "Covariance of the sample of rows for which the condition is true.",
    examples: {
      "datatable(x: real, y: real)[1.0, 2.0, 2.0, 4.0, 3.0, 6.0, 9.0, 0.0] | summarize covarianceif(x, y, x < 9)": 2,
    },
  },
  covariancep,
  covariancepif: {
    ...covariancep,
    about: "Covariance of the population of rows for which the condition is true.",
    examples: {
      "datatable(x: real, y: real)[1.0, 2.0, 3.0, 6.0, 9.0, 0.0] | summarize covariancepif(x, y, x < 9)": 2,
    },
  },
});

/** The engine rounds a variance to 10 decimals and takes the standard deviation from the rounded one. */
function spread(
  about: string,
  name: "varSamp" | "varPop",
  result: "stdev" | "variance",
  examples: AggregateEntry["examples"],
): AggregateEntry {
  return {
    about,
    emit: (call) => {
      const source = number(argument(call, 0));
      const rounded = sql`round(assumeNotNull(${aggregate(name, [source], call.when)}), 10)`;
      const found = result === "stdev" ? sql`sqrt(${rounded})` : rounded;
      return value(sql`if(${aggregate("count", [source], call.when)} < 2, toFloat64(0), ${found})`, "real", false);
    },
    notNull: true,
    examples,
  };
}

function joint(about: string, name: "covarSamp" | "covarPop", examples: AggregateEntry["examples"]): AggregateEntry {
  return {
    about,
    emit: (call) => {
      const pair = [number(argument(call, 0)), number(argument(call, 1))];
      const values = aggregate(
        "count",
        [sql`if(isNull(${pair[0] ?? sql`0`}) OR isNull(${pair[1] ?? sql`0`}), NULL, 1)`],
        call.when,
      );
      const found = sql`round(assumeNotNull(${aggregate(name, pair, call.when)}), 10)`;
      return value(sql`if(${values} < 2, toFloat64(0), ${found})`, "real", false);
    },
    notNull: true,
    examples,
  };
}

function number(source: Value): Sql {
  return source.type === "real"
    ? source.sql
    : source.type === "datetime"
      ? sql`toFloat64(reinterpret(${source}, 'Int64'))`
      : sql`toFloat64(${source})`;
}
