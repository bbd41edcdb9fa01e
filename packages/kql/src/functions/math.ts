import { sql } from "../sql/sql.js";
import { constantValue } from "./constants.js";
import { scalars } from "./entry.js";
import { type Value, value } from "./value.js";

/** Powers, logarithms, trigonometry, and tests of real numbers. */
export const mathFunctions = scalars({
  pow: {
    about: "A number raised to a power.",
    emit: (base, exponent) => real(sql`pow(toFloat64(${base}), toFloat64(${exponent}))`, base, exponent),
    examples: { "pow(2, 3)": 8, "pow(-8, 1.0 / 3)": "NaN", "pow(int(null), 2)": null },
  },
  sqrt: {
    about: "The square root; NaN of a negative number.",
    emit: (x) => real(sql`sqrt(toFloat64(${x}))`, x),
    examples: { "sqrt(16)": 4, "sqrt(-1)": "NaN" },
  },
  exp: {
    about: "e raised to a power.",
    emit: (x) => real(sql`exp(toFloat64(${x}))`, x),
    examples: { "exp(0)": 1, "exp(1000)": "Infinity" },
  },
  exp2: {
    about: "2 raised to a power.",
    emit: (x) => real(sql`exp2(toFloat64(${x}))`, x),
    examples: { "exp2(10)": 1024 },
  },
  exp10: {
    about: "10 raised to a power.",
    emit: (x) => real(sql`exp10(toFloat64(${x}))`, x),
    examples: { "exp10(3)": 1000 },
  },
  log: {
    about: "The natural logarithm; null of a negative number.",
    emit: (x) => sql`if(toFloat64(${x}) < 0, NULL, log(toFloat64(${x})))`,
    examples: { "log(1)": 0, "log(0)": "-Infinity", "log(-1)": null },
  },
  log2: {
    about: "The logarithm to base 2; null of a negative number.",
    emit: (x) => sql`if(toFloat64(${x}) < 0, NULL, log2(toFloat64(${x})))`,
    examples: { "log2(8)": 3, "log2(-1)": null },
  },
  log10: {
    about: "The logarithm to base 10; null of a negative number.",
    emit: (x) => sql`if(toFloat64(${x}) < 0, NULL, log10(toFloat64(${x})))`,
    examples: { "log10(1000)": 3, "log10(-1)": null },
  },
  gamma: {
    about: "The gamma function.",
    emit: (x) => real(sql`tgamma(toFloat64(${x}))`, x),
    examples: { "gamma(5)": 24 },
  },
  loggamma: {
    about: "The logarithm of the gamma function's absolute value.",
    emit: (x) => real(sql`lgamma(toFloat64(${x}))`, x),
    examples: { "loggamma(1)": 0 },
  },
  erf: {
    about: "The error function.",
    emit: (x) => real(sql`erf(toFloat64(${x}))`, x),
    examples: { "erf(0)": 0 },
  },
  erfc: {
    about: "One less the error function.",
    emit: (x) => real(sql`erfc(toFloat64(${x}))`, x),
    examples: { "erfc(0)": 1 },
  },
  pi: {
    about: "The number pi.",
    emit: () => constantValue("real", Math.PI),
    notNull: true,
    examples: { "pi()": Math.PI },
  },
  sin: {
    about: "The sine of an angle in radians.",
    emit: (x) => real(sql`sin(toFloat64(${x}))`, x),
    examples: { "sin(0)": 0 },
  },
  cos: {
    about: "The cosine of an angle in radians.",
    emit: (x) => real(sql`cos(toFloat64(${x}))`, x),
    examples: { "cos(0)": 1 },
  },
  tan: {
    about: "The tangent of an angle in radians.",
    emit: (x) => real(sql`tan(toFloat64(${x}))`, x),
    examples: { "tan(0)": 0 },
  },
  cot: {
    about: "The cotangent of an angle in radians.",
    emit: (x) => real(sql`(1 / tan(toFloat64(${x})))`, x),
    examples: { "cot(0)": "Infinity" },
  },
  asin: {
    about: "The angle of a sine, in radians; NaN beyond -1 to 1.",
    emit: (x) => real(sql`asin(toFloat64(${x}))`, x),
    examples: { "asin(0)": 0, "asin(2)": "NaN" },
  },
  acos: {
    about: "The angle of a cosine, in radians; NaN beyond -1 to 1.",
    emit: (x) => real(sql`acos(toFloat64(${x}))`, x),
    examples: { "acos(1)": 0, "acos(2)": "NaN" },
  },
  atan: {
    about: "The angle of a tangent, in radians.",
    emit: (x) => real(sql`atan(toFloat64(${x}))`, x),
    examples: { "atan(0)": 0 },
  },
  atan2: {
    about: "The angle between the x axis and the line to the point (x, y), in radians.",
    emit: (y, x) => real(sql`atan2(toFloat64(${y}), toFloat64(${x}))`, y, x),
    examples: { "atan2(0, 1)": 0 },
  },
  degrees: {
    about: "Radians in degrees.",
    emit: (x) => real(sql`(180 / ${constantValue("real", Math.PI)} * toFloat64(${x}))`, x),
    examples: { "degrees(pi())": 180 },
  },
  radians: {
    about: "Degrees in radians.",
    emit: (x) => real(sql`(${constantValue("real", Math.PI)} / 180 * toFloat64(${x}))`, x),
    examples: { "radians(180)": Math.PI },
  },
  isnan: {
    about: "Whether a real is not a number.",
    emit: (x) => value(sql`isNaN(${x})`, "bool", x.nullable),
    examples: { "isnan(0.0 / 0.0)": true, "isnan(1.5)": false, "isnan(real(null))": null },
  },
  isinf: {
    about: "Whether a real is infinite.",
    emit: (x) => value(sql`isInfinite(${x})`, "bool", x.nullable),
    examples: { "isinf(1.0 / 0.0)": true, "isinf(1.0)": false, "isinf(real(nan))": false },
  },
  isfinite: {
    about: "Whether a real is neither infinite nor not a number.",
    emit: (x) => value(sql`isFinite(${x})`, "bool", x.nullable),
    examples: { "isfinite(1.0)": true, "isfinite(1.0 / 0.0)": false, "isfinite(real(nan))": false },
  },
});

function real(result: Value["sql"], ...from: readonly Value[]): Value {
  return value(
    result,
    "real",
    from.some((argument) => argument.nullable),
  );
}
