import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Ids } from "../../platform/ids.js";
import { quoteName, quoteText } from "../../store/quoting.js";
import type { Store } from "../../store/store.js";
import { readWatchlistFile, type WatchlistFile } from "./watchlist-file.js";
import { watchlistTable } from "./watchlists.js";

/** What became of one file. */
export interface LoadedWatchlist {
  readonly alias: string;
  readonly items: number;
  /** Rows that were left out because their search key is empty. */
  readonly skipped: number;
  /** The same content was loaded before, and nothing was stored. */
  readonly unchanged: boolean;
}

/** Stores the items of a CSV file as the present state of its watchlist; items that are gone from the file are marked as deleted. */
export async function loadWatchlist(
  store: Store,
  path: string,
  { now, ids }: { readonly now: Date; readonly ids: Ids },
): Promise<LoadedWatchlist> {
  const file = readWatchlistFile(path);
  const version = createHash("sha256").update(JSON.stringify(file)).update(readFileSync(path)).digest("hex");
  await store.ensureTable(watchlistTable, store.schema().table(watchlistTable)?.columns ?? []);
  const scratch = quoteName(`_calypso_watchlist_${ids()}`);
  await store.command(`CREATE TABLE ${scratch} (key String, item String) ENGINE = MergeTree ORDER BY tuple()`);
  try {
    await store.insertFile(itemsOf(file, scratch));
    const count = async (sql: string) => Number(await oneLine(store, sql));
    const items = await count(`SELECT count() FROM ${scratch} WHERE key != ''`);
    const skipped = await count(`SELECT count() FROM ${scratch} WHERE key = ''`);
    const unchanged = (await oneLine(store, latestVersion(file))) === version;
    if (!unchanged) for (const statement of statements(file, scratch, version, now)) await store.command(statement);
    return { alias: file.alias, items, skipped, unchanged };
  } finally {
    await store.command(`DROP TABLE ${scratch}`);
  }
}

/** Each row of the file as JSON text, and its search key. */
function itemsOf(file: WatchlistFile, scratch: string) {
  const cells = file.columns.map((_, index) => `c${index}`);
  const members = file.columns.map(
    (name, index) => `'${escaped(`${JSON.stringify(name)}:`)}', toJSONString(c${index})`,
  );
  return {
    into: `${scratch} (key, item)`,
    select: `c${file.columns.indexOf(file.searchKey)}, concat('{', ${members.join(", ',', ")}, '}')`,
    path: file.path,
    format: "CSV",
    structure: cells.map((cell) => `${cell} String`).join(", "),
    settings: {
      input_format_csv_skip_first_lines: file.headerLines,
      input_format_csv_trim_whitespaces: 0,
      input_format_csv_allow_variable_number_of_columns: 1,
    },
  };
}

function statements(file: WatchlistFile, scratch: string, version: string, now: Date): readonly string[] {
  const alias = quoteText(file.alias);
  const list = lowerHex(`concat(lower(${alias}))`);
  const item = lowerHex(`concat(lower(${alias}), '\\0', item, '\\0', toString(number))`);
  const numbered = `(SELECT key, item, row_number() OVER (PARTITION BY item) AS number FROM ${scratch} WHERE key != '')`;
  const template = JSON.stringify(Object.fromEntries(file.columns.map((name) => [name, ""])));
  const live = liveItems(file);
  return [
    insert(file, now, version, {
      type: "watchlist-item",
      status: "Delete",
      values: ["id", "key", "item"],
      from: `(${live}) WHERE id NOT IN (SELECT ${item} FROM ${numbered})`,
    }),
    insert(file, now, version, {
      type: "watchlist-item",
      status: "Create",
      values: [item, "key", "item"],
      from: numbered,
    }),
    // Last, so that a load that is cut short is done again.
    insert(file, now, version, {
      type: "watchlist",
      status: "Create",
      values: [list, quoteText(file.searchKey), quoteText(template)],
      from: "system.one",
    }),
  ];
}

interface Rows {
  readonly type: "watchlist" | "watchlist-item";
  readonly status: "Create" | "Delete";
  /** SQL for the item's id, search key and content. */
  readonly values: readonly [string, string, string];
  readonly from: string;
}

function insert(file: WatchlistFile, now: Date, version: string, { type, status, values, from }: Rows): string {
  const time = `toDateTime64(${quoteText(now.toISOString().replace("T", " ").replace("Z", ""))}, 7, 'UTC')`;
  const [id, key, item] = values;
  const columns: Readonly<Record<string, string>> = {
    TimeGenerated: time,
    CreatedTimeUTC: time,
    LastUpdatedTimeUTC: time,
    _DTTimestamp: quoteText(now.toISOString()),
    _DTItemType: quoteText(type),
    _DTItemStatus: quoteText(status),
    _DTItemId: id,
    WatchlistAlias: quoteText(file.alias),
    WatchlistName: quoteText(file.name),
    SearchKey: key,
    WatchlistItem: item,
    CorrelationId: quoteText(version),
    Provider: quoteText("Calypso"),
    Source: quoteText(file.path),
  };
  const names = Object.keys(columns).map(quoteName).join(", ");
  return `INSERT INTO ${watchlistTable} (${names}) SELECT ${Object.values(columns).join(", ")} FROM ${from}`;
}

function liveItems(file: WatchlistFile): string {
  const latest = (column: string) => `argMax(${column}, _DTTimestamp)`;
  return (
    `SELECT _DTItemId AS id, ${latest("SearchKey")} AS key, ${latest("WatchlistItem")} AS item FROM ${watchlistTable}` +
    ` WHERE ${isOf(file)} AND _DTItemType = 'watchlist-item' GROUP BY _DTItemId HAVING ${latest("_DTItemStatus")} != 'Delete'`
  );
}

function latestVersion(file: WatchlistFile): string {
  return (
    `SELECT argMax(CorrelationId, _DTTimestamp) FROM ${watchlistTable}` +
    ` WHERE ${isOf(file)} AND _DTItemType = 'watchlist'`
  );
}

function isOf(file: WatchlistFile): string {
  return `lower(WatchlistAlias) = lower(${quoteText(file.alias)})`;
}

function lowerHex(text: string): string {
  return `lower(hex(MD5(${text})))`;
}

function escaped(text: string): string {
  return quoteText(text).slice(1, -1);
}

async function oneLine(store: Store, sql: string): Promise<string> {
  for await (const line of store.lines(sql)) return line;
  return "";
}
