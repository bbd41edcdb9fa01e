import { quoteText } from "../../store/quoting.js";
import type { Store } from "../../store/store.js";
import { jsonLines, named } from "../profile.js";

/** Up to when each collection has been pulled; the last row of each counts. */
const table = "_calypso_pulls";

/** When the last object that was pulled from a collection had been added to it, as the server wrote it. */
export async function lastAdded(store: Store, collection: string): Promise<string | undefined> {
  await ensure(store);
  const last = `SELECT argMax(added, at) AS added FROM ${table} WHERE collection = ${quoteText(collection)}`;
  for await (const { added } of jsonLines<{ added: string }>(
    store,
    `SELECT ${named({ added: "String" })} FROM (${last})`,
  )) {
    return added === "" ? undefined : added;
  }
  return undefined;
}

/** Remembers it. */
export async function rememberAdded(store: Store, collection: string, added: string, at: Date): Promise<void> {
  await ensure(store);
  const time = quoteText(at.toISOString().replace("T", " ").replace("Z", ""));
  await store.command(
    `INSERT INTO ${table} (collection, added, at) SELECT ${quoteText(collection)}, ${quoteText(added)}, toDateTime64(${time}, 3, 'UTC')`,
  );
}

function ensure(store: Store): Promise<void> {
  return store.command(
    `CREATE TABLE IF NOT EXISTS ${table} (collection String, added String, at DateTime64(3, 'UTC'))` +
      " ENGINE = MergeTree ORDER BY (collection, at)",
  );
}
