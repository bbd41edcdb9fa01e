import { identifier, type Sql, sql } from "../sql/sql.js";

/**
 * Uses an expression several times but writes it once, as the argument of a lambda, where its SQL is long. Short
 * expressions are repeated, which the engine computes once anyway and can still find an index for.
 */
export function bind(expression: Sql, use: (name: Sql) => Sql): Sql {
  return expression.text.length <= 60 ? use(expression) : bindOnce(expression, use);
}

/**
 * As `bind`, only where the SQL is so long that the engine would take longer to understand it several times over than to put
 * each row's value into an array.
 */
export function bindLong(expression: Sql, use: (name: Sql) => Sql): Sql {
  return expression.text.length <= 400 ? use(expression) : bindOnce(expression, use);
}

/** As `bind`, whatever its length: what a lambda takes from outside would be computed again for each element. */
export function bindOnce(expression: Sql, use: (name: Sql) => Sql): Sql {
  const taken = `${expression.text} ${use(identifier("_b")).text}`;
  const highest = [...taken.matchAll(/`_b(\d+)`/g)].reduce((most, [, index]) => Math.max(most, Number(index)), 0);
  const name = identifier(`_b${highest + 1}`);
  return sql`arrayMap(${name} -> ${use(name)}, [${expression}])[1]`;
}
