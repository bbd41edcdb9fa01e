import type { Value } from "../functions/value.js";
import type { Expression } from "../plan/expression.js";
import { internalName } from "../plan/internal.js";
import type { Join, JoinKind } from "../plan/plan.js";
import { identifier, joinSql, type Sql, sql } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";
import { emitExpression } from "./expression.js";
import { emitPlan, withRead } from "./plan.js";
import { close, type Select } from "./select.js";

/** A join of two derived tables. A missing cell is NULL, or `''` for text, because unmatched sides are not nullable. */
export function emitJoin(plan: Join, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const kept = plan.columns.filter(({ name }) => needed.has(name));
  const left = side(plan, "left", kept, emitter);
  const right = side(plan, "right", kept, emitter);
  const on = plan.on.map((_, index) => {
    const [a, b] = [left.keys[index], right.keys[index]];
    if (a === undefined || b === undefined) throw new Error("a join condition has two sides");
    // Where one side has no null key, none can meet another.
    return left.mayBeNull[index] && right.mayBeNull[index] ? sql`${a} <=> ${b}` : sql`${a} = ${b}`;
  });
  const condition = on.length === 0 ? sql`1` : joinSql(on, " AND ");
  const columns = new Map(
    kept.map(({ name, side: from, source }): [string, Value] => {
      const value = (from === "left" ? left : right).select.columns.get(source);
      if (value === undefined) throw new Error(`no column ${source} to join`);
      return [name, value];
    }),
  );
  return { from: joined(plan.join, left.select.from, right.select.from, condition), columns, where: [] };
}

/** One side as a derived table that gives its columns and its keys. */
function side(
  plan: Join,
  which: "left" | "right",
  kept: Join["columns"],
  emitter: Emitter,
): { readonly select: Select; readonly keys: readonly Value[]; readonly mayBeNull: readonly boolean[] } {
  const keys = plan.on.map((condition) => condition[which]);
  const names = kept.filter((column) => column.side === which).map(({ source }) => source);
  const input = emitPlan(plan[which], withRead(names, keys), emitter);
  const values = keys.map((key) => emitExpression(key, input.columns, emitter));
  const mayBeNull = values.map(({ nullable, present }) => nullable && present !== true);
  const computed = values.map((value, index): [string, Value] | undefined =>
    keys[index]?.kind === "column" ? undefined : [internalName(`k${index}`), value],
  );
  const columns = new Map([...input.columns, ...computed.filter((entry) => entry !== undefined)]);
  const optional = isOptional(plan.join, which);
  const select = close({ ...input, columns: outOfSide(columns, optional) }, emitter.alias());
  return { select, keys: keys.map((key, index) => keyOf(key, index, select)), mayBeNull };
}

/**
 * The columns as their side's derived table gives them: a constant is read like any other column, because rows without a
 * partner lack it, and on a side that may have no row a number is Nullable, so that it can be missing.
 */
function outOfSide(columns: ReadonlyMap<string, Value>, optional: boolean): ReadonlyMap<string, Value> {
  return new Map(
    [...columns].map(([name, value]): [string, Value] => {
      const { constant: _, present: __, ...plain } = value;
      const text = value.type === "string" || value.type === "dynamic";
      if (!optional || text) return [name, plain];
      // Also where the value may be null: the SQL of one that never is need not be of a Nullable type.
      return [name, { ...plain, sql: sql`toNullable(${value})`, nullable: true }];
    }),
  );
}

function isOptional(kind: JoinKind, side: "left" | "right"): boolean {
  return (
    kind === "fullouter" || (kind === "leftouter" && side === "right") || (kind === "rightouter" && side === "left")
  );
}

function keyOf(key: Expression, index: number, select: Select): Value {
  const name = key.kind === "column" ? key.name : internalName(`k${index}`);
  const value = select.columns.get(name);
  if (value === undefined) throw new Error(`no key ${identifier(name).text}`);
  return value;
}

function joined(kind: JoinKind, left: Sql, right: Sql, on: Sql): Sql {
  switch (kind) {
    case "innerunique":
      // Every right row with one left row of its key: the hash table is built on the left side and keeps one row a key.
      return sql`${right} LEFT SEMI JOIN ${left} ON ${on}`;
    case "inner":
      return sql`${left} INNER JOIN ${right} ON ${on}`;
    case "leftouter":
      return sql`${left} LEFT JOIN ${right} ON ${on}`;
    case "rightouter":
      return sql`${left} RIGHT JOIN ${right} ON ${on}`;
    case "fullouter":
      return sql`${left} FULL JOIN ${right} ON ${on}`;
    case "leftsemi":
      return sql`${left} LEFT SEMI JOIN ${right} ON ${on}`;
    case "rightsemi":
      return sql`${left} RIGHT SEMI JOIN ${right} ON ${on}`;
    case "leftanti":
      return sql`${left} LEFT ANTI JOIN ${right} ON ${on}`;
    case "rightanti":
      return sql`${left} RIGHT ANTI JOIN ${right} ON ${on}`;
    default:
      return kind satisfies never;
  }
}
