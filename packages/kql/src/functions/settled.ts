import { type Sql, sql, text } from "../sql/sql.js";
import type { Value } from "./value.js";

const mark = "calypso refuses rows[";
const endMark = "[/]";

/**
 * True, or the end of the query where the condition does not hold: for rows of which the language's reference does not
 * say what comes out, and which only the engine sees. The message becomes that of the failure.
 */
export function settled(condition: Value, message: Value): Sql {
  return settledWhere(condition.nullable ? sql`ifNull(${condition}, 0)` : condition.sql, String(message.constant));
}

/** The same for a condition of the engine that is never null. */
export function settledWhere(held: Sql, message: string): Sql {
  return sql`(NOT throwIf(NOT ${held}, ${text(`${mark}${message}${endMark}`)}))`;
}

/** The message of such an end in the engine's own error text; undefined where something else went wrong. */
export function unsettledRows(engineText: string): string | undefined {
  const start = engineText.indexOf(mark);
  const end = engineText.indexOf(endMark, start);
  return start < 0 || end < 0 ? undefined : engineText.slice(start + mark.length, end);
}
