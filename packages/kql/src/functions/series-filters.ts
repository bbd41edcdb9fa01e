import { float, integer, joinSql, type Sql, sql } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { constantInteger, rawElements } from "./constant-elements.js";
import { arrayElements, isArray } from "./elements.js";
import { scalars } from "./entry.js";
import { arrayJson } from "./json-text.js";
import type { Refusal, Value } from "./value.js";

const constantFilter = "The filters must be constants; a series with anything but numbers in it gives null.";

/** Functions that make a series out of another, each number out of those around or before it. */
export const seriesFilterFunctions = scalars({
  series_fir: {
    about: "A series through a filter of finite response: each number with those before it, times the coefficients.",
    emit: (series: Value, filter: Value, normalize?: Value, center?: Value) =>
      finite(series, filter, normalize, center),
    limit: `${constantFilter} A centred filter must have an odd number of coefficients.`,
    examples: {
      "series_fir(dynamic([5, 15, 10, 20]), dynamic([1, -1]), false, false)": [5, 10, -5, 10],
      "series_fir(dynamic([0, 10, 20]), dynamic([1, 1]))": [0, 5, 15],
      "series_fir(dynamic([0, 3, 6]), dynamic([1, 1, 1]), true, true)": [1, 3, 3],
      "series_fir(dynamic([1, 2]), dynamic([1, -1]), true)": null,
      "series_fir(dynamic(['a']), dynamic([1]))": null,
    },
  },
  series_iir: {
    about: "A series through a filter of infinite response, given by its numerators and denominators.",
    emit: (series: Value, numerators: Value, denominators: Value) => infinite(series, numerators, denominators),
    limit: constantFilter,
    examples: {
      "series_iir(dynamic([0, 1, 2, 3, 4]), dynamic([1]), dynamic([1, -1]))": [0, 1, 3, 6, 10],
      "series_iir(dynamic([1, 1, 1]), dynamic([1, 1]), dynamic([2, -1]))": [0.5, 1.25, 1.625],
      "series_iir(dynamic([1, null]), dynamic([1]), dynamic([1]))": null,
    },
  },
  series_seasonal: {
    about: "The seasonal part of a series: at each place the median of the numbers at the same place of every period.",
    emit: (series: Value, period?: Value, testPoints?: Value) => seasonal(series, period, testPoints),
    limit:
      "The period must be a constant; it is not looked for, but a constant series of fewer than 8 numbers is known to have none. A series with anything but numbers in it gives null.",
    examples: {
      "series_seasonal(dynamic([1, 3, 5, 1, 3, 5, 2, 4, 6]), 3)": [1, 3, 5, 1, 3, 5, 1, 3, 5],
      "series_seasonal(dynamic([1, 3, 2, 4]), 2)": [1.5, 3.5, 1.5, 3.5],
      "series_seasonal(dynamic([]), 3)": [],
      "series_seasonal(dynamic([1, 2, 1]), 0)": [0, 0, 0],
      "series_seasonal(dynamic([1, 2, 1]))": [0, 0, 0],
    },
  },
});

function finite(series: Value, filter: Value, normalize: Value | undefined, center: Value | undefined): Sql | Refusal {
  const weights = coefficients(filter);
  if (weights === undefined) return { refused: "series_fir with a filter that is not a constant array of numbers" };
  const options = [normalize, center].filter((option) => option !== undefined);
  if (options.some((option) => typeof option.constant !== "boolean"))
    return { refused: "series_fir with an option that is not a constant" };
  const isNegative = weights.some((weight) => weight < 0);
  const isNormal = normalize === undefined ? !isNegative : normalize.constant === true;
  if (isNormal && isNegative) return sql`''`;
  const isCentred = center?.constant === true;
  if (isCentred && weights.length % 2 === 0)
    return { refused: "a centred series_fir with an even number of coefficients" };
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (weights.length === 0 || (isNormal && sum === 0)) return { refused: "series_fir with a filter that has no sum" };
  const shift = integer(isCentred ? (weights.length - 1) / 2 : 0);
  const ofWhole = !isNormal && weights.every(Number.isSafeInteger);
  return overNumbers(series, (items, isWhole) => {
    const terms = weights.map((weight, k) => {
      const at = sql`toInt64(_i) - ${integer(k)} + ${shift}`;
      const inside = sql`${at} BETWEEN 1 AND toInt64(length(${items}))`;
      return sql`if(${inside}, arrayElement(${items}, ${at}) * ${float(weight)}, 0.)`;
    });
    const total = sql`(${joinSql(terms, " + ")})`;
    const found = sql`arrayMap(_i -> ${isNormal ? sql`${total} / ${float(sum)}` : total}, arrayEnumerate(${items}))`;
    if (!ofWhole) return arrayJson(found, "real");
    // Whole numbers stay whole while a real holds them exactly.
    const whole = sql`${isWhole} AND arrayAll(_y -> abs(_y) < 9007199254740992, _f)`;
    const integers = sql`arrayMap(_y -> ifNull(accurateCastOrNull(_y, 'Int64'), 0), _f)`;
    return sql`arrayMap(_f -> if(${whole}, ${arrayJson(integers, "long")}, ${arrayJson(sql`_f`, "real")}), [${found}])[1]`;
  });
}

