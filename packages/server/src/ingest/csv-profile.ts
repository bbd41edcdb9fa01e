import type { Store } from "../store/store.js";
import { type SourceKey, tableKeys } from "./columns.js";
import { jsonLines, named, one, type Profile, withTable } from "./profile.js";
import { fileReader } from "./reader.js";
import type { Shape } from "./recognise.js";
import { DataError } from "./surprises.js";

/** The keys of a CSV are its header; quotes that do not pair up and bytes that are no UTF-8 make it one for the careful way. */
export async function csvProfile(
  store: Store,
  path: string,
  shape: Extract<Shape, { kind: "csv" }>,
  scratch: string,
): Promise<Profile> {
  if (shape.delimiter === "\t") throw new DataError("the quick way reads no tabs");
  const text = await withTable(store, scratch, "quotes UInt64, damaged UInt64", async (table) => {
    await store.insertFile({
      into: table,
      select: "sum(countSubstrings(line, '\"')), countIf(NOT isValidUTF8(line))",
      path,
      format: "LineAsString",
      structure: "line String",
    });
    const columns = named({ quotes: "Float64", damaged: "Float64" });
    return one<{ quotes: number; damaged: number }>(store, `SELECT ${columns} FROM ${table}`);
  });
  if ((text?.quotes ?? 0) % 2 === 1) throw new DataError("a quote is not closed");
  if ((text?.damaged ?? 0) > 0) throw new DataError("bytes are no UTF-8");
  const keys = shape.header.map((name): SourceKey => ({ name, kinds: ["Text"] }));
  const tables: { key: string; value: string }[] = [];
  for (const key of tableKeys.filter((candidate) => shape.header.includes(candidate))) {
    await withTable(store, scratch, "value String", async (table) => {
      const reader = fileReader(store, path, shape, keys);
      await reader.insert(table, [`arrayJoin(groupUniqArray(${reader.text(key)}))`]);
      for await (const row of jsonLines<{ value: string }>(
        store,
        `SELECT ${named({ value: "String" })} FROM ${table} ORDER BY value`,
      )) {
        tables.push({ key, value: row.value });
      }
    });
  }
  return { keys, tables };
}
