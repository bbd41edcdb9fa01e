import type { WatchlistSchema } from "./schema.js";
import type { Column } from "./types.js";

/** The function that gives the items of a watchlist. */
export const watchlistFunction = "_GetWatchlist";

const everywhere: readonly Column[] = [
  { name: "_DTItemId", type: "string" },
  { name: "LastUpdatedTimeUTC", type: "datetime" },
  { name: "SearchKey", type: "string" },
];

/** What `_GetWatchlist` returns for a watchlist: the columns that all have, and then its own. */
export function watchlistColumns(watchlist: WatchlistSchema | undefined): readonly Column[] {
  const taken = new Set(everywhere.map(({ name }) => name));
  const own = (watchlist?.columns ?? []).filter((name) => !taken.has(name));
  return [...everywhere, ...own.map((name): Column => ({ name, type: "string" }))];
}

/** The query behind a watchlist: the last state of each item that has not been deleted. */
export function watchlistQuery(watchlist: WatchlistSchema): string {
  const columns = watchlistColumns(watchlist).map(({ name }) =>
    everywhere.some((column) => column.name === name)
      ? name
      : `[${quoted(name)}] = tostring(WatchlistItem[${quoted(name)}])`,
  );
  return [
    "Watchlist",
    `| where WatchlistAlias =~ ${quoted(watchlist.alias)} and _DTItemType == "watchlist-item"`,
    "| summarize arg_max(_DTTimestamp, _DTItemStatus, LastUpdatedTimeUTC, SearchKey, WatchlistItem) by _DTItemId",
    '| where _DTItemStatus != "Delete"',
    `| project ${columns.join(", ")}`,
  ].join("\n");
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r")}"`;
}
