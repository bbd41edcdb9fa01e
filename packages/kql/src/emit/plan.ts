import { settled } from "../functions/settled.js";
import type { Value } from "../functions/value.js";
import { childPlans, expressionsOf } from "../plan/children.js";
import { columnsRead, conjuncts, type Expression } from "../plan/expression.js";
import {
  columnsOf,
  type Filter,
  type Limit,
  type Numbered,
  type Plan,
  type Project,
  type Shared,
  type Sort,
} from "../plan/plan.js";
import type { KqlType } from "../schema/types.js";
import { integer, joinSql, type Sql, sql } from "../sql/sql.js";
import { emitAggregate } from "./aggregate.js";
import type { Emitter } from "./emitter.js";
import { emitExpand } from "./expand.js";
import { type Columns, emitExpression } from "./expression.js";
import { emitHybrid } from "./hybrid.js";
import { emitJoin } from "./join.js";
import { emitMatch } from "./match.js";
import { close, fromAlias, type Select } from "./select.js";
import { emitExternal, emitRange, emitRows, emitScan } from "./sources.js";
import { emitUnion } from "./union.js";
import { emitWalk } from "./walk.js";
import { emitWindow } from "./window.js";

/** The SELECT of a plan, with at least the needed columns. */
export function emitPlan(plan: Plan, needed: ReadonlySet<string>, emitter: Emitter): Select {
  return only(emitNode(plan, needed, emitter), needed);
}

function emitNode(plan: Plan, needed: ReadonlySet<string>, emitter: Emitter): Select {
  switch (plan.kind) {
    case "scan":
      return emitScan(plan, emitter);
    case "rows":
      return emitRows(plan, emitter);
    case "range":
      return emitRange(plan, emitter);
    case "external":
      return emitExternal(plan, emitter);
    case "project":
      return emitProject(plan, needed, emitter);
    case "filter":
      return emitFilter(plan, needed, emitter);
    case "aggregate":
      return emitAggregate(plan, needed, emitter);
    case "sort":
      return emitSort(plan, needed, emitter);
    case "limit":
      return emitLimit(plan, needed, emitter);
    case "join":
      return emitJoin(plan, needed, emitter);
    case "union":
      return emitUnion(plan, needed, emitter);
    case "expand":
      return emitExpand(plan, needed, emitter);
    case "window":
      return emitWindow(plan, needed, emitter);
    case "match":
      return emitMatch(plan, needed, emitter);
    case "shared":
      return emitShared(plan, needed, emitter);
    case "numbered":
      return emitNumbered(plan, needed, emitter);
    case "hybrid":
      return emitHybrid(plan, emitter);
    case "walk":
      return emitWalk(plan, needed, emitter);
    default:
      return plan satisfies never;
  }
}

function only(select: Select, needed: ReadonlySet<string>): Select {
  return { ...select, columns: new Map([...select.columns].filter(([name]) => needed.has(name))) };
}

/** The columns that a node's input has to give: those that pass through, and those that its expressions read. */
export function withRead(needed: Iterable<string>, expressions: Iterable<Expression>): ReadonlySet<string> {
  const all = new Set(needed);
  for (const expression of expressions) columnsRead(expression, all);
  return all;
}

/** The SELECT as it is where a condition holds, and as a derived table otherwise. */
export function closedUnless(condition: boolean, select: Select, emitter: Emitter): Select {
  return condition ? select : close(select, emitter.alias());
}

/** Whether a WHERE can still be added. */
export function takesFilter(select: Select): boolean {
  return (
    select.groupBy === undefined &&
    select.limit === undefined &&
    select.limitBy === undefined &&
    select.windowed !== true
  );
}

function emitProject(plan: Project, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const kept = plan.columns.filter(({ name }) => needed.has(name));
  const expressions = kept.map(({ expression }) => expression);
  const select = emitPlan(plan.input, withRead([], expressions), emitter);
  const input = closedUnless(!repeats(expressions, select), select, emitter);
  const columns = new Map(
    kept.map(({ name, expression }) => [name, emitExpression(expression, input.columns, emitter)]),
  );
  return { ...input, columns, ...oneRow(input, columns) };
}

