import { type Sql, sql } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { arrayElements, bindDynamic, isArray } from "./elements.js";
import { type Call, type ScalarEntry, scalars } from "./entry.js";
import { arrayJson, toJson } from "./json-text.js";
import { nullOf, type Refusal, type Value, value } from "./value.js";

/** Functions that make numbers out of series. */
export const seriesNumberFunctions = scalars({
  series_sum: number("Sum of a series.", (items) => sql`arraySum(${items})`, {
    "series_sum(dynamic([1, 2, 3, 4]))": 10,
    "series_sum(dynamic([1, null]))": null,
  }),
  series_product: number("Product of a series.", (items) => sql`arrayProduct(${items})`, {
    "series_product(dynamic([1, 2, 3, 4]))": 24,
  }),
  series_magnitude: number(
    "Length of a series as a vector.",
    (items) => sql`sqrt(arraySum(arrayMap(_s -> _s * _s, ${items})))`,
    { "series_magnitude(dynamic([3, 4]))": 5 },
  ),
  series_dot_product: {
    about: "Sum of the products of two series.",
    emit: (first: Value, second: Value) => joint(first, second, dot),
    examples: {
      "series_dot_product(dynamic([1, 2, 4]), dynamic([4, 2, 1]))": 12,
      "series_dot_product(dynamic([1, 2, 4]), 2)": 14,
    },
  },
  series_cosine_similarity: {
    about: "Cosine of the angle between two series as vectors.",
    emit: (first: Value, second: Value, ...magnitudes: readonly Value[]) => {
      const [m1, m2] = magnitudes;
      if (m1 !== undefined && m2 === undefined) return { refused: "series_cosine_similarity with one magnitude" };
      const size = (one: Sql, given: Value | undefined) =>
        given === undefined ? sql`sqrt(${dot(one, one)})` : sql`toFloat64(${given})`;
      return joint(first, second, (a, b) => sql`${dot(a, b)} / (${size(a, m1)} * ${size(b, m2)})`);
    },
    examples: {
      "round(series_cosine_similarity(dynamic([0.1, 0.2, 0.1, 0.2]), dynamic([1, 2, 3, 4])), 6)": 0.92376,
      "series_cosine_similarity(dynamic([1, 2]), dynamic([3, 4]), 2.0, 5.5)": 1,
    },
  },
  series_pearson_correlation: {
    about: "Pearson correlation of two series.",
    emit: (first: Value, second: Value) =>
      joint(first, second, (a, b) =>
        bindOnce(centred(a), (x) =>
          bindOnce(centred(b), (y) => sql`${dot(x, y)} / (sqrt(${dot(x, x)}) * sqrt(${dot(y, y)}))`),
        ),
      ),
    examples: { "round(series_pearson_correlation(dynamic([1, 2, 3]), dynamic([2, 4, 6])), 6)": 1 },
  },
  series_stats: {
    about: "Least and greatest number with their places, mean, standard deviation and variance of a series.",
    call: ({ args }: Call) => stats(args),
    examples: {
      "series_stats(dynamic([23, 46, 3, 75]))": 3,
      "series_stats(dynamic([23, 46, 3, 75]))[3]": 3,
      "series_stats(dynamic([null, 46, 3, 'a']), true)[1]": 2,
      "series_stats(dynamic([null, 46, 3]), false)": null,
    },
  },
  series_stats_dynamic: {
    about: "Statistics of a series as a bag; null where something in it is no number.",
    call: ({ args }: Call) => statsBag(args),
    examples: {
      "series_stats_dynamic(dynamic([10, 20])).avg": 15,
      "series_stats_dynamic(dynamic([10, 20])).variance": 50,
      "series_stats_dynamic(dynamic([10, null]))": null,
      "series_stats_dynamic(dynamic([10, null, 20]), true).avg": 15,
    },
  },
  series_fit_line: {
    about: "Line of least squares through a series: r², slope, variance, residual variance, intercept and the line.",
    emit: (series: Value) => {
      const results = written(series, fit);
      const [first] = results;
      return first === undefined ? { refused: "no result" } : { ...first, results };
    },
    examples: {
      "round(series_fit_line(dynamic([1, 2, 4, 8]))[0], 6)": 0.92,
      "round(series_fit_line(dynamic([2, 5, 6, 8, 11, 15, 17, 18, 25, 26, 30, 30]))[1], 3)": 2.731,
    },
  },
  series_fit_line_dynamic: {
    about: "Line of least squares through a series, as a bag.",
    emit: (series: Value) => bindDynamic(series, (bound) => sql`if(${isArray(bound)}, ${bag(fit(bound))}, '')`),
    examples: { "round(toreal(series_fit_line_dynamic(dynamic([1, 2, 3, 4, 5])).slope), 6)": 1 },
  },
});

