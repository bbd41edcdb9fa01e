import type { KqlType } from "../../schema/types.js";
import { sql } from "../../sql/sql.js";
import { constantValue } from "../constants.js";
import { converted } from "../convert.js";
import { pathReal } from "../dynamic-path.js";
import { textOf } from "../text-form.js";
import { type Refusal, type Value, value } from "../value.js";

/** Two values in a form in which ClickHouse compares them as KQL does. */
export interface Operands {
  readonly left: Value;
  readonly right: Value;
}

/**
 * Brings two values to one type: numbers stay as they are, a literal takes the type of the column beside it, a dynamic
 * takes the type of the other side. Values of unrelated types are refused, as KQL does.
 */
export function operands(left: Value, right: Value): Operands | Refusal {
  if (left.type === "dynamic" && right.type === "dynamic") return refused(left, right);
  if (left.type === "dynamic") return turned(beside(right, left));
  if (right.type === "dynamic") return beside(left, right);
  if (left.type === right.type) return { left, right };
  if (isNumber(left.type) && isNumber(right.type)) return widened(left, right);
  if (right.constant !== undefined) return literal(left, right) ?? refused(left, right);
  if (left.constant !== undefined) return turned(literal(right, left) ?? refused(left, right));
  return refused(left, right);
}

/** Whether values of a type are compared by size with any other number; a bool is 0 or 1. */
export function isNumber(type: KqlType): boolean {
  return type === "int" || type === "long" || type === "real" || type === "decimal" || type === "bool";
}

/** A literal beside a column of another type. */
function literal(column: Value, constant: Value): Operands | undefined {
  if (constant.constant === null) return { left: column, right: constantValue(column.type, null) };
  if (column.type === "string") {
    const printed = constant.type === "int" || constant.type === "long" || constant.type === "real";
    return printed ? { left: column, right: constantText(constant) } : undefined;
  }
  if (constant.type !== "string") return undefined;
  const known = readLiteral(String(constant.constant), column.type);
  if (known !== undefined) return { left: column, right: known };
  const type = column.type === "int" ? "long" : column.type;
  const result = converted(constant, type);
  return result && { left: column, right: value(result, type) };
}

/** A text in its usual spelling, read as a column's type at once. */
function readLiteral(text: string, type: KqlType): Value | undefined {
  if (type === "int" || type === "long") return constantValue("long", wholeNumber(text.trim()));
  if (/^-?\d{1,15}(\.\d{1,15})?$/.test(text) && type === "real") return constantValue(type, Number(text));
  if (/^(true|false)$/i.test(text) && type === "bool") return constantValue(type, text.toLowerCase() === "true");
  return undefined;
}

/** What `tolong` makes of a text. */
function wholeNumber(text: string): bigint | null {
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) return BigInt.asIntN(64, BigInt(text));
  if (!/^[+-]?\d{1,19}$/.test(text)) return null;
  const number = BigInt(text.replace(/^\+/, ""));
  return BigInt.asIntN(64, number) === number ? number : null;
}

function constantText(constant: Value): Value {
  if (typeof constant.constant === "bigint") return constantValue("string", String(constant.constant));
  return value(textOf(constant), "string");
}

/** A dynamic in the type of the value that it is compared with. */
function beside(other: Value, dynamic: Value): Operands | Refusal {
  if (isNumber(other.type) && other.type !== "bool") return { left: other, right: numberIn(dynamic, other) };
  const result = converted(dynamic, other.type);
  if (result === undefined) return refused(other, dynamic);
  return { left: other, right: value(result, other.type) };
}

/** Reals hold every integer up to 2^53 exactly; beyond, the dynamic is read as a long too. */
function numberIn(dynamic: Value, other: Value): Value {
  const real = pathReal(dynamic);
  const small = typeof other.constant === "bigint" && other.constant < 2n ** 53n && other.constant > -(2n ** 53n);
  if (small || other.type === "real" || other.type === "int") return value(real, "real");
  if (other.type === "decimal") return value(converted(dynamic, "decimal") ?? real, "decimal");
  const long = converted(dynamic, "long") ?? real;
  return value(
    sql`if(${real} = trunc(${real}) AND abs(${real}) < 9e18, toDecimal256(${long}, 18), accurateCastOrNull(${real}, 'Decimal(76, 18)'))`,
    "decimal",
  );
}

/** KQL compares a long with a real as reals; ClickHouse compares them exactly, which differs beyond 2^53 only. */
function widened(left: Value, right: Value): Operands {
  const wide = (side: Value, other: Value): Value =>
    side.type === "long" && other.type === "real" && !fits(side) && !fits(other)
      ? { ...side, sql: sql`toFloat64(${side})`, type: "real" }
      : side;
  return { left: wide(left, right), right: wide(right, left) };
}

function fits({ constant }: Value): boolean {
  return (typeof constant === "number" || typeof constant === "bigint") && Math.abs(Number(constant)) < 2 ** 53;
}

function turned(pair: Operands | Refusal): Operands | Refusal {
  return "refused" in pair ? pair : { left: pair.right, right: pair.left };
}

function refused(left: Value, right: Value): Refusal {
  const what = left.type === right.type ? "two dynamic values" : `a ${left.type} and a ${right.type}`;
  return { refused: `${what} cannot be compared`, hint: "convert one side with tostring(), tolong(), todatetime(), …" };
}
