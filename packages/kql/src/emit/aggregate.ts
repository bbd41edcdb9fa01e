import { aggregateFunctions } from "../functions/aggregate-functions.js";
import { isRefusal, nullOf, type Value } from "../functions/value.js";
import type { Aggregate, AggregateColumn } from "../plan/plan.js";
import { sql } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";
import { type Columns, emitExpression } from "./expression.js";
import { closedUnless, emitPlan, repeats, takesFilter, withRead } from "./plan.js";
import type { Select } from "./select.js";
import { seriesOfGroup } from "./series.js";

/** GROUP BY over the input. Keys are repeated in full: a name in GROUP BY could mean a result column. */
export function emitAggregate(plan: Aggregate, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const wanted = plan.aggregates.filter(({ name }) => needed.has(name));
  const parts = [
    ...plan.keys.map(({ expression }) => expression),
    ...wanted.flatMap(({ args, when }) => (when === undefined ? args : [...args, when])),
  ];
  const select = emitPlan(plan.input, withRead([], parts), emitter);
  const ordered = wanted.some((column) => aggregateFunctions.get(column.function)?.ordered === true);
  const unordered: Select = ordered || select.orderBy === undefined ? select : withoutOrder(select);
  const open = takesFilter(unordered) && unordered.orderBy === undefined && !repeats(parts, unordered);
  const input = closedUnless(open, unordered, emitter);
  const keys = plan.keys.map(({ name, expression }): [string, Value] => [
    name,
    emitExpression(expression, input.columns, emitter),
  ]);
  const values = wanted.map((column): [string, Value] => [column.name, emitColumn(column, input.columns, emitter)]);
  const grouped = keys.filter(([, value]) => value.constant === undefined).map(([, value]) => value.sql);
  const constantKeys = keys.length > 0 && grouped.length === 0;
  return {
    ...input,
    columns: new Map([...keys, ...values]),
    groupBy: constantKeys ? [sql`toUInt8(0) + ignore(1)`] : grouped,
    ...(keys.length === 0 && plan.emptyWithoutRows === true ? { having: sql`count() > 0` } : {}),
  };
}

/** An order that a limit does not depend on means nothing to an aggregate. */
function withoutOrder(select: Select): Select {
  if (select.limit !== undefined || select.limitBy !== undefined) return select;
  const { orderBy: _, ...rest } = select;
  return rest;
}

function emitColumn(column: AggregateColumn, columns: Columns, emitter: Emitter): Value {
  const { type } = column;
  const args = column.args.map((argument) => emitExpression(argument, columns, emitter));
  const nullable = type !== "string" && type !== "dynamic";
  if (column.function === "#same") return sameInGroup(args[0], type);
  if (column.function === "#series") return seriesOfGroup(args, column.column === 1);
  const entry = aggregateFunctions.get(column.function);
  if (entry === undefined) throw new Error(`no aggregate ${column.function}`);
  const condition = column.when === undefined ? undefined : emitExpression(column.when, columns, emitter);
  const when =
    condition === undefined ? undefined : condition.nullable ? sql`ifNull(${condition}, 0)` : sql`${condition}`;
  const result = entry.emit({ args, type, column: column.column, ...(when === undefined ? {} : { when }) });
  if (isRefusal(result)) {
    emitter.refuse(column.location, column.function, result);
    return { sql: nullOf(type), type, nullable };
  }
  return "sql" in result ? result : { sql: result, type, nullable: nullable && entry.notNull !== true };
}

/** A value that is the same in all rows of the group; `any` alone would pass over nulls, which is the same here. */
function sameInGroup(argument: Value | undefined, type: Value["type"]): Value {
  if (argument === undefined) throw new Error("#same takes a column");
  return { sql: sql`any(${argument})`, type, nullable: argument.nullable };
}
