import type { KqlType } from "../../schema/types.js";
import { type Sql, sql } from "../../sql/sql.js";
import { constantValue, firstTick, lastTick } from "../constants.js";
import { converted } from "../convert.js";
import { type Call, scalars } from "../entry.js";
import { datetimeOf, epoch, ticksOf } from "../ticks.js";
import { nullOf, type Refusal, type Value, value } from "../value.js";
import { remainder } from "./remainder.js";

/** Arithmetic: integers are 64 bits wide and wrap, a timespan counts ticks, what has no result is null. */
export const arithmeticOperators = scalars({
  "+": {
    about: "The sum; of a datetime and a timespan, the later time.",
    call: (call) => folded(call, add) ?? add(call),
    examples: {
      "1 + 2": 3,
      "1 + 2.5": 3.5,
      "9223372036854775807 + 1": "-9223372036854775808",
      "toint(2147483647) + 1": 2147483648,
      "datetime(2020-01-01) + 1d": "2020-01-02T00:00:00.0000000Z",
      "datetime(9999-12-31 23:59:59.9999999) + 1tick": null,
      "1d + 1h": "1.01:00:00",
      "toint('') + 1": null,
      "todecimal('0.1') + todecimal('0.2')": "0.3",
    },
  },
  "-": {
    about: "The difference; of two datetimes, the timespan between them.",
    call: (call) => folded(call, subtract) ?? subtract(call),
    examples: {
      "5 - 7": -2,
      "datetime(2020-01-02) - datetime(2020-01-01)": "1.00:00:00",
      "datetime(2020-01-01) - 1tick": "2019-12-31T23:59:59.9999999Z",
      "datetime(0001-01-01) - 1d": null,
    },
  },
  "unary-": {
    about: "A number or timespan with the other sign.",
    call: negative,
    examples: { "-(1d + 2h)": "-1.02:00:00", "-2.5": -2.5, "-toint('x')": null },
  },
  "*": {
    about: "The product; of a timespan and a number, the timespan that many times.",
    call: (call) => folded(call, multiply) ?? multiply(call),
    limit: "Decimals keep eighteen digits after the point.",
    examples: { "2 * 3": 6, "9223372036854775807 * 2": -2, "1d * 2.5": "2.12:00:00", "2 * 1h": "02:00:00" },
  },
  "/": {
    about: "The quotient: of integers cut towards zero, of two timespans a real number. An integer by 0 is null.",
    call: divide,
    limit: "Decimals keep eighteen digits after the point.",
    examples: {
      "7 / 2": 3,
      "-7 / 2": -3,
      "7 / 2.0": 3.5,
      "1 / 0": null,
      "1.0 / 0": "Infinity",
      "0.0 / 0.0": "NaN",
      "1d / 1h": 24,
      "(1h + 30m) / 2": "00:45:00",
    },
  },
  "%": {
    about: "The remainder, never negative; null for an integer by 0.",
    call: modulo,
    limit: "Reals whose quotient is beyond 2^53 are exact only where both are whole numbers.",
    examples: {
      "7 % 3": 1,
      "-7 % 3": 2,
      "7 % -3": 1,
      "-7 % -3": 2,
      "-7.5 % 2": 0.5,
      "5 % 0": null,
      "1d % 5h": "04:00:00",
      "1.0 % 0.1": 0.09999999999999995,
    },
  },
});

const nothing: Refusal = { refused: "an operand is missing" };

function add({ args: [left, right], type }: Call): Sql | Value | Refusal {
  if (left === undefined || right === undefined) return nothing;
  if (type === "datetime") {
    if (left.type === "datetime" && right.type === "datetime") {
      return datetimeOf(sql`${ticksOf(left)} + (${ticksOf(right)} + ${epoch})`);
    }
    return left.type === "datetime" ? moved(left, right, sql`+`) : moved(right, left, sql`+`);
  }
  return plain(left, right, type, sql`+`);
}

function subtract({ args: [left, right], type }: Call): Sql | Value | Refusal {
  if (left === undefined || right === undefined) return nothing;
  if (type === "timespan" && (left.type === "datetime" || right.type === "datetime")) {
    const from = as(left, "datetime");
    const to = as(right, "datetime");
    return from && to ? sql`(${ticksOf(from)} - ${ticksOf(to)})` : nothing;
  }
  if (type === "datetime") {
    if (left.type === "datetime") return moved(left, right, sql`-`);
    return datetimeOf(sql`${left} - (${ticksOf(right)} + ${epoch}) - ${epoch}`);
  }
  return plain(left, right, type, sql`-`);
}

/** A datetime and a timespan, which may be inside of a dynamic. */
function moved(datetime: Value, timespan: Value, operator: Sql): Sql | Refusal {
  const ticks = as(timespan, "timespan");
  return ticks ? datetimeOf(sql`${ticksOf(datetime)} ${operator} ${ticks}`) : nothing;
}

function negative({ args: [argument], type }: Call): Sql | Value | Refusal {
  if (argument === undefined) return nothing;
  if (argument.type === "dynamic") return dynamicRefused;
  if (argument.type === "datetime") return { refused: "a datetime has no negative" };
  if (type === "decimal" || type === "real") return sql`(-${argument})`;
  return value(sql`(-toInt64(${argument}))`, type, argument.nullable);
}

