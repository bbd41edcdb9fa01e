import type { KqlType } from "../../schema/types.js";
import { integer, type Sql, sql } from "../../sql/sql.js";
import { type Value, value } from "../value.js";

/** KQL's `%`: the remainder from 0 up to the size of the divisor, null for an integer by 0. */
export function remainder(left: Value, right: Value, type: KqlType): Sql | Value {
  if (type === "decimal") {
    const divisor = sql`nullIf(${right}, 0)`;
    const rest = sql`(${left} % ${divisor})`;
    return sql`if(${rest} < 0, ${rest} + abs(${divisor}), ${rest})`;
  }
  if (type === "real") return realRemainder(sql`toFloat64(${left})`, sql`toFloat64(${right})`);
  if (right.type === "real" || right.type === "decimal") {
    return sql`accurateCastOrNull(trunc(${realRemainder(sql`toFloat64(${left})`, sql`toFloat64(${right})`)}), 'Int64')`;
  }
  if (typeof right.constant === "bigint" && right.constant > 0n) {
    const rest = sql`toInt64(positiveModulo(toInt64(${left}), toInt64(${integer(right.constant)})))`;
    return value(rest, type, left.nullable);
  }
  // The lowest long has no size of its own type, so the remainder is lifted by taking the divisor away or adding it.
  const divisor = sql`toInt64(${right})`;
  const rest = sql`moduloOrNull(toInt64(${left}), if(${divisor} = -1, toInt64(1), ${divisor}))`;
  return sql`if(${rest} < 0, if(${divisor} > 0, ${rest} + ${divisor}, ${rest} - ${divisor}), ${rest})`;
}

/**
 * The exact remainder of two reals. A product of two reals is split into its rounded value and what rounding took away,
 * so that nothing is lost while the quotient is below 2^53.
 */
function realRemainder(a: Sql, b: Sql): Sql {
  const size = sql`abs(${b})`;
  const whole = sql`trunc(abs(${a}) / ${size})`;
  const high = (x: Sql) => sql`(${x} * 134217729. - (${x} * 134217729. - ${x}))`;
  const product = sql`(${whole} * ${size})`;
  const [wholeHigh, sizeHigh] = [high(whole), high(size)];
  const [wholeLow, sizeLow] = [sql`(${whole} - ${wholeHigh})`, sql`(${size} - ${sizeHigh})`];
  const lost = sql`(${wholeLow} * ${sizeLow} - (((${product} - ${wholeHigh} * ${sizeHigh}) - ${wholeLow} * ${sizeHigh}) - ${wholeHigh} * ${sizeLow}))`;
  const rest = sql`((abs(${a}) - ${product}) - ${lost})`;
  const positive = sql`if(${rest} < 0, ${rest} + ${size}, ${rest})`;
  const euclidean = sql`if(${a} < 0 AND ${positive} != 0, ${size} - ${positive}, ${positive})`;
  const integers = sql`toFloat64(positiveModulo(accurateCastOrNull(${a}, 'Int256'), nullIf(abs(accurateCastOrNull(${b}, 'Int256')), 0)))`;
  return sql`multiIf(isNull(${a}) OR isNull(${b}), NULL, NOT isFinite(${a}) OR isNaN(${b}) OR ${b} = 0, toFloat64('nan'), isInfinite(${b}), if(${a} < 0, ${size}, ${a}), ${whole} < 9007199254740992., ${euclidean}, ifNull(${integers}, positiveModulo(${a}, ${size})))`;
}