function number(about: string, compute: (items: Sql) => Sql, examples: ScalarEntry["examples"]): ScalarEntry {
  return {
    about,
    emit: (series: Value) =>
      bindDynamic(
        series,
        (bound) => sql`if(${allNumbers(bound)}, toNullable(toFloat64(${compute(reals(bound))})), ${nullOf("real")})`,
      ),
    examples,
  };
}

function joint(first: Value, second: Value, compute: (a: Sql, b: Sql) => Sql): Sql {
  const a = spread(first, second);
  const given = spread(second, first);
  // The engine may work on rows that the condition below leaves out, and takes only arrays of one length together.
  const b = sql`arrayResize(${given}, length(${a}))`;
  const isFit = [first, second].map((one) => (one.type === "dynamic" ? allNumbers(one) : sql`isNotNull(${one})`));
  const fits = sql`${isFit.reduce((all, one) => sql`${all} AND ${one}`)} AND length(${a}) = length(${given})`;
  return sql`if(${fits}, toNullable(toFloat64(${compute(a, b)})), ${nullOf("real")})`;
}

/** A series as reals; a number as a series as long as the other. */
function spread(one: Value, other: Value): Sql {
  return one.type === "dynamic"
    ? reals(one)
    : sql`arrayWithConstant(length(${reals(other)}), ifNull(toFloat64(${one}), 0))`;
}

function dot(a: Sql, b: Sql): Sql {
  return sql`arraySum(arrayMap((_s, _t) -> _s * _t, ${a}, ${b}))`;
}

function centred(items: Sql): Sql {
  return bindOnce(sql`arraySum(${items}) / length(${items})`, (mean) => sql`arrayMap(_s -> _s - ${mean}, ${items})`);
}

function reals(series: Value): Sql {
  return sql`arrayMap(_s -> toFloat64OrZero(_s), ${arrayElements(series)})`;
}

/** Whether a dynamic is an array with elements, all of them numbers. */
function allNumbers(series: Value): Sql {
  const texts = arrayElements(series);
  return sql`(${isArray(series)} AND notEmpty(${texts}) AND arrayAll(_s -> isNotNull(toFloat64OrNull(_s)), ${texts}))`;
}

interface Named {
  readonly name: Sql;
  readonly result: Value;
}

/** The statistics of a series that has nothing but numbers, or of those among its elements. */
function measures(series: Value, ignoresOthers: boolean): readonly Named[] {
  const every = reals(series);
  const finite = sql`arrayFilter((_s, _t) -> isNotNull(toFloat64OrNull(_t)), ${every}, ${arrayElements(series)})`;
  const items = ignoresOthers ? finite : every;
  const isGood = ignoresOthers ? sql`(${isArray(series)} AND notEmpty(${finite}))` : allNumbers(series);
  const placeOf = (one: Sql) =>
    ignoresOthers
      ? sql`arrayFirstIndex((_s, _t) -> isNotNull(toFloat64OrNull(_t)) AND _s = ${one}, ${every}, ${arrayElements(series)}) - 1`
      : sql`indexOf(${items}, ${one}) - 1`;
  const mean = sql`arraySum(${items}) / length(${items})`;
  const squares = bindOnce(centred(items), (away) => dot(away, away));
  const variance = sql`if(length(${items}) < 2, 0, ${squares} / greatest(toInt64(length(${items})) - 1, 1))`;
  const known = (name: Sql, found: Sql, type: "real" | "long" = "real"): Named => {
    const typed = type === "real" ? sql`toFloat64(${found})` : sql`toInt64(${found})`;
    return { name, result: value(sql`if(${isGood}, toNullable(${typed}), NULL)`, type) };
  };
  return [
    known(sql`min`, sql`arrayMin(${items})`),
    known(sql`min_idx`, placeOf(sql`arrayMin(${items})`), "long"),
    known(sql`max`, sql`arrayMax(${items})`),
    known(sql`max_idx`, placeOf(sql`arrayMax(${items})`), "long"),
    known(sql`avg`, mean),
    known(sql`stdev`, sql`sqrt(${variance})`),
    known(sql`variance`, variance),
    known(sql`sum`, sql`arraySum(${items})`),
    known(sql`len`, sql`length(${items})`, "long"),
  ];
}

