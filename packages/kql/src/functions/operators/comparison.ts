import { type Sql, sql } from "../../sql/sql.js";
import { saysText } from "../dynamic-path.js";
import { scalars } from "../entry.js";
import { datetimeOf, ticksOf } from "../ticks.js";
import { isRefusal, type Refusal, type Value, value } from "../value.js";
import { membership } from "./membership.js";
import { type Operands, operands } from "./operands.js";
import { termsFirst } from "./terms-first.js";

/** Comparisons, with KQL's nulls: a null equals nothing, differs from everything, and has no order. */
export const comparisonOperators = scalars({
  "==": {
    about: "Whether two values are the same; null where both are null.",
    emit: (left, right) => equality(left, right, false),
    examples: {
      "1 == 1.0": true,
      "int(null) == 1": false,
      "int(null) == int(null)": null,
      "'a' == 'A'": false,
      "'0' == 0": true,
      "tolong('4624') == '4624'": true,
      "toint('xyz') == 0": false,
      "real(nan) == real(nan)": false,
      "dynamic({'a':'x'}).a == 'x'": true,
      "dynamic({'a':5}).a == 5": true,
      "true == 1": true,
      "toguid('0123456789abcdef0123456789abcdef') == '01234567-89ab-cdef-0123-456789abcdef'": true,
    },
  },
  "!=": {
    about: "Whether two values differ; null where both are null.",
    emit: (left, right) => equality(left, right, true),
    examples: {
      "1 != 2": true,
      "int(null) != 1": true,
      "int(null) != int(null)": null,
      "'0' != 50126": true,
      "real(nan) != real(nan)": true,
    },
  },
  "<": {
    about: "Whether the left side comes before the right one; null where one is null.",
    emit: (left, right) => ordered(left, right, sql`<`),
    notNull: "arguments",
    examples: { "1 < 2": true, "int(null) < 1": null, "1d < 25h": true, "dynamic(1.5) < 2": true },
  },
  "<=": {
    about: "Whether the left side comes before the right one or equals it; null where one is null.",
    emit: (left, right) => ordered(left, right, sql`<=`),
    notNull: "arguments",
    examples: { "2 <= 2": true, "2.5 <= 2": false, "datetime(null) <= datetime(2020-01-01)": null },
  },
  ">": {
    about: "Whether the left side comes after the right one; null where one is null.",
    emit: (left, right) => ordered(left, right, sql`>`),
    notNull: "arguments",
    examples: { "2 > 1": true, "real(+inf) > 1e308": true, "real(nan) > 0": false },
  },
  ">=": {
    about: "Whether the left side comes after the right one or equals it; null where one is null.",
    emit: (left, right) => ordered(left, right, sql`>=`),
    notNull: "arguments",
    examples: { "2 >= 2": true, "1 >= 2": false, "1 >= long(null)": null },
  },
  between: {
    about: "Whether a value lies between two bounds, both included; the upper one of a datetime may be a timespan.",
    emit: (subject, low, high) => range(subject, low, high, false),
    examples: {
      "5 between (1 .. 5)": true,
      "2 between (1.5 .. 2.5)": true,
      "int(null) between (1 .. 5)": null,
      "datetime(2020-01-02) between (datetime(2020-01-01) .. 1d)": true,
    },
  },
  "!between": {
    about: "Whether a value lies outside of two bounds.",
    emit: (subject, low, high) => range(subject, low, high, true),
    examples: { "5 !between (1 .. 5)": false, "6 !between (1 .. 5)": true, "int(null) !between (1 .. 5)": null },
  },
  in: {
    about: "Whether a value is one of several; the elements of dynamic arrays count one by one.",
    emit: (subject, ...members) => membership(subject, members, false),
    notNull: true,
    examples: {
      "1 in (1, 2)": true,
      "int(null) in (1, 2)": false,
      "'a' in ('A', 'b')": false,
      "'50126' in (0, 50126)": true,
      "'50126' in (dynamic([0, 50126]))": true,
      "toint(4624) in ('4624', '4625')": true,
      "'b' in (split('a,b', ','))": true,
    },
  },
  "!in": {
    about: "Whether a value is none of several.",
    emit: (subject, ...members) => membership(subject, members, true),
    notNull: true,
    examples: { "1 !in (1, 2)": false, "int(null) !in (1, 2)": true, "'a' !in ('A', 'b')": true },
  },
});

function equality(left: Value, right: Value, negated: boolean): Value | Refusal {
  const said = textSaid(left, right) ?? textSaid(right, left);
  if (said !== undefined) return value(negated ? sql`(NOT ${said})` : said, "bool", false);
  const pair = operands(left, right);
  if ("refused" in pair) return pair;
  const sides = sql`${pair.left} ${negated ? sql`!=` : sql`=`} ${pair.right}`;
  const absent = negated ? sql`toUInt8(1)` : sql`toUInt8(0)`;
  if (!pair.left.nullable && !pair.right.nullable) {
    return value(negated ? sql`(${sides})` : withIndex(pair, sql`(${sides})`), "bool", false);
  }
  const other = pair.right.constant === null ? pair.left : pair.left.constant === null ? pair.right : undefined;
  if (other?.nullable) return value(sql`if(isNull(${other}), NULL, ${absent})`, "bool", true);
  if (other) return value(absent, "bool", false);
  if (!pair.left.nullable || !pair.right.nullable) return value(sql`ifNull(${sides}, ${absent})`, "bool", false);
  return value(
    sql`ifNull(${sides}, if(isNull(${pair.left}) AND isNull(${pair.right}), NULL, ${absent}))`,
    "bool",
    true,
  );
}

/** A stored property beside a literal text. */
function textSaid(property: Value, literal: Value): Sql | undefined {
  return literal.type === "string" && typeof literal.constant === "string"
    ? saysText(property, literal.constant)
    : undefined;
}

/** A text that is compared with a literal is looked up by the literal's terms first. */
function withIndex({ left, right }: Operands, same: Sql): Sql {
  const [column, literal] = left.constant === undefined ? [left, right] : [right, left];
  return column.indexed && typeof literal.constant === "string" ? termsFirst(column, [literal.constant], same) : same;
}

function ordered(left: Value, right: Value, operator: Sql): Value | Refusal {
  const pair = operands(left, right);
  if ("refused" in pair) return pair;
  return value(sql`(${pair.left} ${operator} ${pair.right})`, "bool", pair.left.nullable || pair.right.nullable);
}

function range(
  subject: Value | undefined,
  low: Value | undefined,
  high: Value | undefined,
  negated: boolean,
): Value | Refusal {
  if (subject === undefined || low === undefined || high === undefined)
    return { refused: "`between` takes two bounds" };
  const above = ordered(subject, low, sql`>=`);
  if (isRefusal(above)) return above;
  const below = ordered(subject, upper(subject, low, high), sql`<=`);
  if (isRefusal(below)) return below;
  const inside = sql`(${above} AND ${below})`;
  return value(negated ? sql`(NOT ${inside})` : inside, "bool", above.nullable || below.nullable);
}

/** A timespan as the upper bound of datetimes counts from the lower one. */
function upper(subject: Value, low: Value, high: Value): Value {
  if (subject.type !== "datetime" || high.type !== "timespan") return high;
  return value(datetimeOf(sql`${ticksOf(low)} + ${high}`), "datetime");
}
