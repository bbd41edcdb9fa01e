import { probesOf } from "@calypso/kql";
import type { SelectOptions, Store } from "../store/store.js";

/**
 * The keys of reads that no row of their table meets: one SELECT over each table asks for all of them at once. What is too dear to be
 * asked so is left out, as if there were a row.
 */
export async function readsWithoutRow(
  store: Store,
  wanted: Parameters<typeof probesOf>[0],
  options: SelectOptions,
): Promise<ReadonlySet<string>> {
  const without = new Set<string>();
  for (const { table, rowsSql, keys } of probesOf(wanted, store.scratchPrefix())) {
    try {
      await store.ensureTable(table, store.schema().table(table)?.columns ?? []);
      for await (const line of store.lines(rowsSql, options)) {
        const found: unknown = JSON.parse(line);
        if (!Array.isArray(found) || found.length !== keys.length) continue;
        for (const [index, key] of keys.entries()) if (found[index] === false) without.add(key);
      }
    } catch {
      // Each query asks for itself.
    }
  }
  return without;
}
