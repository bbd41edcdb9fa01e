import type { Column, TableSchema } from "@calypso/kql";
import { quoteText } from "../store/quoting.js";
import type { Store } from "../store/store.js";
import { isoTime } from "./casts.js";
import { mapColumns, type SourceKey, typeOfKinds } from "./columns.js";
import { named, one, withTable } from "./profile.js";
import type { Reader } from "./reader.js";

/**
 * The columns that a table lacks for these keys, with types that every value of the data fits: whatever does not is a
 * string, so that no value is lost. Where only some rows of the data are the table's (`where`), those in which they have a value.
 */
export async function newColumns(
  store: Store,
  reader: Reader,
  schema: TableSchema | undefined,
  keys: readonly SourceKey[],
  scratch: string,
  where?: string,
): Promise<readonly Column[]> {
  const kinds = new Map(keys.map((key) => [key.name, key.kinds]));
  const added = mapColumns(schema, keys).filter((column) => column.isNew);
  if (added.length === 0) return [];
  const checks = added.map((column) => {
    const text = column.keys
      .map((key) => reader.text(key))
      .reduceRight((rest, key) => `if(${key} != '', ${key}, ${rest})`);
    return `[${checksOf(text).join(", ")}]`;
  });
  const counts = await withTable(store, scratch, "counts Array(Array(Float64))", async (table) => {
    await reader.insert(table, [`[${checks.join(", ")}]`], where);
    return one<{ counts: number[][] }>(store, `SELECT ${named({ counts: "Array(Array(Float64))" })} FROM ${table}`);
  });
  return added.flatMap((column, index) => {
    const [filled = 0, bools = 0, whole = 0, real = 0, times = 0, json = 0] = counts?.counts[index] ?? [];
    if (where !== undefined && filled === 0) return [];
    const seen = [...new Set(column.keys.flatMap((key) => kinds.get(key) ?? []))];
    const guess = column.name === "TimeGenerated" ? "datetime" : typeOfKinds(seen);
    const fits = (count: number) => filled > 0 && count === filled;
    const type = (() => {
      if (guess === "dynamic" || guess === "string") return guess;
      if (guess === "datetime" || fits(times)) return "datetime" as const;
      if (guess === "text" && !seen.includes("Text")) return "string" as const;
      if ((guess === "text" || guess === "bool") && fits(bools)) return "bool" as const;
      if ((guess === "text" || guess === "long") && fits(whole)) return "long" as const;
      if (guess !== "bool" && fits(real)) return "real" as const;
      return guess === "text" && fits(json) ? ("dynamic" as const) : ("string" as const);
    })();
    return [{ name: column.name, type }];
  });
}

/** How many values there are, and how many of them are true or false, whole numbers, numbers, times, JSON structures. */
function checksOf(text: string): readonly string[] {
  const count = (condition: string) => `toFloat64(countIf(${condition}))`;
  return [
    count(`${text} != ''`),
    count(`lower(${text}) IN ('true', 'false')`),
    count(`match(${text}, '^-?(0|[1-9][0-9]{0,18})$') AND isNotNull(toInt64OrNull(${text}))`),
    // A number with more digits than a real holds would come out as another one.
    count(
      `match(${text}, '^-?(0|[1-9][0-9]{0,14})([.][0-9]{1,14})?([eE][-+]?[0-9]{1,2})?$') AND length(${text}) <= 20`,
    ),
    count(`match(${text}, ${quoteText(isoTime)}) AND position(${text}, ':') > 0`),
    count(`match(${text}, '^[{[]') AND isValidJSON(${text})`),
  ];
}
