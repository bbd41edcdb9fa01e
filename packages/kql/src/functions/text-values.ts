import { type Sql, sql } from "../sql/sql.js";

/** A string as a long, as `tolong` reads it: decimal with a sign, or hexadecimal after `0x`; NULL for anything else. */
export function longOfText(source: Sql): Sql {
  const trimmed = sql`trimBoth(${source}, ' \\t\\r\\n')`;
  const digits = sql`substring(${trimmed}, 3)`;
  const hexadecimal = sql`reinterpretAsInt64(reverse(unhex(leftPad(${digits}, 16, '0'))))`;
  return sql`if(match(${trimmed}, '^0[xX][0-9a-fA-F]{1,16}$'), toNullable(${hexadecimal}), toInt64OrNull(${trimmed}))`;
}

/** A string as a real, as `todouble` reads it; NULL where it is no number. */
export function realOfText(source: Sql): Sql {
  const trimmed = sql`trimBoth(${source}, ' \\t\\r\\n')`;
  return sql`if(${trimmed} IN ('INF', '-INF', '+INF'), CAST(NULL AS Nullable(Float64)), toFloat64OrNull(${trimmed}))`;
}

/** A string as a bool, as `tobool` reads it: true and false in any case, or an integer; NULL for anything else. */
export function boolOfText(source: Sql): Sql {
  const lowered = sql`lower(${source})`;
  return sql`multiIf(${lowered} = 'true', toNullable(toUInt8(1)), ${lowered} = 'false', toNullable(toUInt8(0)), toUInt8(${longOfText(source)} != 0))`;
}
