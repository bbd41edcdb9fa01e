import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DataTable } from "@calypso/catalog";
import type { TableData } from "./tables-with-data.js";

/** The tables that show something of ATT&CK's data components, with when events of them came. */
export async function dataTables(
  content: string,
  dataOf: (table: string) => Promise<TableData>,
): Promise<readonly DataTable[]> {
  // The file is the project's own, and tests read it.
  const { tables } = JSON.parse(readFileSync(join(content, "attack", "data-components.json"), "utf8")) as {
    readonly tables: Readonly<Record<string, readonly string[]>>;
  };
  const found: DataTable[] = [];
  for (const [table, components] of Object.entries(tables)) {
    const { first, last } = await dataOf(table);
    found.push({ table, components, ...(first && last ? { first: day(first), last: day(last) } : {}) });
  }
  return found;
}

function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}
