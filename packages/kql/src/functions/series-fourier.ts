import { type Sql, sql } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { arrayElements, isArray } from "./elements.js";
import { type ScalarEntry, scalars } from "./entry.js";
import { arrayJson } from "./json-text.js";
import { type Value, value } from "./value.js";

/** The discrete Fourier transform and its inverse, of complex series given as real and imaginary parts. */
export const seriesFourierFunctions = scalars({
  series_fft: fourier("The discrete Fourier transform of a series: its real and its imaginary parts.", "forward", {
    "series_fft(dynamic([1, 0, 0, 0]))": [1, 1, 1, 1],
    "round(toreal(series_fft(dynamic([1, 2, 3]))[0][1]), 12)": -1.5,
    "round(toreal(series_fft(dynamic([0, 1, 0, 0]))[1][3]), 12)": 1,
    "series_fft(dynamic([1]), dynamic([1, 2]))": null,
    "series_fft(dynamic([1, null]))": null,
  }),
  series_ifft: fourier("The inverse of the discrete Fourier transform.", "inverse", {
    "series_ifft(dynamic([4, 0, 0, 0]))": [1, 1, 1, 1],
    "round(toreal(series_ifft(dynamic([0, 0, 0, 0]), dynamic([0, -4, 0, 4]))[0][1]), 12)": 2,
  }),
});

function fourier(about: string, direction: "forward" | "inverse", examples: ScalarEntry["examples"]): ScalarEntry {
  return {
    about,
    emit: (real: Value, imaginary?: Value) => {
      const parts = (wanted: "real" | "imaginary"): Value =>
        value(transformed(real, imaginary, direction, wanted), "dynamic");
      const first = parts("real");
      return { ...first, results: [first, parts("imaginary")] };
    },
    limit:
      "As it is defined, without a factor forwards and with one by the number of values backwards; the last digits may differ. A series with anything but numbers in it gives null.",
    examples,
  };
}

function transformed(
  real: Value,
  imaginary: Value | undefined,
  direction: "forward" | "inverse",
  wanted: "real" | "imaginary",
): Sql {
  const numbers = (series: Value): Sql => sql`arrayMap(_s -> toFloat64OrNull(_s), ${arrayElements(series)})`;
  const given = imaginary === undefined ? sql`arrayMap(_s -> toNullable(0.), ${numbers(real)})` : numbers(imaginary);
  const areArrays = imaginary === undefined ? isArray(real) : sql`${isArray(real)} AND ${isArray(imaginary)}`;
  return bindOnce(sql`(${numbers(real)}, ${given})`, (series) => {
    const isGood = sql`${areArrays} AND length(${series}.1) = length(${series}.2) AND NOT has(${series}.1, NULL) AND NOT has(${series}.2, NULL)`;
    const whole = (part: Sql): Sql => sql`arrayMap(_s -> ifNull(_s, 0.), ${part})`;
    // The engine may work on rows that the condition leaves out, and takes only arrays of one length together.
    const pair = sql`(${whole(sql`${series}.1`)}, arrayResize(${whole(sql`${series}.2`)}, length(${series}.1)))`;
    const found = bindOnce(pair, (known) => sums(known, direction, wanted));
    return sql`if(${isGood}, ${arrayJson(found, "real")}, '')`;
  });
}

/** One part of the transform: sums over the series, turned by a multiple of the n-th part of a circle. */
function sums(series: Sql, direction: "forward" | "inverse", wanted: "real" | "imaginary"): Sql {
  const size = sql`length(${series}.1)`;
  const circle = sql`arrayMap(_a -> (cos(2 * pi() * _a / ${size}), ${direction === "forward" ? sql`-` : sql``}sin(2 * pi() * _a / ${size})), range(${size}))`;
  const scale = direction === "forward" ? sql`1` : sql`${size}`;
  return bindOnce(circle, (turns) => {
    const turn = sql`arrayElement(${turns}, (_k * (_j - 1)) % ${size} + 1)`;
    const term = wanted === "real" ? sql`_x * ${turn}.1 - _y * ${turn}.2` : sql`_x * ${turn}.2 + _y * ${turn}.1`;
    return sql`arrayMap(_k -> arraySum((_x, _y, _j) -> ${term}, ${series}.1, ${series}.2, arrayEnumerate(${series}.1)) / ${scale}, range(${size}))`;
  });
}
