import { failureFrom } from "./failures.js";
import type { Store } from "./store.js";

/** What a table takes on the disk. */
export interface TableSize {
  readonly rows: number;
  readonly bytes: number;
  /** Another text whenever rows have come or gone; another now and then where none have. */
  readonly state: string;
}

/** What each table takes, by name; none where the store does not say. */
export async function tableSizes(store: Store): Promise<ReadonlyMap<string, TableSize>> {
  const sizes = new Map<string, TableSize>();
  const sql =
    "SELECT toJSONString(tuple(table, toFloat64(sum(rows)), toFloat64(sum(bytes_on_disk))," +
    " concat(toString(sum(rows)), ' ', toString(groupBitXor(sipHash64(name, rows, bytes_on_disk, modification_time))))))" +
    " FROM system.parts" +
    " WHERE active AND database = currentDatabase() GROUP BY table";
  try {
    for await (const line of store.lines(sql, { maxSeconds: 10 })) {
      const [name, rows, bytes, state]: [string, number, number, string] = JSON.parse(line);
      sizes.set(name, { rows, bytes, state });
    }
  } catch (error) {
    // A server may keep its own tables from a user who may read all logs.
    if (failureFrom(error).code !== "store-forbidden") throw error;
  }
  return sizes;
}
