import type { Value } from "../functions/value.js";
import { expressionsOf } from "../plan/children.js";
import { internalName } from "../plan/internal.js";
import type { Window, WindowColumn } from "../plan/plan.js";
import { identifier, integer, joinSql, type Sql, sql } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";
import { type Columns, emitExpression } from "./expression.js";
import { emitPlan, withRead } from "./plan.js";
import { close, type Select } from "./select.js";

/** Window functions over the input in its order. */
export function emitWindow(plan: Window, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const made = new Set(plan.columns.map(({ name }) => name));
  const rest = [...needed].filter((name) => !made.has(name));
  const wanted = plan.columns.filter(({ name }) => needed.has(name));
  const parts = wanted.flatMap(({ by }) => by ?? []);
  const read = withRead([...rest, ...parts], expressionsOf({ ...plan, columns: wanted }));
  const input = emitPlan(plan.input, read, emitter);
  const ordered = close(input, emitter.alias());
  if (wanted.every(isPlain)) {
    const added = wanted.map((column): [string, Value] => [column.name, plainWindow(column, ordered.columns, emitter)]);
    return { ...ordered, columns: new Map([...ordered.columns, ...added]), windowed: true };
  }
  return wanted.reduce((select, column) => segmented(select, column, emitter), ordered);
}

/** Whether a function needs nothing but the order of the rows. */
function isPlain(column: WindowColumn): boolean {
  return column.restart === undefined && column.by === undefined && !column.function.startsWith("row_rank");
}

const wholeFrame = sql`ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING`;
const soFar = sql`ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW`;

function plainWindow(column: WindowColumn, columns: Columns, emitter: Emitter): Value {
  const args = column.args.map((argument) => emitExpression(argument, columns, emitter));
  return over(column, args, sql``, emitter);
}

/** A function over the rows of a partition in their order; `partition` is empty for all rows as they come. */
function over(column: WindowColumn, args: readonly Value[], partition: Sql, _emitter: Emitter): Value {
  const { type } = column;
  const [first, second, third] = args;
  if (first === undefined) throw new Error(`${column.function} takes an argument`);
  const text = type === "string" || type === "dynamic";
  switch (column.function) {
    case "row_number":
      return { sql: sql`(${first} - 1 + toInt64(row_number() OVER (${partition})))`, type, nullable: first.nullable };
    case "prev":
    case "next": {
      const name = column.function === "prev" ? sql`lagInFrame` : sql`leadInFrame`;
      const distance = integer(typeof second?.constant === "bigint" ? second.constant : 1n);
      // Also where the value may be null: the SQL of one that never is need not be of a Nullable type.
      const subject = text ? sql`${first}` : sql`toNullable(${first})`;
      const fallback = third === undefined ? sql`` : sql`, ${third}`;
      return {
        sql: sql`${name}(${subject}, ${distance}${fallback}) OVER (${partition} ${wholeFrame})`,
        type,
        nullable: !text,
      };
    }
    case "near":
      // Whether a condition holds in one of some rows before, in the row itself, or in one of some rows after.
      return {
        sql: sql`max(ifNull(${first}, 0)) OVER (${partition} ROWS BETWEEN ${count(second)} PRECEDING AND ${count(third)} FOLLOWING)`,
        type,
        nullable: false,
      };
    case "row_cumsum":
      return { sql: sql`sum(ifNull(${first}, 0)) OVER (${partition} ${soFar})`, type, nullable: false };
    default:
      throw new Error(`${column.function} is not a plain window function`);
  }
}

/** A number of rows. */
function count(value: Value | undefined): Sql {
  return integer(typeof value?.constant === "bigint" ? value.constant : 0n);
}

/** Columns that only the computation sees. */
const own = {
  n: internalName("n"),
  restart: internalName("restart"),
  segment: internalName("segment"),
  changed: internalName("changed"),
  place: internalName("place"),
} as const;

/**
 * A function that starts again at some rows. Window functions do not nest, so the rows are numbered first, then the
 * segments are counted, and then the function runs within them; the rows keep their order by their number.
 */
