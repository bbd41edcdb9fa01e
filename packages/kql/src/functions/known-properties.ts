import { joinSql, type Sql, sql, text } from "../sql/sql.js";
import type { Value } from "./value.js";

/**
 * Whether a bag has no property but the known ones, each given as a constant text: its name and the type that its values
 * have, or the name alone where they may have any.
 */
export function hasKnownProperties(bag: Value, known: readonly Value[]): Sql {
  const pairs = known.map(({ constant }) => String(constant).split(separator));
  const list = (texts: readonly string[]) => sql`[${joinSql(texts.map(text))}]::Array(String)`;
  const typed = list(pairs.flatMap(([name, type]) => (type === undefined ? [] : [`${name}${separator}${type}`])));
  const loose = list(pairs.flatMap(([name = "", type]) => (type === undefined ? [name] : [])));
  const all = list(pairs.map(([name = ""]) => name));
  const raw = sql`_kv.2`;
  const type = sql`multiIf(startsWith(${raw}, '{'), 'dictionary', startsWith(${raw}, '['), 'array', startsWith(${raw}, '"'), 'string', ${raw} IN ('true', 'false'), 'bool', match(${raw}, '^-?[0-9]+$'), 'long', 'double')`;
  const isKnown = sql`has(${loose}, _kv.1) OR (${raw} = 'null' AND has(${all}, _kv.1)) OR has(${typed}, concat(_kv.1, ${text(separator)}, ${type}))`;
  return sql`(NOT startsWith(${bag}, '{') OR arrayAll(_kv -> ${isKnown}, JSONExtractKeysAndValuesRaw(${bag})))`;
}

/** Stands between a name and a type; a name with it in it is refused when columns are looked up. */
export const separator = "\u0001";
