import { integer, type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";
import { constantInteger, constantText } from "./constant-elements.js";
import { scalars } from "./entry.js";
import type { Refusal, Value } from "./value.js";

const units = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"] as const;

function bytes(size: Value, precision: Value | undefined, unit: Value | undefined): Sql | Refusal {
  const digits = precision === undefined ? 0 : constantInteger(precision);
  const wanted = unit === undefined ? "" : constantText(unit);
  if (digits === undefined || digits < 0 || digits > 15 || wanted === undefined) {
    return { refused: "`format_bytes` with a precision or unit that is not a constant" };
  }
  const fixed = units.findIndex((each) => each.toLowerCase() === wanted.toLowerCase());
  if (wanted !== "" && fixed < 0) return { refused: `\`format_bytes\` in the unit \`${wanted}\`` };
  return bind(sql`toFloat64(${size})`, (number) => {
    const written = (index: number) => sql`concat(${scaled(number, index, digits)}, ${text(` ${units[index]}`)})`;
    if (wanted !== "") return sql`ifNull(${written(fixed)}, '')`;
    const cases = units.slice(0, -1).map((_, index) => sql`abs(${number}) < ${limit(index + 1)}, ${written(index)}`);
    return sql`if(isNull(${number}), '', assumeNotNull(multiIf(${cases.reduce((all, each) => sql`${all}, ${each}`)}, ${written(units.length - 1)})))`;
  });
}

function limit(index: number): Sql {
  return sql`toFloat64(${integer(1024n ** BigInt(index))})`;
}

/** A number in a unit, rounded half away from zero; no zeros at the end of a fraction. */
function scaled(number: Sql, index: number, digits: number): Sql {
  const power = sql`toFloat64(${integer(10n ** BigInt(digits))})`;
  const magnitude = sql`floor(abs(${number}) / ${limit(index)} * ${power} + 0.5) / ${power}`;
  return sql`toString(if(${number} < 0, -(${magnitude}), ${magnitude}))`;
}

function hexadecimal(number: Value, least: Value | undefined): Sql {
  const whole = number.type === "int" ? sql`toInt32(${number})` : sql`toInt64(${number})`;
  const digits = sql`replaceRegexpOne(lower(hex(${whole})), '^0+(.)', ${text("\\1")})`;
  const known = constantInteger(least);
  const width =
    known === undefined && least !== undefined
      ? sql`greatest(0, least(16, ifNull(toInt64(${least}), 0)))`
      : integer(Math.max(0, Math.min(16, known ?? 0)));
  const padded = bind(
    digits,
    (written) => sql`if(length(${written}) >= ${width}, ${written}, leftPad(${written}, toUInt64(${width}), '0'))`,
  );
  return least === undefined ? sql`ifNull(${digits}, '')` : sql`ifNull(${padded}, '')`;
}

/** Numbers as texts. */
export const formattingFunctions = scalars({
  format_bytes: {
    about: "A size in bytes with its unit, which is chosen by the size if none is given.",
    emit: (size, precision, unit) => bytes(size, precision, unit),
    examples: {
      "format_bytes(564)": "564 Bytes",
      "format_bytes(10332, 1)": "10.1 KB",
      "format_bytes(20010332)": "19 MB",
      "format_bytes(20010332, 2)": "19.08 MB",
      'format_bytes(20010332, 0, "KB")': "19541 KB",
      "format_bytes(long(null))": "",
    },
  },
  tohex: {
    about: "A number in hexadecimal, with zeros in front up to a length.",
    emit: (number, least) => hexadecimal(number, least),
    examples: {
      "tohex(256)": "100",
      "tohex(-256)": "ffffffffffffff00",
      "tohex(int(-256), 8)": "ffffff00",
      "tohex(256, 8)": "00000100",
      "tohex(256, 2)": "100",
      "tohex(0)": "0",
      "tohex(long(null))": "",
    },
  },
});
