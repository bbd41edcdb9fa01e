import type { KqlType } from "../schema/types.js";
import { float, integer, type Sql, sql, text } from "../sql/sql.js";
import { type Constant, nullOf, type Value } from "./value.js";

/** A constant as a value of a type; a missing string or dynamic is `''`. */
export function constantValue(type: KqlType, constant: Constant): Value {
  if (type === "string" || type === "dynamic") {
    const known = constant === null ? "" : String(constant);
    return { sql: text(known), type, nullable: false, constant: known };
  }
  if (constant === null) return { sql: nullOf(type), type, nullable: true, constant };
  // A decimal literal may be beyond what the engine holds, and is then NULL.
  return { sql: constantSql(type, constant), type, nullable: type === "decimal", constant };
}

/** The SQL of a value that is not null, of exactly the ClickHouse type that holds its KQL type. */
function constantSql(type: Exclude<KqlType, "string" | "dynamic">, constant: Exclude<Constant, null>): Sql {
  switch (type) {
    case "bool":
      return constant === true ? sql`toUInt8(1)` : sql`toUInt8(0)`;
    case "int":
      return sql`toInt32(${integer(BigInt.asIntN(32, BigInt(constant)))})`;
    case "long":
    case "timespan":
      return sql`toInt64(${integer(BigInt.asIntN(64, BigInt(constant)))})`;
    case "real":
      return float(Number(constant));
    case "decimal":
      return sql`toDecimal256OrNull(${text(String(constant))}, 18)`;
    case "guid":
      return sql`toUUID(${text(String(constant))})`;
    case "datetime":
      return sql`toDateTime64(${text(datetimeText(BigInt(constant)))}, 7, 'UTC')`;
    default:
      return type satisfies never;
  }
}

/** Ticks since 1970-01-01 as ClickHouse reads a datetime: `2020-01-01 00:00:00.0000000`. */
function datetimeText(ticks: bigint): string {
  const fraction = ((ticks % 10_000_000n) + 10_000_000n) % 10_000_000n;
  const seconds = new Date(Number((ticks - fraction) / 10_000n)).toISOString();
  return `${seconds.slice(0, 19).replace("T", " ")}.${String(fraction).padStart(7, "0")}`;
}

/** Ticks of the first and the last datetime, since 1970-01-01. */
export const firstTick = -621_355_968_000_000_000n;
export const lastTick = 2_534_023_007_999_999_999n;

/** A number, a timespan or a datetime (ticks) that is known when the query is compiled; undefined otherwise or for null. */
export function knownNumber(value: Value): number | bigint | undefined {
  const { constant } = value;
  return typeof constant === "bigint" || typeof constant === "number" ? constant : undefined;
}
