import type { KqlType } from "../schema/types.js";
import { type Sql, sql } from "../sql/sql.js";
import { pathBool, pathLong, pathReal, pathText } from "./dynamic-path.js";
import { parsedDatetime, parsedTimespan } from "./parse-time.js";
import { textOf } from "./text-form.js";
import { boolOfText, longOfText, realOfText } from "./text-values.js";
import { datetimeOf, epoch, ticksOf } from "./ticks.js";
import { nullOf, type Value } from "./value.js";

/** KQL's `to…` of a value, as SQL of the type's ClickHouse type; undefined where KQL has no such conversion. */
export function converted(source: Value, type: KqlType): Sql | undefined {
  if (source.type === type) return source.sql;
  switch (type) {
    case "string":
      return textOf(source);
    case "bool":
      return boolOf(source);
    case "int":
      return intOf(source);
    case "long":
      return longOf(source);
    case "real":
      return realOf(source);
    case "decimal":
      return decimalOf(source);
    case "datetime":
      return datetimeFrom(source);
    case "timespan":
      return timespanFrom(source);
    case "guid":
      return guidOf(source);
    case "dynamic":
      return undefined;
    default:
      return type satisfies never;
  }
}

function boolOf(source: Value): Sql | undefined {
  switch (source.type) {
    case "string":
      return boolOfText(source.sql);
    case "dynamic":
      return pathBool(source);
    case "int":
    case "long":
    case "real":
    case "decimal":
    case "timespan":
      return sql`toUInt8(${source} != 0)`;
    default:
      return undefined;
  }
}

function intOf(source: Value): Sql | undefined {
  switch (source.type) {
    case "bool":
      return sql`toInt32(${source})`;
    case "string":
      return sql`accurateCastOrNull(${longOfText(source.sql)}, 'Int32')`;
    case "real":
      return saturated(source.sql, "Int32");
    case "decimal":
      return wholeDecimal(source.sql, sql`'Int32'`);
    default: {
      // A long that is too large keeps its low 32 bits.
      const long = longOf(source);
      return long && sql`toInt32(${long})`;
    }
  }
}

function longOf(source: Value): Sql | undefined {
  switch (source.type) {
    case "bool":
    case "int":
    case "timespan":
    case "long":
      return sql`toInt64(${source})`;
    case "string":
      return longOfText(source.sql);
    case "dynamic":
      return pathLong(source);
    case "real":
      return saturated(source.sql, "Int64");
    case "decimal":
      return wholeDecimal(source.sql, sql`'Int64'`);
    case "datetime":
      return sql`${ticksOf(source)} + ${epoch}`;
    default:
      return undefined;
  }
}

function realOf(source: Value): Sql | undefined {
  switch (source.type) {
    case "string":
      return realOfText(source.sql);
    case "dynamic":
      return pathReal(source);
    case "guid":
      return undefined;
    case "datetime":
      return sql`toFloat64(${ticksOf(source)} + ${epoch})`;
    default:
      return sql`toFloat64(${source})`;
  }
}

function decimalOf(source: Value): Sql | undefined {
  switch (source.type) {
    case "string":
      return decimalOfText(source.sql);
    case "dynamic":
      return sql`if(startsWith(${source}, '{') OR startsWith(${source}, '['), ${nullOf("decimal")}, ${decimalOfText(pathText(source))})`;
    case "bool":
    case "int":
    case "long":
    case "timespan":
      return sql`accurateCastOrNull(${source}, 'Decimal(76, 18)')`;
    case "real":
      // By its text: a cast would bring in what the real lacks of the number that is written, 1.100000000000000128.
      return decimalOfText(sql`ifNull(toString(${source}), '')`);
    default:
      return undefined;
  }
}

function decimalOfText(source: Sql): Sql {
  return sql`toDecimal256OrNull(trimBoth(${source}), 18)`;
}

function datetimeFrom(source: Value): Sql | undefined {
  switch (source.type) {
    case "string":
      return parsedDatetime(source.sql);
    case "dynamic":
      return parsedDatetime(pathText(source));
    case "int":
    case "long":
      return datetimeOf(sql`toInt64(${source}) - ${epoch}`);
    case "real":
      return datetimeOf(sql`${saturated(source.sql, "Int64")} - ${epoch}`);
    default:
      return undefined;
  }
}

function timespanFrom(source: Value): Sql | undefined {
  switch (source.type) {
    case "string":
      return parsedTimespan(source.sql);
    case "dynamic":
      return parsedTimespan(pathText(source));
    case "int":
    case "long":
      return sql`toInt64(${source})`;
    default:
      return undefined;
  }
}

function guidOf(source: Value): Sql | undefined {
  if (source.type !== "string" && source.type !== "dynamic") return undefined;
  return sql`toUUIDOrNull(replaceRegexpAll(${textOf(source)}, '[-{}()]', ''))`;
}

/** A real without its fraction; beyond the type's range its edge, NULL for infinity and NaN. */
function saturated(real: Sql, type: "Int32" | "Int64"): Sql {
  const whole = sql`trunc(${real})`;
  const [least, greatest] = type === "Int32" ? int32 : int64;
  const cast = type === "Int32" ? sql`'Int32'` : sql`'Int64'`;
  return sql`multiIf(isInfinite(${whole}), NULL, ${whole} >= ${greatest.real}, ${greatest.integer}, ${whole} <= ${least.real}, ${least.integer}, accurateCastOrNull(${whole}, ${cast}))`;
}

/** The engine fails on a decimal that no integer type holds; it is NULL instead. */
function wholeDecimal(source: Sql, type: Sql): Sql {
  const fits = sql`ifNull(abs(toFloat64(${source})) < 1e18, 0)`;
  return sql`if(${fits}, accurateCastOrNull(toInt64(if(${fits}, trunc(${source}), toDecimal256(0, 18))), ${type}), NULL)`;
}

const int32 = [
  { real: sql`-2147483648.`, integer: sql`toInt32(-2147483648)` },
  { real: sql`2147483647.`, integer: sql`toInt32(2147483647)` },
] as const;
const int64 = [
  { real: sql`-9223372036854775808.`, integer: sql`toInt64(-9223372036854775808)` },
  { real: sql`9223372036854775807.`, integer: sql`toInt64(9223372036854775807)` },
] as const;