function multiply({ args: [left, right], type }: Call): Sql | Value | Refusal {
  if (left === undefined || right === undefined) return nothing;
  if (type === "datetime") return { refused: "a datetime cannot be multiplied" };
  if (type === "decimal") {
    const [a, b] = [as(left, "decimal"), as(right, "decimal")];
    return a && b ? guardedDecimal(a, b, sql`multiplyDecimal`, sql`*`) : nothing;
  }
  if (type === "timespan" && (isReal(left) || isReal(right)))
    return wholeTicks(sql`toFloat64(${left}) * toFloat64(${right})`);
  return plain(left, right, type, sql`*`);
}

function divide({ args: [left, right], type }: Call): Sql | Value | Refusal {
  if (left === undefined || right === undefined) return nothing;
  if (left.type === "datetime" && type === "real") {
    const size = sql`toFloat64(${ticksOf(left)} + ${epoch})`;
    return right.type === "datetime"
      ? sql`(${size} / toFloat64(${ticksOf(right)} + ${epoch}))`
      : sql`(${size} / toFloat64(${right}))`;
  }
  switch (type) {
    case "dynamic":
      return dynamicRefused;
    case "datetime":
      return { refused: "a datetime cannot be divided by a number" };
    case "decimal": {
      const [a, b] = [as(left, "decimal"), as(right, "decimal")];
      return a && b ? guardedDecimal(a, value(sql`nullIf(${b}, 0)`, "decimal"), sql`divideDecimal`, sql`/`) : nothing;
    }
    case "real": {
      const [a, b] = [as(left, "real"), as(right, "real")];
      return a && b ? sql`(${a} / ${b})` : nothing;
    }
    case "timespan":
      if (isReal(right)) return wholeTicks(sql`toFloat64(${left}) / toFloat64(${right})`);
      return sql`intDivOrNull(${left}, toInt64(${right}))`;
    default: {
      const [a, b] = [as(left, "long"), as(right, "long")];
      return a && b ? sql`intDivOrNull(toInt64(${a}), toInt64(${b}))` : nothing;
    }
  }
}

function modulo({ args: [left, right], type }: Call): Sql | Value | Refusal {
  if (left === undefined || right === undefined) return nothing;
  if (type === "dynamic") return dynamicRefused;
  if (type === "datetime") return { refused: "a datetime has no remainder by a number" };
  if (left.type === "datetime") {
    const divisor = right.type === "datetime" ? value(sql`(${ticksOf(right)} + ${epoch})`, "timespan") : right;
    return remainder(value(sql`(${ticksOf(left)} + ${epoch})`, "timespan"), divisor, "timespan");
  }
  const [a, b] = [as(left, type), as(right, type === "timespan" && right.type !== "dynamic" ? right.type : type)];
  return a && b ? remainder(a, b, type) : nothing;
}

/** Sums and products of one type. ClickHouse widens 32 to 64 bits by itself. */
function plain(left: Value, right: Value, type: KqlType, operator: Sql): Value | Refusal {
  if (type === "dynamic") return dynamicRefused;
  const mixed = type === "timespan" && left.type !== "dynamic" && right.type !== "dynamic";
  const a = mixed ? left : as(left, type);
  const b = mixed ? right : as(right, type);
  if (a === undefined || b === undefined) return nothing;
  return value(sql`(${a} ${operator} ${b})`, type, a.nullable || b.nullable);
}

/** An operand in the result's type; an int or long may stay as it is beside a wider one. */
function as(operand: Value, type: KqlType): Value | undefined {
  if (operand.type === type || (type === "long" && operand.type === "int")) return operand;
  const result = converted(operand, type);
  return result && value(result, type, operand.nullable || operand.type === "dynamic" || type === "decimal");
}

function isReal(operand: Value): boolean {
  return operand.type === "real" || operand.type === "decimal";
}

function wholeTicks(ticks: Sql): Sql {
  return sql`accurateCastOrNull(trunc(${ticks}), 'Int64')`;
}

/** The engine fails on a decimal that is too large; such a result is null instead. */
function guardedDecimal(left: Value, right: Value, operation: Sql, operator: Sql): Sql {
  const fits = sql`abs(toFloat64(${left}) ${operator} toFloat64(${right})) < 1e57`;
  const safe = (operand: Value, other: Sql) =>
    sql`if(ifNull(${fits}, 0), assumeNotNull(${operand}), toDecimal256(${other}, 18))`;
  const result = sql`${operation}(${safe(left, sql`0`)}, ${safe(right, sql`1`)}, 18)`;
  return sql`if(ifNull(${fits}, 0), ${result}, ${nullOf("decimal")})`;
}

const dynamicRefused: Refusal = {
  refused: "arithmetic needs numbers, not dynamic values",
  hint: "convert them with tolong() or toreal()",
};

/** Constants are computed at once, so that bounds of time stay literals. */
function folded(call: Call, operation: typeof add): Value | undefined {
  const [left, right] = call.args;
  if (typeof left?.constant !== "bigint" || typeof right?.constant !== "bigint") return undefined;
  const [a, b] = [left.constant, right.constant];
  const result = operation === multiply ? a * b : operation === add ? a + b : a - b;
  if (call.type === "datetime") {
    if (left.type === "datetime" && right.type === "datetime") return undefined;
    if (operation === subtract && left.type !== "datetime") return undefined;
    const inside = result >= firstTick && result <= lastTick;
    return constantValue("datetime", inside ? result : null);
  }
  if (call.type !== "long" && call.type !== "timespan") return undefined;
  return constantValue(call.type, BigInt.asIntN(64, result));
}
