import type { KqlType } from "../../schema/types.js";
import { integer, joinSql, type Sql, sql } from "../../sql/sql.js";
import { constantElements, rawElements } from "../constant-elements.js";
import { constantValue } from "../constants.js";
import { textOf } from "../text-form.js";
import { type Refusal, type Value, value } from "../value.js";
import { isNumber, operands } from "./operands.js";
import { termsFirst } from "./terms-first.js";

/** Whether a value is among others; dynamic arrays count by their elements, and a null is in nothing. */
export function membership(subject: Value | undefined, members: readonly Value[], negated: boolean): Value | Refusal {
  if (subject === undefined) return { refused: "`in` takes a value and a list" };
  if (subject.type === "dynamic") return membership(asText(subject, members), members, negated);
  const literals: Value[] = [];
  const tests: Sql[] = [];
  for (const item of members.flatMap(flattened)) {
    if (item.constant === null) continue;
    const test = item.type === "dynamic" ? inArray(subject, item) : oneOf(subject, item);
    if (test === "nothing") continue;
    if ("refused" in test) return test;
    if ("literal" in test) literals.push(test.literal);
    else tests.push(test.sql);
  }
  return value(combined(subject, literals, tests, negated), "bool", false);
}

/** A dynamic is compared as text with texts and as a number with numbers: the first member decides. */
function asText(subject: Value, members: readonly Value[]): Value {
  const first = members.flatMap(flattened).find((item) => item.constant !== null);
  if (first === undefined || first.type === "dynamic") return value(textOf(subject), "string");
  const pair = operands(constantLike(first), subject);
  return "refused" in pair ? value(textOf(subject), "string") : pair.right;
}

function constantLike(first: Value): Value {
  return { sql: first.sql, type: first.type, nullable: first.nullable };
}

/** The members behind a constant dynamic: an array's elements, or the value itself; null has none. */
function flattened(item: Value): readonly Value[] {
  if (item.type !== "dynamic" || typeof item.constant !== "string") return [item];
  if (item.constant === "") return [];
  const raw = rawElements(item.constant) ?? [item.constant];
  const texts = constantElements(item) ?? constantElements({ ...item, constant: `[${item.constant}]` }) ?? [];
  return raw.map((json, index) => elementValue(json, texts[index] ?? null));
}

function elementValue(json: string, text: string | null): Value {
  if (text === null || json === "") return constantValue("string", null);
  if (/^-?\d{1,18}$/.test(json)) return constantValue("long", BigInt(json));
  if (/^-?\d[\d.eE+-]*$/.test(json)) return constantValue("real", Number(json));
  if (json === "true" || json === "false") return constantValue("bool", json === "true");
  return constantValue("string", text);
}

/** A literal for the list, or a condition of its own. */
type Test = { readonly literal: Value } | { readonly sql: Sql };

function oneOf(subject: Value, item: Value): Test | Refusal | "nothing" {
  const pair = operands(subject, item);
  if ("refused" in pair) return pair;
  const { left, right } = pair;
  // A text that is no number equals none.
  if (right.constant === null) return "nothing";
  const listed = right.constant !== undefined && left.sql === subject.sql && inOneList(left.type, right.type);
  if (listed) return { literal: right };
  return { sql: sql`ifNull(${left} = ${right}, 0)` };
}

/** Whether ClickHouse reads a literal of one type in a list for the other as the number that it is. */
function inOneList(subject: KqlType, item: KqlType): boolean {
  const plain = (type: KqlType) => type === "int" || type === "long" || type === "real";
  return subject === item || (plain(subject) && plain(item));
}

/** Integers go bare, which keeps long lists short. */
function literal(constant: Value): Sql {
  return typeof constant.constant === "bigint" && (constant.type === "int" || constant.type === "long")
    ? integer(constant.constant)
    : constant.sql;
}

/** A dynamic array that is known only when the query runs. */
function inArray(subject: Value, array: Value): Test | Refusal {
  if (array.array?.of === subject.type) return { sql: sql`has(${array.array.sql}, ${subject})` };
  if (subject.type === "string") {
    const elements = sql`JSONExtract(${array}, 'Array(String)')`;
    const test = sql`if(startsWith(${array}, '['), has(${elements}, ${subject}), ${array} != '' AND ${textOf(array)} = ${subject})`;
    return { sql: test };
  }
  if (isNumber(subject.type) && subject.type !== "bool" && subject.type !== "decimal") {
    const elements = sql`JSONExtract(if(startsWith(${array}, '['), ${array}, concat('[', ${array}, ']')), 'Array(Nullable(Float64))')`;
    const test = sql`ifNull(has(${elements}, toFloat64(${subject})) AND isNotNull(${subject}), 0)`;
    return { sql: test };
  }
  return {
    refused: `a ${subject.type} cannot be looked for in a dynamic array`,
    hint: "convert it with tostring(), and the array's elements are compared as text",
  };
}

function combined(subject: Value, literals: readonly Value[], tests: readonly Sql[], negated: boolean): Sql {
  const all = [...tests];
  if (literals.length > 0) {
    const list = joinSql(literals.map(literal));
    if (tests.length === 0 && negated) {
      const outside = sql`${subject} NOT IN (${list})`;
      return subject.nullable ? sql`ifNull(${outside}, 1)` : sql`(${outside})`;
    }
    const inside = sql`${subject} IN (${list})`;
    const texts = literals.map(({ constant }) => String(constant));
    all.unshift(subject.nullable ? sql`ifNull(${inside}, 0)` : termsFirst(subject, texts, sql`(${inside})`));
  }
  if (all.length === 0) return negated ? sql`toUInt8(1)` : sql`toUInt8(0)`;
  const any = joinSql(all, " OR ");
  return negated ? sql`(NOT (${any}))` : sql`(${any})`;
}
