import { quoteName, quoteText } from "../../store/quoting.js";
import type { Store } from "../../store/store.js";
import { named, one } from "../profile.js";
import { indicatorTable, objectTable } from "./indicator-rows.js";

/** Marks STIX objects as deleted from now on; what was known of them stays. Returns how many of the ids are stored and alive. */
export async function deleteObjects(store: Store, ids: readonly string[], now: Date): Promise<number> {
  const time = `toDateTime64(${quoteText(now.toISOString().replace("T", " ").replace("Z", ""))}, 7, 'UTC')`;
  let deleted = 0;
  for (const table of [indicatorTable, objectTable]) {
    const columns = (store.schema().table(table)?.columns ?? []).map(({ name }) => name);
    await store.ensureTable(table, store.schema().table(table)?.columns ?? []);
    const mine = `Id IN (${ids.map(quoteText).join(", ")})`;
    const last = `SELECT Id, max(TimeGenerated) FROM ${table} WHERE ${mine} GROUP BY Id`;
    const alive = `${table} WHERE ${mine} AND (Id, TimeGenerated) IN (${last}) AND NOT ifNull(IsDeleted, false)`;
    const found = await one<{ n: number }>(
      store,
      `SELECT ${named({ n: "Float64" })} FROM (SELECT uniqExact(Id) AS n FROM ${alive})`,
    );
    deleted += found?.n ?? 0;
    const changes = new Map([
      ["TimeGenerated", time],
      ["IsDeleted", "true"],
      ["IsActive", "false"],
    ]);
    const values = columns.map((name) => changes.get(name) ?? quoteName(name));
    await store.command(
      `INSERT INTO ${table} (${columns.map(quoteName).join(", ")}) SELECT ${values.join(", ")} FROM ${alive}`,
    );
  }
  return deleted;
}
