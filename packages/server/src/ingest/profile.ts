import { quoteName, quoteText } from "../store/quoting.js";
import type { Store } from "../store/store.js";
import { type JsonKind, type SourceKey, tableKeys } from "./columns.js";
import { isMarkedNumber } from "./kept-json.js";

/** What the rows of a source look like: their properties, and the tables that they name. */
export interface Profile {
  readonly keys: readonly SourceKey[];
  readonly tables: readonly TableValue[];
}

/** A value by which rows name their table, and the property that has it. */
export interface TableValue {
  readonly key: string;
  readonly value: string;
}

/** Where JSON objects are read from: `lines` of text, one object each. */
export interface JsonRows {
  /** Inserts what `select` makes of each `line`. */
  insert(into: string, select: string, where: string): Promise<void>;
}

/** The objects of a file. */
export function fileRows(store: Store, path: string, format: "LineAsString" | "JSONAsString"): JsonRows {
  return {
    insert: (into, select, where) =>
      store.insertFile({ into, select, where, path, format, structure: "line String", settings: smallBlocks }),
  };
}

/** The good lines that a table keeps. */
export function tableRows(store: Store, raw: string): JsonRows {
  return {
    insert: (into, select, where) =>
      store.command(`INSERT INTO ${into} SELECT ${select} FROM ${raw} WHERE ok = 1 AND ${where}`),
  };
}

/** Profiles the first rows: what is rare may be missing from it. */
export async function sampleProfile(store: Store, rows: JsonRows, scratch: string): Promise<Profile> {
  return withTable(store, scratch, "line String", async (table) => {
    await rows.insert(table, "line", `isValidJSON(line) LIMIT ${sampleRows}`);
    const pairs =
      "arrayJoin(arrayMap((pair, place) -> tuple(pair.1, substring(pair.2, 1, 1), place, pair.2)," +
      " JSONExtractKeysAndValuesRaw(line) AS pairs, arrayEnumerate(pairs)))";
    const keys: SourceKey[] = [];
    const kind =
      `multiIf(${isMarkedNumber("k.4")}, 'Double', k.2 = '"', 'String',` +
      " k.2 IN ('t', 'f'), 'Bool', k.2 = '{', 'Object', k.2 = '[', 'Array', k.2 = 'n', 'Null'," +
      " isNotNull(toInt64OrNull(k.4)), 'Int64', 'Double')";
    const sql = `SELECT k.1 AS name, groupUniqArray(${kind}) AS kinds, min(k.3) AS place FROM (SELECT ${pairs} AS k FROM ${table}) GROUP BY name`;
    for await (const row of jsonLines<{ name: string; kinds: JsonKind[] }>(
      store,
      `SELECT ${named({ name: "String", kinds: "Array(String)" })} FROM (${sql}) ORDER BY place, name`,
    )) {
      keys.push(row);
    }
    assertFewKeys(keys.length);
    const tables: TableValue[] = [];
    for (const key of tableKeys.filter((candidate) => keys.some(({ name }) => name === candidate))) {
      const values = `SELECT DISTINCT JSONExtractString(line, ${quoteText(key)}) AS value FROM ${table}`;
      for await (const row of jsonLines<{ value: string }>(
        store,
        `SELECT ${named({ value: "String" })} FROM (${values}) ORDER BY value`,
      )) {
        tables.push({ key, value: row.value });
      }
    }
    return { keys, tables };
  });
}

/** Adds to a profile of the first rows what only later rows have. */
export async function fullProfile(store: Store, rows: JsonRows, sample: Profile, scratch: string): Promise<Profile> {
  const names = await withTable(store, scratch, "names Array(String), types Array(Array(String))", async (table) => {
    const types = tableKeys.map((key) => `groupUniqArray(JSONExtractString(line, ${quoteText(key)}))`);
    await rows.insert(table, `groupUniqArrayArray(JSONExtractKeys(line)), [${types.join(", ")}]`, "isValidJSON(line)");
    return one<{ names: string[]; types: string[][] }>(
      store,
      `SELECT ${named({ names: "Array(String)", types: "Array(Array(String))" })} FROM ${table}`,
    );
  });
  const known = new Set(sample.keys.map((key) => key.name));
  const late = (names?.names ?? []).filter((name) => !known.has(name)).sort();
  assertFewKeys(known.size + late.length);
  const tables = tableKeys.flatMap((key, index) =>
    (known.has(key) || names?.names.includes(key) ? (names?.types[index] ?? []) : [])
      .sort()
      .map((value) => ({ key, value })),
  );
  if (late.length === 0) return { keys: sample.keys, tables };
  const kinds = await withTable(store, scratch, "kinds Array(Array(String))", async (table) => {
    const each = late.map((name) => {
      const marked = isMarkedNumber(`JSONExtractRaw(line, ${quoteText(name)})`);
      return `groupUniqArray(if(${marked}, 'Double', toString(JSONType(line, ${quoteText(name)}))))`;
    });
    await rows.insert(table, `[${each.join(", ")}]`, "isValidJSON(line)");
    return one<{ kinds: JsonKind[][] }>(store, `SELECT ${named({ kinds: "Array(Array(String))" })} FROM ${table}`);
  });
  return { keys: [...sample.keys, ...late.map((name, index) => ({ name, kinds: kinds?.kinds[index] ?? [] }))], tables };
}

/** More would be names that are data, and no table takes them. */
export function assertFewKeys(count: number): void {
  if (count > maxKeys) throw new Error(`its rows have ${count} different properties; expected ${maxKeys} at most`);
}

const maxKeys = 2000;

/** Enough rows that few files have later surprises, and few enough that reading them costs nothing. */
const sampleRows = 3000;

/** The engine reads whole blocks, so a larger one would read more than the sample. */
const smallBlocks = { max_block_size: sampleRows };

/** Runs `work` with a small table in memory, which is gone afterwards. */
export async function withTable<T>(
  store: Store,
  name: string,
  columns: string,
  work: (table: string) => Promise<T>,
): Promise<T> {
  const table = quoteName(name);
  await store.command(`DROP TABLE IF EXISTS ${table} SYNC`);
  await store.command(`CREATE TABLE ${table} (${columns}) ENGINE = Memory`);
  try {
    return await work(table);
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${table} SYNC`);
  }
}

/** The rows of a SELECT of one JSON object each. Only for objects that hold no number beyond 2^53. */
export async function* jsonLines<T>(store: Store, sql: string): AsyncGenerator<T> {
  for await (const line of store.lines(sql, internalLimits)) {
    // Safe as far as the SELECT, which stands beside each call, makes objects of the type that the call names.
    yield JSON.parse(line) as T;
  }
}

/** The first row, if there is one. */
export async function one<T>(store: Store, sql: string): Promise<T | undefined> {
  for await (const row of jsonLines<T>(store, sql)) return row;
  return undefined;
}

/** A JSON object of the given columns, as SQL. */
export function named(columns: Readonly<Record<string, string>>): string {
  const names = Object.keys(columns).map(quoteName);
  const types = Object.entries(columns).map(([name, type]) => `${quoteName(name)} ${type}`);
  return `toJSONString(CAST(tuple(${names.join(", ")}), ${quoteText(`Tuple(${types.join(", ")})`)}))`;
}

const internalLimits = { maxSeconds: 3600, maxMemoryBytes: 4 * 2 ** 30, maxResultRows: 100_000_000 };
