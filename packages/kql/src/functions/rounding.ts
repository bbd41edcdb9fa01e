import { float, integer, type Sql, sql } from "../sql/sql.js";
import { bindLong } from "./bind.js";
import { constantInteger } from "./constant-elements.js";
import { type Call, scalars } from "./entry.js";
import { type Refusal, type Value, value } from "./value.js";

/** Rounding, sizes and signs of numbers. */
export const roundingFunctions = scalars({
  round: {
    about: "A number rounded to a number of digits after the point, halves away from zero.",
    call: rounded,
    examples: {
      "round(2.5)": 3,
      "round(-2.5)": -3,
      "round(0.5)": 1,
      "round(3.25, 1)": 3.3,
      "round(2.15, 1)": 2.2,
      "round(-50.55, -2)": -100,
      "round(21.5, -1)": 20,
      "round(25, -1)": 30,
      "round(real(nan))": "NaN",
      "round(real(null))": null,
    },
  },
  ceiling: {
    about: "The least whole number that is not below the value.",
    call: ({ args: [x], type }) => {
      if (x === undefined) return nothing;
      if (type !== "real" && type !== "decimal") return x;
      return value(sql`ceil(${x})`, type, x.nullable);
    },
    examples: { "ceiling(-1.1)": -1, "ceiling(0.5)": 1, "ceiling(0.0)": 0, "ceiling(7)": 7 },
  },
  abs: {
    about: "The size of a number or timespan without its sign.",
    call: ({ args: [x], type }) => {
      if (x === undefined) return nothing;
      const whole = type !== "real" && type !== "decimal";
      return value(
        whole ? sql`toInt64(abs(toInt64(${x})))` : sql`abs(${x})`,
        type === "int" ? "long" : type,
        x.nullable,
      );
    },
    examples: { "abs(-5)": 5, "abs(-2.5)": 2.5, "abs(-1h)": "01:00:00", "abs(int(-2147483648))": 2147483648 },
  },
  sign: {
    about: "1 for a number above 0, -1 for one below, else 0.",
    emit: (x) => {
      const size = sql`toFloat64(${x})`;
      const sign = sql`multiIf(${size} > 0, toFloat64(1), ${size} < 0, toFloat64(-1), toFloat64(0))`;
      return x.nullable ? sql`if(isNull(${x}), NULL, ${sign})` : value(sign, "real", false);
    },
    examples: { "sign(-42)": -1, "sign(0)": 0, "sign(11.2)": 1, "sign(real(nan))": 0, "sign(int(null))": null },
  },
});

const nothing: Refusal = { refused: "a number is missing" };

function rounded({ args: [x, digits], type }: Call): Sql | Value | Refusal {
  if (x === undefined) return nothing;
  const places = digits === undefined ? 0 : constantInteger(digits);
  if (places === undefined) return { refused: "the number of digits has to be a literal" };
  switch (type) {
    case "int":
    case "long":
      return value(places >= 0 ? x.sql : wholeRounded(x, -places, type), type, x.nullable);
    case "decimal":
      return value(sql`round(${x}, ${integer(Math.max(-57, Math.min(18, places)))})`, type, x.nullable);
    case "real":
      return value(
        bindLong(x.sql, (real) => realRounded(real, places)),
        type,
        x.nullable,
      );
    default:
      return { refused: `a ${type} cannot be rounded`, hint: "convert it with toreal()" };
  }
}

function wholeRounded(x: Value, zeros: number, type: "int" | "long"): Sql {
  const cast = type === "int" ? sql`toInt32` : sql`toInt64`;
  if (zeros > 18) return sql`${cast}(${x} * 0)`;
  const unit = sql`toInt64(${integer(10n ** BigInt(zeros))})`;
  const rest = sql`(toInt64(${x}) % ${unit})`;
  const up = sql`if(abs(${rest}) >= ${unit} - abs(${rest}), if(${x} < 0, -${unit}, ${unit}), toInt64(0))`;
  return sql`${cast}(toInt64(${x}) - ${rest} + ${up})`;
}

/** From 2^52 up a real has no fraction; the engine's own rounding takes halves to the even side. */
function realRounded(x: Sql, places: number): Sql {
  if (places > 300) return x;
  if (places < -300) return sql`(${x} * 0)`;
  const factor = float(10 ** Math.abs(places));
  const scaled = places === 0 ? x : places > 0 ? sql`(${x} * ${factor})` : sql`(${x} / ${factor})`;
  const whole = sql`trunc(${scaled})`;
  const nearest = sql`(${whole} + if(abs(${scaled} - ${whole}) >= 0.5, if(${x} < 0, toFloat64(-1), toFloat64(1)), toFloat64(0)))`;
  const back = places === 0 ? nearest : places > 0 ? sql`${nearest} / ${factor}` : sql`${nearest} * ${factor}`;
  return sql`if(abs(${scaled}) < 4503599627370496., ${back}, ${x})`;
}
