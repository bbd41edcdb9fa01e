import type { StoredProperty } from "../schema/schema.js";
import type { Column } from "../schema/types.js";
import { identifier, type Sql } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { pathValue } from "./dynamic-path.js";
import { type StoredProperties, storedKey, value } from "./value.js";

/**
 * What a stored property holds: the SQL over its column that gives the canonical JSON text of the property. While rows are
 * stored, only inside a lambda does the engine leave out the branches that a row does not need.
 */
export function storedPropertySql(column: Column, path: StoredProperty["path"]): string {
  return bindOnce(identifier(column.name), (json) => pathValue(value(json, column.type), path).sql).text;
}

/** The stored properties of a column, each with the SQL that reads it. */
export function storedProperties(
  column: string,
  properties: readonly StoredProperty[],
  read: (stored: string) => Sql,
): StoredProperties | undefined {
  const own = properties.filter((property) => property.column === column);
  if (own.length === 0) return undefined;
  return new Map(own.map(({ path, stored }) => [storedKey(path), read(stored)]));
}