/**
 * Without keys, only an aggregate makes one row of all. Where no column is one as it stands, the engine may see through
 * what is made of them to a constant, so that a condition has to hold an aggregate.
 */
function oneRow({ groupBy, having, columns: read }: Select, columns: Columns): { readonly having?: Sql } {
  if (groupBy === undefined || groupBy.length > 0 || having !== undefined || columns.size === 0) return {};
  const aggregates = new Set([...read.values()].map(({ sql: aggregate }) => aggregate.text));
  const isKept = [...columns.values()].some(
    ({ sql: made, constant }) => constant === undefined && aggregates.has(made.text),
  );
  return isKept ? {} : { having: sql`count() >= 0` };
}

/** Longest text of a computed column that may be written more than once, in characters. */
const repeatable = 160;

/** Whether the expressions would write a long or volatile column of the input more than once. */
export function repeats(expressions: readonly Expression[], select: Select): boolean {
  const counts = new Map<string, number>();
  for (const expression of expressions) countReads(expression, counts);
  for (const [name, count] of counts) {
    const value = select.columns.get(name);
    if (value === undefined || value.constant !== undefined) continue;
    if (value.volatile === true || (count > 1 && value.sql.text.length > repeatable))
      return count > 1 || value.volatile === true;
  }
  return false;
}

function countReads(expression: Expression, counts: Map<string, number>): void {
  switch (expression.kind) {
    case "column":
      counts.set(expression.name, (counts.get(expression.name) ?? 0) + 1);
      break;
    case "call":
      for (const argument of expression.args) countReads(argument, counts);
      break;
    case "path":
      countReads(expression.base, counts);
      for (const step of expression.steps) if (typeof step === "object") countReads(step, counts);
      break;
    case "membership":
      countReads(expression.subject, counts);
      break;
    case "literal":
    case "scalar-query":
      break;
    default:
      expression satisfies never;
  }
}

function emitFilter(plan: Filter, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const parts = conjuncts(plan.condition);
  const read = emitPlan(plan.input, withRead(needed, [plan.condition]), emitter);
  const select = parts.some(endsQuery) && joins(plan.input) ? settledRows(read, emitter) : read;
  const volatile = repeats([plan.condition], select) || readsVolatile(plan.condition, select);
  const input = closedUnless(takesFilter(select) && !volatile, select, emitter);
  const where = [...input.where];
  for (const part of parts) where.push(conditionAfter(where, part, input.columns, emitter));
  return { ...input, where };
}

/** Whether a condition is one that ends the query. */
function endsQuery(part: Expression): boolean {
  return part.kind === "call" && part.name === "#settled";
}

function joins(plan: Plan, seen = new Set<Plan>()): boolean {
  if (seen.has(plan)) return false;
  seen.add(plan);
  return plan.kind === "join" || childPlans(plan).some((child) => joins(child, seen));
}

/** Rows that are all there before a condition sees one: the engine asks conditions before a join where it can, but not before a limit. */
function settledRows(select: Select, emitter: Emitter): Select {
  const open = closedUnless(select.limit === undefined && select.limitBy === undefined, select, emitter);
  return close({ ...open, limit: integer(mostRows) }, emitter.alias());
}

/** More rows than there can be. */
const mostRows = 9_223_372_036_854_775_807n;

/**
 * A condition that comes after others. The engine asks conditions in an order of its own, so that one which ends the query
 * has to hold only for the rows that the others leave.
 */
