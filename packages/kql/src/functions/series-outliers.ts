import { float, type Sql, sql } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { constantText } from "./constant-elements.js";
import { arrayElements, comparable, isArray } from "./elements.js";
import { type Call, scalars } from "./entry.js";
import { arrayJson, dynamicOf } from "./json-text.js";
import { decompositionOf, overComponents } from "./series-decompose.js";
import { settled } from "./settled.js";
import { type Refusal, type Value, value } from "./value.js";

const fences =
  "`ctukey` takes the 10th and the 90th percentile, `tukey` the 25th and the 75th. A query ends where both are one value and something lies outside: what the score is then is not written down.";

/** Functions that score how far the numbers of a series lie outside of two of its percentiles. */
export const seriesOutlierFunctions = scalars({
  series_outliers: {
    about: "How far each number of a series lies outside of Tukey's fences, 0 for what lies within and for nulls.",
    call: ({ args }: Call) => outliers(args),
    limit: `${fences} The kind, the value to ignore and the percentiles must be constants, the latter 10 and 90; a series with anything but numbers and nulls in it gives null.`,
    examples: {
      "tostring(series_outliers(dynamic([-3, 2.4, 15, 3.9, 5, 6, 4.5, 5.2, 3, 4, 5, 16, 7, 5, 5, 4])))":
        "[-1.904078548360857,-0.10021466044004519,1.3361954725339347,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.6702443406674186,0.0,0.0,0.0,0.0]",
      "series_outliers(dynamic([1, 2, 3, 4, 14]), 'tukey')": [-0.5, 0, 0, 0, 5],
      "series_outliers(dynamic([1, 2, null, 3, 4, 14, -1]), 'tukey', -1)": [-0.5, 0, 0, 0, 0, 5, 0],
      "series_outliers(dynamic([7, 7, 7]))": [0, 0, 0],
      "series_outliers(dynamic(['a']))": null,
    },
  },
  series_decompose_anomalies: {
    about: "Where a series lies far from what is expected of it: 1 above, -1 below; the scores, and what is expected.",
    call: ({ args: [series, threshold, period, trend, points, method] }: Call) =>
      anomalies({ series, threshold, period, trend, points, method }),
    limit: `The period must be a constant, 0 for a series without one; it is not looked for, but a constant series of fewer than 8 numbers is known to have none. ${fences} A series with anything but numbers in it gives null.`,
    examples: {
      "series_decompose_anomalies(dynamic([1, 2, 1, 3, 2, 90, 1, 2, 1, 3]), 1.5, 0)": [0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
      "round(toreal(series_decompose_anomalies(dynamic([1, 2, 3, 4, 14]), 1.5, 0, 'none', 0, 'tukey')[1][4]), 9)": 5,
      "series_decompose_anomalies(dynamic([1, 9, 2, 9, 1, 8, 1, -50]), 1.5, 2, 'none')": [0, 0, 0, 0, 0, 0, 0, -1],
      "series_decompose_anomalies(dynamic([1, 2, 6]))[2]": [3, 3, 3],
    },
  },
});

/** What a kind of fences rests on: two percentiles, and what makes its scores comparable with Tukey's own. */
interface Fences {
  /** The engine's name of a function that gives both. */
  readonly quantiles: Sql;
  readonly factor: number;
}

/** The quantiles of the normal distribution, in the digits with which the measured scores come out. */
const [upperQuartile, upperDecile] = [0.675, 1.29682082];

const tukey: Fences = { quantiles: sql`'quantilesExactInclusive(0.25, 0.75)'`, factor: 1 };
const ctukey: Fences = {
  quantiles: sql`'quantilesExactInclusive(0.1, 0.9)'`,
  factor: (3 * upperDecile) / (4 * upperQuartile - upperDecile),
};

function fencesOf(kind: Value | undefined): Fences | Refusal {
  const name = kind === undefined ? "ctukey" : constantText(kind);
  if (name === "ctukey") return ctukey;
  if (name === "tukey") return tukey;
  return { refused: "the kind has to be given as 'ctukey' or 'tukey'" };
}

function outliers([series, kind, ignored, least, most]: readonly Value[]): Sql | Refusal {
  if (series === undefined) return { refused: "a series is missing" };
  const known = fencesOf(kind);
  if ("refused" in known) return known;
  if ((least !== undefined && !is(least, 10)) || (most !== undefined && !is(most, 90)))
    return { refused: "percentiles other than 10 and 90", hint: "leave them out, or compare with `percentiles`" };
  const missing = missingSql(ignored);
  if ("refused" in missing) return missing;
  return bindOnce(arrayElements(series), (texts) => {
    const isGood = sql`${isArray(series)} AND arrayAll(_s -> _s = '' OR isNotNull(toFloat64OrNull(_s)), ${texts})`;
    const present = sql`arrayMap(_s -> if(${missing}, NULL, toFloat64OrNull(_s)), ${texts})`;
    return sql`if(${isGood}, ${bindOnce(present, (items) => arrayJson(scores(items, known, sql`0`, areOne(items)), "real"))}, '')`;
  });
}

/** Whether the element `_s` counts as missing. */
function missingSql(ignored: Value | undefined): Sql | Refusal {
  if (ignored === undefined || ignored.constant === null) return sql`(_s = '')`;
  if (ignored.constant === undefined) return { refused: "the value to ignore must be a constant" };
  const known = sql`arrayElement(${comparable(sql`[${dynamicOf(ignored)}]`)}, 1)`;
  return sql`(_s = '' OR arrayElement(${comparable(sql`[_s]`)}, 1) = ${known})`;
}

function is({ constant }: Value, percentile: number): boolean {
  return (typeof constant === "bigint" || typeof constant === "number") && Number(constant) === percentile;
}

/**
 * The scores of numbers as an Array of reals; NULLs have 0. Percentiles that are no further apart than `noise` decide
 * nothing, and are only good where `isFlat` says that all numbers are one.
 */
function scores(items: Sql, { quantiles, factor }: Fences, noise: Sql, isFlat: Sql): Sql {
  const both = sql`arrayReduce(${quantiles}, arrayFilter(_x -> isNotNull(_x), ${items}))`;
  return bindOnce(both, (found) => {
    const [from, to] = [sql`${found}[1]`, sql`${found}[2]`];
    const isClear = sql`(${to} - ${from} > ${noise} OR ${isFlat})`;
    const score = (bound: Sql) => sql`(_x - ${bound}) / (${to} - ${from}) * ${float(factor)}`;
    const all = sql`arrayMap(_x -> ifNull(multiIf(_x > ${to}, ${score(to)}, _x < ${from}, ${score(from)}, 0.), 0.), ${items})`;
    return sql`if(${settled(value(isClear, "bool", false), flat)}, ${all}, [])`;
  });
}

/** Whether all numbers of an array are one, or there is none. */
function areOne(items: Sql): Sql {
  return sql`length(arrayDistinct(arrayFilter(_x -> isNotNull(_x), ${items}))) < 2`;
}

const flat: Value = {
  ...value(sql`''`, "string"),
  constant: "the percentiles of a series are one value, and how what lies outside is scored is not written down",
};

interface Anomalies {
  readonly series: Value | undefined;
  readonly threshold: Value | undefined;
  readonly period: Value | undefined;
  readonly trend: Value | undefined;
  readonly points: Value | undefined;
  readonly method: Value | undefined;
}

function anomalies({ series, threshold, period, trend, points, method }: Anomalies): Value | Refusal {
  const decomposition = decompositionOf({ series, period, trend: trend ?? "avg", points });
  if ("refused" in decomposition) return decomposition;
  const known = fencesOf(method);
  if ("refused" in known) return known;
  const limit = threshold === undefined ? 1.5 : threshold.constant;
  if (typeof limit !== "bigint" && typeof limit !== "number") return { refused: "a threshold that is not a constant" };
  const scored = (use: (all: Sql) => Sql) =>
    overComponents(decomposition, (items, seasonal, line) => {
      const rest = sql`arrayMap((_x, _s, _t) -> _x - (_s + _t), ${items}, ${seasonal}, ${line})`;
      const noise = sql`1e-12 * arrayMax(arrayMap(_x -> abs(_x), ${items}))`;
      // How a line through numbers that lie on one is rounded would decide.
      const flatPart = decomposition.kind === "linefit" ? items : undefined;
      return bindOnce(rest, (residuals) =>
        bindOnce(scores(residuals, known, noise, areOne(flatPart ?? residuals)), use),
      );
    });
  const flag = sql`multiIf(_x > ${float(Number(limit))}, 1, _x < ${float(-Number(limit))}, -1, 0)`;
  const flags = scored((all) => arrayJson(sql`arrayMap(_x -> toInt64(${flag}), ${all})`, "long"));
  const baseline = overComponents(decomposition, (_, seasonal, line) =>
    arrayJson(sql`arrayMap((_s, _t) -> _s + _t, ${seasonal}, ${line})`, "real"),
  );
  return { ...flags, results: [flags, scored((all) => arrayJson(all, "real")), baseline] };
}
