import { quoteName, quoteText } from "../../store/quoting.js";
import { castText } from "../casts.js";
import { named } from "../profile.js";
import type { WatchlistFile } from "./watchlist-file.js";
import { watchlistTable } from "./watchlists.js";

/** A new state of a watchlist: the file, the table with its rows, what names this very content, and when it came. */
export interface Revision {
  readonly file: WatchlistFile;
  readonly scratch: string;
  readonly version: string;
  readonly now: Date;
}

/** A SELECT that counts the items, the changes that they make to the stored list, and the rows without a search key. */
export function presentRows(revision: Revision): string {
  const rows = `(${itemsOf(revision)})`;
  const counts = {
    items: `SELECT count() FROM ${rows}`,
    created: `SELECT count() FROM ${createdOf(revision)}`,
    updated: `SELECT count() FROM ${updatedOf(revision)}`,
    deleted: `SELECT count() FROM ${deletedOf(revision)}`,
    skipped: `SELECT count() FROM ${revision.scratch} WHERE key = '' AND item != ''`,
  };
  const columns = Object.entries(counts).map(([name, sql]) => `assumeNotNull((${sql})) AS ${name}`);
  const types = Object.fromEntries(Object.keys(counts).map((name) => [name, "Float64"]));
  return `SELECT ${named(types)} FROM (SELECT ${columns.join(", ")})`;
}

/** A SELECT of the name that the content of a watchlist was given when it was last stored; `''` where it is deleted. */
export function latestVersion({ file }: Pick<Revision, "file">): string {
  return (
    `SELECT ${named({ version: "String" })} FROM (SELECT ifNull(argMax(CorrelationId, _DTTimestamp), '') AS version FROM ${watchlistTable}` +
    ` WHERE ${isOf(file.alias)} AND _DTItemType = 'watchlist')`
  );
}

/** The statements that store a revision. That of the list comes last, so that a load which is cut short is done again. */
export function statements(revision: Revision): readonly string[] {
  const { file, version, now } = revision;
  const written = { name: file.name, source: file.path, version };
  const template = JSON.stringify(Object.fromEntries(file.columns.map((name) => [name, ""])));
  const add = (status: Status, from: string) =>
    insertOf(file.alias, now, written, { type: "watchlist-item", status, from });
  return [
    add("Delete", deletedOf(revision)),
    add("Update", updatedOf(revision)),
    add("Create", createdOf(revision)),
    insertOf(file.alias, now, written, {
      type: "watchlist",
      status: "Create",
      from:
        `(SELECT ${listId(file.alias)} AS id, ${quoteText(file.searchKey)} AS key, ${quoteText(template)} AS item,` +
        " NULL AS ends, NULL AS born)",
    }),
  ];
}

/** The statements that take a watchlist away; its history stays. */
export function deletion(alias: string, now: Date): readonly string[] {
  const written = { name: alias, source: "", version: "" };
  const list = `(SELECT ${listId(alias)} AS id, '' AS key, '' AS item, NULL AS ends, NULL AS born)`;
  return [
    insertOf(alias, now, written, { type: "watchlist-item", status: "Delete", from: `(${liveItems(alias)})` }),
    insertOf(alias, now, written, { type: "watchlist", status: "Delete", from: list }),
  ];
}

type Status = "Create" | "Update" | "Delete";

interface Rows {
  readonly type: "watchlist" | "watchlist-item";
  readonly status: Status;
  /** What gives `id`, `key`, `item`, `ends` (when it ends, or null) and `born` (when it was created, or null). */
  readonly from: string;
}

interface Written {
  readonly name: string;
  readonly source: string;
  readonly version: string;
}

function insertOf(alias: string, now: Date, { name, source, version }: Written, rows: Rows): string {
  const time = `toDateTime64(${quoteText(now.toISOString().replace("T", " ").replace("Z", ""))}, 7, 'UTC')`;
  const columns: Readonly<Record<string, string>> = {
    TimeGenerated: time,
    CreatedTimeUTC: `ifNull(born, ${time})`,
    LastUpdatedTimeUTC: time,
    TimeToLive: "ends",
    _DTTimestamp: time,
    _DTItemType: quoteText(rows.type),
    _DTItemStatus: quoteText(rows.status),
    _DTItemId: "id",
    WatchlistItemId: rows.type === "watchlist" ? "''" : "id",
    WatchlistId: listId(alias),
    WatchlistAlias: quoteText(alias),
    WatchlistName: quoteText(name),
    SearchKey: "key",
    WatchlistItem: "item",
    CorrelationId: quoteText(version),
    Provider: quoteText("Calypso"),
    Source: quoteText(source),
  };
  const names = Object.keys(columns).map(quoteName).join(", ");
  return `INSERT INTO ${watchlistTable} (${names}) SELECT ${Object.values(columns).join(", ")} FROM ${rows.from}`;
}

/** The items of the file. One is known by its search key, and by its number among the items of that key. */
function itemsOf({ file, scratch }: Revision): string {
  const id = lowerHex(`concat(lower(${quoteText(file.alias)}), '\\0', key, '\\0', toString(number))`);
  return (
    `SELECT ${id} AS id, key, item, ${castText("datetime", "expires")} AS ends FROM` +
    ` (SELECT key, item, expires, row_number() OVER (PARTITION BY key ORDER BY n) AS number FROM ${scratch} WHERE key != '')`
  );
}

function createdOf(revision: Revision): string {
  return (
    `(SELECT id, key, item, ends, NULL AS born FROM (${itemsOf(revision)})` +
    ` WHERE id NOT IN (SELECT id FROM (${liveItems(revision.file.alias)})))`
  );
}

function updatedOf(revision: Revision): string {
  return (
    `(SELECT id, new.key AS key, new.item AS item, new.ends AS ends, old.born AS born FROM (${itemsOf(revision)}) AS new` +
    ` INNER JOIN (${liveItems(revision.file.alias)}) AS old USING (id)` +
    " WHERE new.item != old.item OR NOT (new.ends <=> old.ends))"
  );
}

function deletedOf(revision: Revision): string {
  return `(SELECT * FROM (${liveItems(revision.file.alias)}) WHERE id NOT IN (SELECT id FROM (${itemsOf(revision)})))`;
}

/** The items of a stored watchlist that are not deleted. */
function liveItems(alias: string): string {
  // As a tuple, because `argMax` alone passes over nulls.
  const latest = "argMax(tuple(SearchKey, WatchlistItem, TimeToLive, CreatedTimeUTC, _DTItemStatus), _DTTimestamp)";
  return (
    "SELECT id, last.1 AS key, last.2 AS item, last.3 AS ends, last.4 AS born FROM" +
    ` (SELECT _DTItemId AS id, ${latest} AS last FROM ${watchlistTable}` +
    ` WHERE ${isOf(alias)} AND _DTItemType = 'watchlist-item' GROUP BY _DTItemId) WHERE last.5 != 'Delete'`
  );
}

function isOf(alias: string): string {
  return `lower(WatchlistAlias) = lower(${quoteText(alias)})`;
}

function listId(alias: string): string {
  return lowerHex(`lower(${quoteText(alias)})`);
}

function lowerHex(text: string): string {
  return `lower(hex(MD5(${text})))`;
}
