import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { WatchlistSchema } from "@calypso/kql";
import type { Store } from "../../store/store.js";

/** The table that holds the items of all watchlists, as it is in Microsoft Sentinel. */
export const watchlistTable = "Watchlist";

/** The watchlists that queries may name: those that are stored, and those that Sentinel has templates for. */
export class Watchlists {
  readonly #templates: string;
  readonly #stored = new Map<string, WatchlistSchema>();
  #shipped: ReadonlyMap<string, WatchlistSchema> | undefined;

  constructor(content: string) {
    this.#templates = join(content, "watchlists", "templates.json");
  }

  find(alias: string): WatchlistSchema | undefined {
    const key = alias.toLowerCase();
    return this.#stored.get(key) ?? this.#fromTemplates().get(key);
  }

  get aliases(): readonly string[] {
    return [...this.#stored.values()].map(({ alias }) => alias);
  }

  /** Takes up what the store holds. */
  async refresh(store: Store): Promise<void> {
    this.#stored.clear();
    if (!store.schema().filledTables?.includes(watchlistTable)) return;
    for await (const line of store.lines(storedWatchlists)) {
      const [alias = "", ...columns]: string[] = JSON.parse(line);
      this.#stored.set(alias.toLowerCase(), { alias, columns });
    }
  }

  #fromTemplates(): ReadonlyMap<string, WatchlistSchema> {
    if (this.#shipped !== undefined) return this.#shipped;
    const columns: Readonly<Record<string, readonly string[]>> = JSON.parse(readFileSync(this.#templates, "utf8"));
    this.#shipped = new Map(
      Object.entries(columns).map(([alias, names]) => [alias.toLowerCase(), { alias, columns: names, unloaded: true }]),
    );
    return this.#shipped;
  }
}

/**
 * Each alias with the columns of its items: those that the list itself names, or else all that items have. A list that was
 * deleted has none.
 */
const storedWatchlists =
  "SELECT toJSONString(arrayConcat([alias], if(empty(listed), seen, listed))) FROM (SELECT argMax(WatchlistAlias, _DTTimestamp) AS alias," +
  " ifNull(argMaxIf(_DTItemStatus, _DTTimestamp, _DTItemType = 'watchlist'), '') AS status," +
  " JSONExtractKeys(ifNull(argMaxIf(WatchlistItem, _DTTimestamp, _DTItemType = 'watchlist'), '')) AS listed," +
  " arraySort(groupUniqArrayArray(JSONExtractKeys(WatchlistItem))) AS seen" +
  ` FROM ${watchlistTable} WHERE WatchlistAlias != '' GROUP BY lower(WatchlistAlias)) WHERE status != 'Delete' ORDER BY alias`;
