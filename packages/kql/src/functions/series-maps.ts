import { type Sql, sql } from "../sql/sql.js";
import { arrayElements, isArray } from "./elements.js";
import { type ScalarEntry, scalars } from "./entry.js";
import { arrayJson, dynamicOf } from "./json-text.js";
import { type Value, value } from "./value.js";

/** Functions that make a series out of one or two, number by number; what is no number gives null. */
export const seriesMapFunctions = scalars({
  series_add: pairwise("Sum of two series, or of a series and a number.", "+", {
    "series_add(dynamic([1, 2, 4]), dynamic([4, 2, 1]))": [5, 4, 5],
    "series_add(dynamic([1, 2.5, null]), 1)": [2, 3.5, null],
    "series_add(dynamic([1, 2]), dynamic([1]))": [2, null],
  }),
  series_subtract: pairwise("Difference of two series.", "-", {
    "series_subtract(dynamic([1, 2, 4]), dynamic([4, 2, 1]))": [-3, 0, 3],
  }),
  series_multiply: pairwise("Product of two series, number by number.", "*", {
    "series_multiply(dynamic([1, 2, 4]), dynamic([4, 2, 1]))": [4, 4, 4],
  }),
  series_divide: pairwise("Quotient of two series, as reals.", "/", {
    "series_divide(dynamic([1, 2, 4]), dynamic([4, 2, 1]))": [0.25, 1, 4],
    "series_divide(dynamic([1]), 0)": ["Infinity"],
  }),
  series_pow: pairwise("The first series' numbers to the power of the second's.", "pow", {
    "series_pow(dynamic([1, 2, 3, 4]), dynamic([1, 2, 3, 0.5]))": [1, 4, 27, 2],
  }),
  series_greater: pairwise("Where the first series is greater.", ">", {
    "series_greater(dynamic([1, 2, 4]), dynamic([4, 2, 1]))": [false, false, true],
  }),
  series_greater_equals: pairwise("Where the first series is greater or equal.", ">=", {
    "series_greater_equals(dynamic([1, 2, 4]), dynamic([4, 2, 1]))": [false, true, true],
  }),
  series_less: pairwise("Where the first series is less.", "<", {
    "series_less(dynamic([1, 2, 4]), dynamic([4, 2, 1]))": [true, false, false],
  }),
  series_less_equals: pairwise("Where the first series is less or equal.", "<=", {
    "series_less_equals(dynamic([1, 2, 4]), 2)": [true, true, false],
  }),
  series_equals: pairwise("Where two series are equal.", "=", {
    "series_equals(dynamic([1, 2, 4]), dynamic([4, 2, 1]))": [false, true, false],
    "series_equals(dynamic([9007199254740993, 2]), dynamic([9007199254740992, 2.0]))": [false, true],
  }),
  series_not_equals: pairwise("Where two series differ.", "!=", {
    "series_not_equals(dynamic([1, 2, 4]), dynamic([4, 2, null]))": [true, false, null],
  }),
  series_abs: {
    about: "The numbers of a series without their sign.",
    emit: (series: Value) =>
      mapped(series, sql`if(isNotNull(toFloat64OrNull(_s)), if(startsWith(_s, '-'), substring(_s, 2), _s), '')`),
    examples: { "series_abs(dynamic([-6.5, 0, 8.2, null]))": [6.5, 0, 8.2, null] },
  },
  series_sign: single("Sign of each number: -1, 0 or 1.", sql`sign`, {
    "series_sign(dynamic([-6.5, 0, 8.2]))": [-1, 0, 1],
  }),
  series_exp: single("e to the power of each number.", sql`exp`, { "series_exp(dynamic([0, null]))": [1, null] }),
  series_log: single("Natural logarithm of each number.", sql`log`, { "series_log(dynamic([1, null]))": [0, null] }),
  series_floor: single("Each number rounded down.", sql`floor`, {
    "series_floor(dynamic([-1.5, 1, 2.5]))": [-2, 1, 2],
  }),
  series_ceiling: single("Each number rounded up.", sql`ceil`, {
    "series_ceiling(dynamic([-1.5, 1, 2.5]))": [-1, 1, 3],
  }),
  series_sin: single("Sine of each number.", sql`sin`, { "series_sin(dynamic([0]))": [0] }),
  series_cos: single("Cosine of each number.", sql`cos`, { "series_cos(dynamic([0]))": [1] }),
  series_tan: single("Tangent of each number.", sql`tan`, { "series_tan(dynamic([0]))": [0] }),
  series_asin: single("Arc sine of each number.", sql`asin`, { "series_asin(dynamic([0]))": [0] }),
  series_acos: single("Arc cosine of each number.", sql`acos`, { "series_acos(dynamic([1]))": [0] }),
  series_atan: single("Arc tangent of each number.", sql`atan`, { "series_atan(dynamic([0]))": [0] }),
});