function infinite(series: Value, numerators: Value, denominators: Value): Sql | Refusal {
  const [b, a] = [coefficients(numerators), coefficients(denominators)];
  const first = a?.[0];
  if (b === undefined || a === undefined || b.length === 0)
    return { refused: "series_iir with filters that are not constant arrays of numbers" };
  if (first === undefined || first === 0) return { refused: "series_iir whose first denominator is 0" };
  return overNumbers(series, (items) => {
    const given = b.map((weight, k) => term(items, weight, k));
    const made = a.slice(1).map((weight, k) => term(sql`_y`, -weight, k + 1));
    const next = sql`(${joinSql([...given, ...made], " + ")}) / ${float(first)}`;
    const cumulative = b.length === 1 && b[0] === 1 && a.length === 2 && first === 1 && a[1] === -1;
    const fold = sql`arrayFold((_y, _i) -> arrayPushBack(_y, ${next}), arrayEnumerate(${items}), CAST([] AS Array(Float64)))`;
    return arrayJson(cumulative ? sql`arrayCumSum(${items})` : fold, "real");
  });
}

/** A coefficient times the number so many places before `_i`, 0 before the first. */
function term(items: Sql, weight: number, back: number): Sql {
  const at = sql`toInt64(_i) - ${integer(back)}`;
  return sql`if(${at} >= 1, arrayElement(${items}, ${at}) * ${float(weight)}, 0.)`;
}

function seasonal(series: Value, period: Value | undefined, testPoints: Value | undefined): Sql | Refusal {
  const given = period === undefined ? -1 : constantInteger(period);
  const length = given === -1 && isTooShort(series) ? 0 : given;
  if (length === undefined || length === -1) return noPeriod;
  if (testPoints !== undefined && constantInteger(testPoints) !== 0)
    return { refused: "series_seasonal with test points" };
  if (length < 1)
    return overNumbers(series, (items) => arrayJson(sql`arrayWithConstant(length(${items}), 0.)`, "real"));
  const size = integer(length);
  return overNumbers(series, (items) => {
    const spread = bindOnce(
      medianOf(items, size),
      (found) => sql`arrayMap(_i -> arrayElement(${found}, (_i - 1) % ${size} + 1), arrayEnumerate(${items}))`,
    );
    return arrayJson(spread, "real");
  });
}

/** For a period that is not given as a constant, which includes -1, by which one is looked for. */
export const noPeriod: Refusal = {
  refused: "the period has to be given, as how one is found is not public",
  hint: "give the period as a number of steps, or 0 for a series without one",
};

/** Whether a series is known to have no period: one has at least four steps, and is there at least twice. */
export function isTooShort({ constant }: Value): boolean {
  const length = typeof constant === "string" ? rawElements(constant)?.length : undefined;
  return length !== undefined && length < 8;
}

/** The medians of the numbers at each place of a period, or of as much of it as there is. */
export function medianOf(items: Sql, size: Sql): Sql {
  const places = sql`range(least(toUInt64(${size}), length(${items})))`;
  const alike = sql`arrayFilter((_v, _i) -> (_i - 1) % ${size} = _k, ${items}, arrayEnumerate(${items}))`;
  return sql`arrayMap(_k -> arrayReduce('quantileExactInclusive(0.5)', ${alike}), ${places})`;
}

/** Works on a series as reals, and whether all are whole numbers; null where one is no number. */
export function overNumbers(series: Value, use: (items: Sql, isWhole: Sql) => Sql): Sql {
  return bindOnce(arrayElements(series), (texts) => {
    const isGood = sql`${isArray(series)} AND arrayAll(_s -> isNotNull(toFloat64OrNull(_s)), ${texts})`;
    const isWhole = sql`arrayAll(_s -> isNotNull(toInt64OrNull(_s)), ${texts})`;
    const found = bindOnce(sql`arrayMap(_s -> toFloat64OrZero(_s), ${texts})`, (items) => use(items, isWhole));
    return sql`if(${isGood}, ${found}, '')`;
  });
}

/** The numbers of a constant array. */
function coefficients(filter: Value): readonly number[] | undefined {
  if (typeof filter.constant !== "string") return undefined;
  const numbers = rawElements(filter.constant)?.map(Number);
  return numbers?.every(Number.isFinite) === true ? numbers : undefined;
}