function stats([series, ignore]: readonly Value[]): Value | Refusal {
  if (series === undefined) return { refused: "a series is missing" };
  const ignores = ignoring(ignore);
  if (typeof ignores !== "boolean") return ignores;
  const results = written(series, (bound) => measures(bound, ignores).slice(0, 7));
  const [first] = results;
  return first === undefined ? { refused: "no result" } : { ...first, results };
}

function statsBag([series, ignore]: readonly Value[]): Sql | Refusal {
  if (series === undefined) return { refused: "a series is missing" };
  const ignores = ignoring(ignore);
  if (typeof ignores !== "boolean") return ignores;
  return bindDynamic(series, (bound) => {
    const all = measures(bound, ignores);
    const isGood = ignores ? sql`isNotNull(${all[0]?.result ?? sql`NULL`})` : allNumbers(bound);
    return sql`if(${isGood}, ${bag(all)}, '')`;
  });
}

/** The results of a function of a series, each of which writes the series once. */
function written(series: Value, compute: (bound: Value) => readonly Named[]): readonly Value[] {
  return compute(series).map(({ result }, index) => ({
    ...result,
    sql: bindDynamic(series, (bound) => compute(bound)[index]?.result.sql ?? result.sql),
  }));
}

/** Results as the JSON text of a bag. */
function bag(results: readonly Named[]): Sql {
  const members = results.flatMap(({ name, result }, index) => [
    sql`'${index === 0 ? sql`{` : sql`,`}"${name}":'`,
    bindOnce(result.sql, (found) => toJson(value(found, result.type))),
  ]);
  return sql`concat(${members.reduce((a, b) => sql`${a}, ${b}`)}, '}')`;
}

function ignoring(option: Value | undefined): boolean | Refusal {
  if (option === undefined) return false;
  return typeof option.constant === "boolean"
    ? option.constant
    : { refused: "whether to ignore what is no number must be a constant" };
}

function fit(series: Value): readonly Named[] {
  const y = reals(series);
  const size = sql`length(${y})`;
  const given = sql`${allNumbers(series)} AND ${size} > 1`;
  /** `_y`: the series, `_d`: its distance from its mean, `_m`: the mean place, `_k`: the slope. */
  const stated = (found: Sql): Sql => {
    const places = sql`arrayMap(_i -> toFloat64(_i), range(length(_y)))`;
    const slope = sql`arraySum(arrayMap((_i, _s) -> (_i - _m) * _s, ${places}, _d)) / arraySum(arrayMap(_i -> (_i - _m) * (_i - _m), ${places}))`;
    const bound = (name: Sql, bound_: Sql, inner: Sql): Sql => sql`arrayMap(${name} -> ${inner}, [${bound_}])[1]`;
    const middle = sql`(toFloat64(length(_y)) - 1) / 2`;
    return bound(sql`_y`, y, bound(sql`_d`, centred(sql`_y`), bound(sql`_m`, middle, bound(sql`_k`, slope, found))));
  };
  const real = (name: Sql, found: Sql): Named => ({
    name,
    result: value(sql`if(${given}, toNullable(toFloat64(${stated(found)})), ${nullOf("real")})`, "real"),
  });
  const residue = sql`arrayMap((_i, _s) -> _s - _k * (toFloat64(_i) - _m), range(length(_y)), _d)`;
  const freedom = sql`greatest(toInt64(length(_y)) - 1, 1)`;
  const variance = sql`${dot(sql`_d`, sql`_d`)} / ${freedom}`;
  const rest = sql`${dot(residue, residue)} / ${freedom}`;
  const intercept = sql`arraySum(_y) / length(_y) - _k * _m`;
  const line = sql`arrayMap(_i -> _k * toFloat64(_i), range(length(_y)))`;
  return [
    real(sql`rsquare`, sql`1 - (${rest}) / (${variance})`),
    real(sql`slope`, sql`_k`),
    real(sql`variance`, variance),
    real(sql`rvariance`, rest),
    // The first place counts as 1.
    real(sql`interception`, sql`${intercept} - _k`),
    {
      name: sql`line_fit`,
      result: value(sql`if(${given}, ${arrayJson(stated(lineFrom(intercept, line)), "real")}, '')`, "dynamic"),
    },
  ];
}

function lineFrom(intercept: Sql, line: Sql): Sql {
  return bindOnce(intercept, (start) => sql`arrayMap(_s -> ${start} + _s, ${line})`);
}
