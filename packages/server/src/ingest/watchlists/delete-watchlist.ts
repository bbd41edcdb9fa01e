import { existsSync } from "node:fs";
import { filesBelow } from "../../platform/text-files.js";
import type { Store } from "../../store/store.js";
import { readWatchlistFile } from "./watchlist-file.js";
import { deletion } from "./watchlist-rows.js";

/** Marks a watchlist and its items as deleted. */
export async function deleteWatchlist(store: Store, alias: string, now: Date): Promise<void> {
  for (const statement of deletion(alias, now)) await store.command(statement);
}

/** The file of a folder that is loaded as the watchlist, if there is one. */
export function fileOfWatchlist(folder: string | undefined, alias: string): string | undefined {
  if (folder === undefined || !existsSync(folder)) return undefined;
  return filesBelow(folder, /\.csv$/i).find(
    (path) => readWatchlistFile(path).alias.toLowerCase() === alias.toLowerCase(),
  );
}
