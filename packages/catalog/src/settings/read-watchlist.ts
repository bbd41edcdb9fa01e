import { parse } from "yaml";

/** What is said of a watchlist beside its items. */
export interface WatchlistDescription {
  readonly alias?: string;
  readonly name?: string;
  /** The column that `SearchKey` is a copy of. */
  readonly searchKey?: string;
  /** The column that says when an item ends. */
  readonly expires?: string;
}

/** Reads the YAML beside a watchlist's CSV: `alias`, `name`, `searchKey` and `expires`, or Sentinel's longer names; undefined where it is none. */
export function readWatchlistDescription(text: string): WatchlistDescription | undefined {
  let document: unknown;
  try {
    document = parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== "object" || document === null) return undefined;
  const values = new Map(Object.entries(document).map(([key, value]) => [key.toLowerCase(), value]));
  const textOf = (...keys: readonly string[]) => {
    const value = keys.map((key) => values.get(key)).find((found) => found !== undefined && found !== null);
    return value === undefined ? undefined : String(value);
  };
  const alias = textOf("alias", "watchlistalias");
  const name = textOf("name", "displayname", "watchlistname");
  const searchKey = textOf("searchkey", "itemssearchkey");
  const expires = textOf("expires");
  return {
    ...(alias === undefined ? {} : { alias }),
    ...(name === undefined ? {} : { name }),
    ...(searchKey === undefined ? {} : { searchKey }),
    ...(expires === undefined ? {} : { expires }),
  };
}
