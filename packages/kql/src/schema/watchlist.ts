import type { WatchlistSchema } from "./schema.js";
import type { Column } from "./types.js";

/** The function that gives the items of a watchlist. */
export const watchlistFunction = "_GetWatchlist";

/** The function that gives the aliases; like the items, they are there whatever the query's time window is. */
export const watchlistAliasFunction = "_GetWatchlistAlias";

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

/** The query behind a watchlist: the last state of each item that has neither been deleted nor expired. Only Calypso's items expire. */
export function watchlistQuery(watchlist: WatchlistSchema): string {
  const columns = watchlistColumns(watchlist).map(({ name }) =>
    everywhere.some((column) => column.name === name)
      ? name
      : `[${quoted(name)}] = tostring(WatchlistItem[${quoted(name)}])`,
  );
  return [
    "Watchlist",
    `| where WatchlistAlias =~ ${quoted(watchlist.alias)} and _DTItemType == "watchlist-item"`,
    "| summarize arg_max(_DTTimestamp, _DTItemStatus, LastUpdatedTimeUTC, SearchKey, WatchlistItem, TimeToLive, Provider) by _DTItemId",
    '| where _DTItemStatus != "Delete" and not(Provider == "Calypso" and isnotnull(TimeToLive) and TimeToLive <= now())',
    `| project ${columns.join(", ")}`,
  ].join("\n");
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\r/g, "\\r")}"`;
}
