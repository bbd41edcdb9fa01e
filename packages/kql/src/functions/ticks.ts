import { integer, type Sql, type SqlPart, sql } from "../sql/sql.js";
import { firstTick, lastTick } from "./constants.js";

/** A datetime as ticks of 100 ns since 1970-01-01, Int64. */
export function ticksOf(datetime: SqlPart): Sql {
  return sql`reinterpret(${datetime}, 'Int64')`;
}

/** Ticks since 1970-01-01 as a datetime; NULL outside of the years 1 to 9999. The ticks are written once. */
export function datetimeOf(ticks: SqlPart): Sql {
  const below = integer(firstTick - 1n);
  const above = integer(lastTick + 1n);
  return unchecked(
    sql`nullIf(nullIf(greatest(least(${ticks}, toInt64(${above})), toInt64(${below})), toInt64(${below})), toInt64(${above}))`,
  );
}

/** Ticks since 1970-01-01 that are known to be inside of the years 1 to 9999, as a datetime. */
export function unchecked(ticks: SqlPart): Sql {
  return sql`reinterpret(${ticks}, 'DateTime64(7, \\'UTC\\')')`;
}

/** `a` modulo a positive constant, from 0 up, as Int64. */
export function positiveModulo(a: SqlPart, divisor: bigint): Sql {
  return sql`toInt64(positiveModulo(${a}, toInt64(${integer(divisor)})))`;
}

/** Ticks from 0001-01-01 to 1970-01-01. */
export const epoch = sql`toInt64(621355968000000000)`;
export const ticksPerSecond = 10_000_000n;
export const ticksPerDay = 864_000_000_000n;