function conditionAfter(before: readonly Sql[], part: Expression, columns: Columns, emitter: Emitter): Sql {
  const [subject, message] = part.kind === "call" && endsQuery(part) ? part.args : [];
  if (subject === undefined || message === undefined || before.length === 0) {
    return emitExpression(part, columns, emitter).sql;
  }
  const held = emitExpression(subject, columns, emitter);
  const isOther = sql`NOT ifNull(${joinSql(
    before.map((other) => sql`(${other})`),
    " AND ",
  )}, 0)`;
  const condition = sql`(${isOther} OR ${held.nullable ? sql`ifNull(${held}, 0)` : held})`;
  return settled({ sql: condition, type: "bool", nullable: false }, emitExpression(message, columns, emitter));
}

function readsVolatile(expression: Expression, select: Select): boolean {
  return [...columnsRead(expression)].some((name) => select.columns.get(name)?.volatile === true);
}

function emitSort(plan: Sort, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const keys = plan.keys.map(({ expression }) => expression);
  const select = emitPlan(plan.input, withRead(needed, keys), emitter);
  const volatile = keys.some((key) => readsVolatile(key, select));
  const input = closedUnless(takesFilter(select) && !volatile, select, emitter);
  const orderBy = plan.keys.map(({ expression, descending, nullsFirst }) =>
    orderedBy(emitExpression(expression, input.columns, emitter), descending, nullsFirst),
  );
  return { ...input, orderBy };
}

function orderedBy(value: Value, descending: boolean, nullsFirst: boolean): Sql {
  const direction = descending ? sql`DESC` : sql`ASC`;
  if (!value.nullable && value.type !== "real") return sql`${value} ${direction}`;
  return sql`${value} ${direction} ${nullsFirst ? sql`NULLS FIRST` : sql`NULLS LAST`}`;
}

function emitLimit(plan: Limit, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const by = plan.by ?? [];
  const select = emitPlan(plan.input, withRead([...needed, ...by], expressionsOf(plan)), emitter);
  const input = closedUnless(select.limit === undefined && select.limitBy === undefined, select, emitter);
  const count = limitCount(plan, input, emitter);
  if (by.length === 0) return { ...input, limit: count };
  const keys = by.map((name) => emitExpression({ kind: "column", name, type: "long" }, input.columns, emitter));
  return { ...input, limitBy: sql`LIMIT ${count} BY ${joinSql(keys)}` };
}

function limitCount(plan: Limit, input: Select, emitter: Emitter): Sql {
  if (plan.count.kind === "literal" && typeof plan.count.value === "bigint") {
    return integer(plan.count.value < 0n ? 0n : plan.count.value);
  }
  return sql`toUInt64(greatest(ifNull(${emitExpression(plan.count, input.columns, emitter)}, 0), 0))`;
}

function emitShared(plan: Shared, needed: ReadonlySet<string>, emitter: Emitter): Select {
  if (!emitter.isTable(plan)) return emitPlan(plan.input, needed, emitter);
  const columns = columnsOf(plan).filter(({ name }) => needed.has(name));
  const table = emitter.tableOf(
    plan,
    columns.map(({ name }) => name),
  );
  const alias = emitter.alias();
  const values = new Map(columns.map(({ name, type }) => [name, unread(type)]));
  return { from: sql`${table} AS ${alias}`, columns: fromAlias(values, alias), where: [] };
}

/** A column of which only the type is known. */
export function unread(type: KqlType): Value {
  return { sql: sql`NULL`, type, nullable: type !== "string" && type !== "dynamic" };
}

function emitNumbered(plan: Numbered, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const rest = new Set([...needed].filter((name) => name !== plan.name));
  const select = emitPlan(plan.input, rest, emitter);
  // Beside an ORDER BY the rows would be counted before they are in that order.
  const input = closedUnless(select.groupBy === undefined && select.orderBy === undefined, select, emitter);
  const number: Value = { sql: sql`toInt64(rowNumberInAllBlocks())`, type: "long", nullable: false };
  const numbered: Select = { ...input, columns: new Map([...input.columns, [plan.name, number]]) };
  return close(numbered, emitter.alias());
}
