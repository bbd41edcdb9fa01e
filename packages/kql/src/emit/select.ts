import type { Value } from "../functions/value.js";
import { identifier, joinSql, type Sql, sql } from "../sql/sql.js";

/**
 * One SELECT that is still being built. `columns` says what each KQL column is in terms of `from`, so that operators
 * that follow one another become one SELECT; a clause that can no longer be added closes it into a derived table.
 */
export interface Select {
  readonly from: Sql;
  readonly columns: ReadonlyMap<string, Value>;
  readonly arrayJoin?: Sql;
  readonly where: readonly Sql[];
  /** Present, possibly empty, where the SELECT aggregates. */
  readonly groupBy?: readonly Sql[];
  readonly having?: Sql;
  readonly orderBy?: readonly Sql[];
  readonly limitBy?: Sql;
  readonly limit?: Sql;
  /** Columns hold window functions, which nothing may filter before they are computed. */
  readonly windowed?: boolean;
}

/** The text of a SELECT with the given columns. */
export function printSelect(select: Select, columns: Iterable<readonly [string, Value]>): Sql {
  const list = [...columns].map(([name, value]) => sql`${value} AS ${identifier(name)}`);
  const parts = [
    sql`SELECT ${list.length === 0 ? noColumn(select) : joinSql(list)}`,
    sql`FROM ${select.from}`,
    ...(select.arrayJoin === undefined ? [] : [select.arrayJoin]),
    ...(select.where.length === 0 ? [] : [sql`WHERE ${joinSql(select.where.map(parenthesized), " AND ")}`]),
    ...(select.groupBy === undefined || select.groupBy.length === 0 ? [] : [sql`GROUP BY ${joinSql(select.groupBy)}`]),
    ...(select.having === undefined ? [] : [sql`HAVING ${select.having}`]),
    ...(select.orderBy === undefined || select.orderBy.length === 0 ? [] : [sql`ORDER BY ${joinSql(select.orderBy)}`]),
    ...(select.limitBy === undefined ? [] : [select.limitBy]),
    ...(select.limit === undefined ? [] : [sql`LIMIT ${select.limit}`]),
  ];
  return joinSql(parts, " ");
}

/** Something to select where only the number of rows counts; without keys, only an aggregate makes one row of all. */
function noColumn(select: Select): Sql {
  return select.groupBy === undefined ? sql`toUInt8(1) AS \`#\`` : sql`count() AS \`#\``;
}

function parenthesized(condition: Sql): Sql {
  return sql`(${condition})`;
}

/** The SELECT as a derived table under an alias: its columns become columns of that alias. */
export function close(select: Select, alias: Sql): Select {
  return {
    from: sql`(${printSelect(select, select.columns)}) AS ${alias}`,
    columns: fromAlias(select.columns, alias),
    where: [],
  };
}

/** The same columns, read from an alias; what is known of constants, of nulls and of indexes stays. */
export function fromAlias(columns: ReadonlyMap<string, Value>, alias: Sql): ReadonlyMap<string, Value> {
  return new Map(
    [...columns].map(([name, value]): [string, Value] => {
      if (value.constant !== undefined) return [name, value];
      const { type, nullable } = value;
      // The engine moves conditions on such a column to where the index is.
      const indexed = value.indexed === true ? { indexed: true } : {};
      const present = value.present === true ? { present: true } : {};
      return [name, { sql: sql`${alias}.${identifier(name)}`, type, nullable, ...indexed, ...present }];
    }),
  );
}