function segmented(input: Select, column: WindowColumn, emitter: Emitter): Select {
  const base = close(input, emitter.alias());
  const number: Value = { sql: sql`toInt64(row_number() OVER ())`, type: "long", nullable: false };
  const restart: Value = {
    sql:
      column.restart === undefined ? sql`0` : sql`ifNull(${emitExpression(column.restart, base.columns, emitter)}, 0)`,
    type: "bool",
    nullable: false,
  };
  const args = column.args.map((argument, at): [string, Value] => [
    internalName(`arg${at}`),
    emitExpression(argument, base.columns, emitter),
  ]);
  const marked = add(base, [[own.n, number], [own.restart, restart], ...args], emitter);
  const parts = (alias: Sql) => (column.by ?? []).map((name) => sql`${alias}.${identifier(name)}`);
  const given = parts(marked.alias);
  const byNumber = sql`${given.length === 0 ? sql`` : sql`PARTITION BY ${joinSql(given)} `}ORDER BY ${marked.alias}.${identifier(own.n)}`;
  const segment: Value = {
    sql: sql`toInt64(countIf(${marked.alias}.${identifier(own.restart)}) OVER (${byNumber} ${soFar}))`,
    type: "long",
    nullable: false,
  };
  const cut = add(marked.select, [[own.segment, segment]], emitter);
  const segments = joinSql([...parts(cut.alias), sql`${cut.alias}.${identifier(own.segment)}`]);
  const partition = sql`PARTITION BY ${segments} ORDER BY ${cut.alias}.${identifier(own.n)}`;
  const values = args.map(([name, { path: _, jsonText: __, ...value }]): Value => {
    return { ...value, sql: sql`${cut.alias}.${identifier(name)}` };
  });
  const computed = column.function.startsWith("row_rank")
    ? ranked(cut.select, column, values, partition, emitter)
    : add(cut.select, [[column.name, over(column, values, partition, emitter)]], emitter);
  const visible = [...computed.select.columns].filter(([name]) => input.columns.has(name) || name === column.name);
  return { ...computed.select, columns: new Map(visible), orderBy: [sql`${computed.alias}.${identifier(own.n)} ASC`] };
}

/** The rank among adjacent rows: it grows where the value differs from the row before. */
function ranked(
  cut: Select,
  column: WindowColumn,
  values: readonly Value[],
  partition: Sql,
  emitter: Emitter,
): { readonly select: Select; readonly alias: Sql } {
  const [term] = values;
  if (term === undefined) throw new Error("a rank takes a term");
  const row = sql`toInt64(row_number() OVER (${partition}))`;
  const before = sql`lagInFrame(${term}) OVER (${partition} ${wholeFrame})`;
  const changed: Value = { sql: sql`(${row} = 1 OR NOT (${term} <=> ${before}))`, type: "bool", nullable: false };
  const place: Value = { sql: row, type: "long", nullable: false };
  const marked = add(
    cut,
    [
      [own.changed, changed],
      [own.place, place],
    ],
    emitter,
  );
  const parts = [...(column.by ?? []), own.segment].map((name) => sql`${marked.alias}.${identifier(name)}`);
  const within = sql`PARTITION BY ${joinSql(parts)} ORDER BY ${marked.alias}.${identifier(own.n)} ${soFar}`;
  const rank =
    column.function === "row_rank_dense"
      ? sql`toInt64(countIf(${marked.alias}.${identifier(own.changed)}) OVER (${within}))`
      : sql`toInt64(max(if(${marked.alias}.${identifier(own.changed)}, ${marked.alias}.${identifier(own.place)}, 0)) OVER (${within}))`;
  return add(marked.select, [[column.name, { sql: rank, type: "long", nullable: false }]], emitter);
}

function add(
  select: Select,
  added: readonly (readonly [string, Value])[],
  emitter: Emitter,
): { readonly select: Select; readonly alias: Sql } {
  const alias = emitter.alias();
  return { select: close({ ...select, columns: new Map([...select.columns, ...added]) }, alias), alias };
}
