import { constantValue } from "../functions/constants.js";
import { pathValue } from "../functions/dynamic-path.js";
import { elements } from "../functions/elements.js";
import { isOutside, type ScalarEntry } from "../functions/entry.js";
import { internalFunctions } from "../functions/internal.js";
import { scalarFunctions } from "../functions/scalar-functions.js";
import { isRefusal, nullOf, type PathStep, type Refusal, type Value } from "../functions/value.js";
import { answerCall } from "../plan/answers.js";
import type { Expression, FunctionCall, MembershipQuery, ScalarQuery } from "../plan/expression.js";
import { identifier, type Sql, sql } from "../sql/sql.js";
import { emitAnswer } from "./answer.js";
import type { Emitter } from "./emitter.js";
import { steps } from "./steps.js";

/** What the column names of an expression stand for. */
export type Columns = ReadonlyMap<string, Value>;

/** The SQL of an expression over rows whose columns are given. */
export function emitExpression(expression: Expression, columns: Columns, emitter: Emitter): Value {
  switch (expression.kind) {
    case "column": {
      const found = columns.get(expression.name);
      if (found === undefined) throw new Error(`no column ${expression.name} among ${[...columns.keys()].join(", ")}`);
      return found;
    }
    case "literal":
      return constantValue(expression.type, expression.value);
    case "path":
      return pathValue(
        emitExpression(expression.base, columns, emitter),
        expression.steps.map(
          (step): PathStep => (typeof step === "object" ? emitExpression(step, columns, emitter) : step),
        ),
      );
    case "call":
      return emitCall(expression, columns, emitter);
    case "scalar-query":
      return emitScalarQuery(expression, emitter);
    case "membership":
      return emitMembership(expression, columns, emitter);
    default:
      return expression satisfies never;
  }
}

function emitCall(call: FunctionCall, columns: Columns, emitter: Emitter): Value {
  if (call.name === answerCall) {
    const [key] = call.args;
    if (key !== undefined) return emitAnswer(call, emitExpression(key, columns, emitter), emitter);
  }
  const entry = internalFunctions.get(call.name) ?? steps.get(call.name) ?? scalarFunctions.get(call.name);
  if (entry === undefined) return refused(call, { refused: "cannot be translated to ClickHouse yet" }, emitter);
  const areConstant = call.args.map(({ kind }) => kind === "literal");
  if (isOutside(entry.outside, areConstant))
    return refused(call, { refused: "cannot be computed in this place" }, emitter);
  const args = call.args.map((argument) => emitExpression(argument, columns, emitter));
  const ordinal = entry.volatile === true ? { ordinal: emitter.ordinal() } : {};
  const result = entry.call === undefined ? entry.emit?.(...args) : entry.call({ args, type: call.type, ...ordinal });
  if (result === undefined) throw new Error(`the entry of ${call.name} has no form`);
  if (isRefusal(result)) return refused(call, result, emitter);
  const volatile = entry.volatile === true || args.some((argument) => argument.volatile === true);
  const whole = "sql" in result ? result : resultOf(result, call, entry, args);
  return volatile ? { ...whole, volatile } : whole;
}

function resultOf(result: Sql, call: FunctionCall, entry: ScalarEntry, args: readonly Value[]): Value {
  const text = call.type === "string" || call.type === "dynamic";
  const total = entry.notNull === true || (entry.notNull === "arguments" && args.every(({ nullable }) => !nullable));
  return { sql: result, type: call.type, nullable: !text && !total };
}

function refused(call: FunctionCall, refusal: Refusal, emitter: Emitter): Value {
  emitter.refuse(call.location, call.name, refusal);
  return { sql: nullOf(call.type), type: call.type, nullable: call.type !== "string" && call.type !== "dynamic" };
}

/** The first value of a plan's column. An empty result is NULL even for a String, so text is brought back to `''`. */
function emitScalarQuery(query: ScalarQuery, emitter: Emitter): Value {
  const inner = emitter.subquery(query.plan, [query.column.name], { limit: 1 });
  const text = query.type === "string" || query.type === "dynamic";
  return { sql: text ? sql`ifNull((${inner}), '')` : sql`(${inner})`, type: query.type, nullable: !text, once: true };
}

/** `in` over a table: a dynamic column counts by the elements of its arrays. */
function emitMembership(query: MembershipQuery, columns: Columns, emitter: Emitter): Value {
  const subject = emitExpression(query.subject, columns, emitter);
  const folded = query.operator.endsWith("~");
  const fromDynamic = query.column.type === "dynamic";
  const alias = emitter.alias();
  const column: Value = {
    sql: sql`${alias}.${identifier(query.column.name)}`,
    type: query.column.type,
    nullable: query.column.type !== "string" && query.column.type !== "dynamic",
  };
  const inner = emitter.subquery(query.plan, [query.column.name]);
  const asText =
    fromDynamic || subject.type === "string" || query.column.type === "string" || subject.type === "dynamic";
  const left = asText ? emitter.text(subject) : subject.sql;
  const member: Value = fromDynamic
    ? { sql: sql`arrayJoin(${elements(column)})`, type: "dynamic", nullable: false }
    : column;
  const right = asText ? emitter.text(member) : member.sql;
  const source = sql`SELECT ${folded ? sql`lowerUTF8(${right})` : right} FROM (${inner}) AS ${alias}`;
  const test = sql`${folded ? sql`lowerUTF8(${left})` : left} ${query.operator.startsWith("!") ? sql`NOT IN` : sql`IN`} (${source})`;
  if (asText || !subject.nullable) return { sql: test, type: "bool", nullable: false };
  const otherwise = query.operator.startsWith("!") ? sql`1` : sql`0`;
  return { sql: sql`ifNull(${test}, ${otherwise})`, type: "bool", nullable: false };
}
