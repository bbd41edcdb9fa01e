import type { Column, KqlType, TableSchema } from "@calypso/kql";

/** A property or header of the data, and what kinds of values it was seen with. */
export interface SourceKey {
  readonly name: string;
  readonly kinds: readonly JsonKind[];
}

/** The kinds of JSON values, as the engine names them; `Text` is a field of a CSV. */
export type JsonKind = "String" | "Bool" | "Int64" | "UInt64" | "Double" | "Object" | "Array" | "Null" | "Text";

/** A column of a table, and the keys of the data that fill it; the first that has a value counts. */
export interface MappedColumn extends Column {
  readonly keys: readonly string[];
  readonly isNew: boolean;
}

/** Keys that only say which table a row belongs to. */
export const tableKeys = ["Type", "$table", "TableName"] as const;

/**
 * Which column of the table each key of the data fills. Names match exactly, else without regard to case. A key that is
 * another name of a column fills that column where the data does not have it by its own name too.
 */
export function mapColumns(table: TableSchema | undefined, keys: readonly SourceKey[]): readonly MappedColumn[] {
  const known = new Map<string, Column>();
  for (const column of [...(table?.columns ?? []), ...(table?.hidden ?? [])]) known.set(column.name, column);
  const byLowerName = new Map([...known.values()].map((column) => [column.name.toLowerCase(), column]));
  for (const [name, column] of otherNames(table, known, keys)) {
    if (!byLowerName.has(name)) byLowerName.set(name, column);
  }
  const mapped = new Map<string, { column: Column; keys: { key: string; rank: number }[]; isNew: boolean }>();
  for (const { name: key } of keys) {
    const name = columnName(key);
    if (isTableKey(name) && !(name === "TableName" && known.has(name))) continue;
    const column = known.get(name) ?? byLowerName.get(name.toLowerCase()) ?? known.get(withoutTypeSuffix(name, known));
    const target = column ?? { name, type: "string" };
    const lower = target.name.toLowerCase();
    if (column === undefined) byLowerName.set(lower, target);
    const entry = mapped.get(target.name) ?? { column: target, keys: [], isNew: column === undefined };
    entry.keys.push({ key, rank: key === target.name ? 0 : 1 });
    mapped.set(target.name, entry);
  }
  return [...mapped.values()].map(({ column, keys: sources, isNew }) => ({
    ...column,
    isNew,
    keys: sources.sort((a, b) => a.rank - b.rank).map((source) => source.key),
  }));
}

/** Other names of columns, in small letters, without those whose column the data has by its own name. */
function otherNames(
  table: TableSchema | undefined,
  known: ReadonlyMap<string, Column>,
  keys: readonly SourceKey[],
): readonly (readonly [string, Column])[] {
  const given = new Set(keys.map(({ name }) => columnName(name).toLowerCase()));
  return Object.entries(table?.otherNames ?? {}).flatMap(([name, own]) => {
    const column = known.get(own);
    return column === undefined || given.has(own.toLowerCase()) ? [] : [[name.toLowerCase(), column] as const];
  });
}

/** The zone label of a portal export's header, such as `UTC` in `TimeGenerated [UTC]`. */
export function zoneLabel(key: string): string | undefined {
  return / \[([^\]]+)\]$/.exec(key)?.[1];
}

/** A key as a column may be called: letters, digits and `_`, not beginning with a digit. */
export function columnName(key: string): string {
  const plain = key.trim().replace(/ \[[^\]]+\]$/, "");
  if (plain === "$table") return plain;
  const name = plain.replace(/[^\p{L}\p{N}_]/gu, "_");
  return /^\p{N}/u.test(name) || name === "" ? `_${name}` : name;
}

/** The type that values of these kinds suggest; texts are looked at more closely elsewhere. */
export function typeOfKinds(kinds: readonly JsonKind[]): KqlType | "text" {
  const real = new Set(kinds.filter((kind) => kind !== "Null"));
  if (real.size === 0) return "string";
  if (real.has("Object") || real.has("Array")) return "dynamic";
  if (real.has("Text")) return "text";
  if (real.has("String")) return real.size === 1 ? "text" : "string";
  if (real.has("Bool")) return real.size === 1 ? "bool" : "string";
  return real.has("Double") || real.has("UInt64") ? "real" : "long";
}

function isTableKey(name: string): boolean {
  return (tableKeys as readonly string[]).includes(name);
}

/** A union of two types exports `Port_string` and `Port_long`; where the table has `Port` as such, it is meant. */
function withoutTypeSuffix(name: string, known: ReadonlyMap<string, Column>): string {
  const match = /^(.+)_(string|long|int|real|bool|datetime|dynamic|guid)$/.exec(name);
  return match !== null && known.get(match[1]!)?.type === match[2] ? match[1]! : name;
}