function pairwise(about: string, operator: keyof typeof operators, examples: ScalarEntry["examples"]): ScalarEntry {
  return { about, emit: (first: Value, second: Value) => combined(first, second, operators[operator]), examples };
}

function single(about: string, name: Sql, examples: ScalarEntry["examples"]): ScalarEntry {
  const item = sql`if(isNull(toFloat64OrNull(_s)), '', ${real(sql`${name}(toFloat64OrZero(_s))`)})`;
  return { about, emit: (series: Value) => mapped(series, item), examples };
}

function mapped(series: Value, item: Sql): Sql {
  return sql`if(${isArray(series)}, ${arrayJson(sql`arrayMap(_s -> ${item}, ${arrayElements(series)})`, "dynamic")}, '')`;
}

function combined(first: Value, second: Value, item: Sql): Sql {
  const series = [first, second].filter(({ type }) => type === "dynamic");
  const size = series
    .map((one) => sql`length(${arrayElements(one)})`)
    .reduce((a, b) => sql`greatest(${a}, ${b})`, sql`0`);
  const filled = (one: Value): Sql =>
    one.type === "dynamic"
      ? sql`arrayResize(${arrayElements(one)}, ${size}, '')`
      : sql`arrayWithConstant(${size}, ${dynamicOf(one)})`;
  const areArrays = series.map(isArray).reduce((a, b) => sql`${a} AND ${b}`, sql`1`);
  const numbers = sql`isNotNull(toFloat64OrNull(_s)) AND isNotNull(toFloat64OrNull(_t))`;
  const items = sql`arrayMap((_s, _t) -> if(${numbers}, ${item}, ''), ${filled(first)}, ${filled(second)})`;
  return sql`if(${areArrays}, ${arrayJson(items, "dynamic")}, '')`;
}

/** The JSON text of a real that is never NULL. */
function real(number: Sql): Sql {
  return dynamicOf(value(number, "real", false));
}

/** Whether both elements are integers, which reals do not always hold exactly. */
const areWhole = sql`(isNotNull(toInt64OrNull(_s)) AND isNotNull(toInt64OrNull(_t)))`;

function arithmetic(operator: Sql): Sql {
  const integers = sql`toString(toInt64OrZero(_s) ${operator} toInt64OrZero(_t))`;
  return sql`if(${areWhole}, ${integers}, ${real(sql`toFloat64OrZero(_s) ${operator} toFloat64OrZero(_t)`)})`;
}

function comparison(operator: Sql): Sql {
  const integers = sql`toInt64OrZero(_s) ${operator} toInt64OrZero(_t)`;
  const holds = sql`if(${areWhole}, ${integers}, toFloat64OrZero(_s) ${operator} toFloat64OrZero(_t))`;
  return sql`if(${holds}, 'true', 'false')`;
}

const operators = {
  "+": arithmetic(sql`+`),
  "-": arithmetic(sql`-`),
  "*": arithmetic(sql`*`),
  "/": real(sql`toFloat64OrZero(_s) / toFloat64OrZero(_t)`),
  pow: real(sql`pow(toFloat64OrZero(_s), toFloat64OrZero(_t))`),
  ">": comparison(sql`>`),
  ">=": comparison(sql`>=`),
  "<": comparison(sql`<`),
  "<=": comparison(sql`<=`),
  "=": comparison(sql`=`),
  "!=": comparison(sql`!=`),
};
