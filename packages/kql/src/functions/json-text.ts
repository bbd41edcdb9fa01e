import { joinSql, type Sql, sql, text } from "../sql/sql.js";
import { bindLong } from "./bind.js";
import { type Value, value } from "./value.js";

/** The JSON text of a value as it stands inside an array or bag, `null` for a missing one. */
export function toJson(source: Value): Sql {
  if (source.type === "string") return sql`toJSONString(${source})`;
  if (source.type === "dynamic") return sql`if(${source} = '', 'null', ${source})`;
  const written = textOfPresent(source);
  return source.nullable ? sql`ifNull(${written}, 'null')` : sql`assumeNotNull(${written})`;
}

/** A value as a dynamic of its own: its JSON text, `''` for a missing one. */
export function dynamicOf(source: Value): Sql {
  if (source.type === "string") return sql`toJSONString(${source})`;
  if (source.type === "dynamic") return source.sql;
  const written = textOfPresent(source);
  return source.nullable ? sql`ifNull(${written}, '')` : sql`assumeNotNull(${written})`;
}

/** The JSON text of a native array whose elements are `of`, an Array that has no NULLs (`''` is a dynamic's null). */
export function arrayJson(array: Sql, of: Value["type"]): Sql {
  if (of === "string") return sql`toJSONString(${array})`;
  // Not toJSONString: the connection's settings make it put 64-bit integers in quotes.
  if (of === "int" || of === "long") return sql`toString(${array})`;
  return joined(sql`arrayMap(_e -> ${toJson(value(sql`_e`, of, false))}, ${array})`);
}

/** Element texts (`null` where missing) joined to one JSON array. */
export function joined(texts: Sql): Sql {
  return sql`concat('[', arrayStringConcat(${texts}, ','), ']')`;
}

/** SQL pieces as one JSON array or bag: the pieces between the brackets, parted by commas. */
export function bracketed(open: "[" | "{", parts: readonly Sql[]): Sql {
  const close = open === "[" ? "]" : "}";
  if (parts.length === 0) return text(open + close);
  const withCommas = parts.flatMap((part, index) => (index === 0 ? [part] : [text(","), part]));
  return sql`concat(${text(open)}, ${joinSql(withCommas)}, ${text(close)})`;
}

/** KQL's text of a timespan in ticks: `[-][d.]hh:mm:ss[.fffffff]`. */
export function timespanText(ticks: Sql): Sql {
  const size = sql`abs(${ticks})`;
  const part = (unit: string, count: string) =>
    sql`leftPad(toString(intDiv(${size}, ${units[unit] ?? sql`1`}) % ${counts[count] ?? sql`1`}), 2, '0')`;
  const days = sql`intDiv(${size}, 864000000000)`;
  const fraction = sql`${size} % 10000000`;
  return sql`concat(if(${ticks} < 0, '-', ''), if(${days} > 0, concat(toString(${days}), '.'), ''), ${part("hour", "day")}, ':', ${part("minute", "hour")}, ':', ${part("second", "minute")}, if(${fraction} > 0, concat('.', leftPad(toString(${fraction}), 7, '0')), ''))`;
}

function textOfPresent({ sql: source, type }: Value): Sql {
  switch (type) {
    case "bool":
      return sql`if(${source}, 'true', if(isNull(${source}), NULL, 'false'))`;
    case "real":
      return realJson(source);
    case "decimal":
    case "guid":
      return sql`concat('"', toString(${source}), '"')`;
    case "datetime":
      return sql`concat('"', replaceOne(toString(${source}), ' ', 'T'), 'Z"')`;
    case "timespan":
      return sql`concat('"', ${timespanText(source)}, '"')`;
    case "int":
    case "long":
    case "string":
    case "dynamic":
      return sql`toString(${source})`;
    default:
      return type satisfies never;
  }
}

/** Integral reals keep a fraction, so that they stay reals; what JSON has no number for is a string. */
function realJson(source: Sql): Sql {
  return bindLong(source, (real) => {
    const written = sql`toString(${real})`;
    return sql`multiIf(isNaN(${real}), '"NaN"', ${real} = inf, '"Infinity"', ${real} = -inf, '"-Infinity"', match(${written}, '^-?[0-9]+$'), concat(${written}, '.0'), ${written})`;
  });
}

const units: Readonly<Record<string, Sql>> = {
  hour: sql`36000000000`,
  minute: sql`600000000`,
  second: sql`10000000`,
};

const counts: Readonly<Record<string, Sql>> = { day: sql`24`, hour: sql`60`, minute: sql`60` };
