import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { readWatchlistDescription } from "@calypso/catalog";
import { Failure } from "../../store/failures.js";

/** A watchlist on disk: a CSV file, and what is said of it. */
export interface WatchlistFile {
  readonly path: string;
  readonly alias: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly searchKey: string;
  /** Lines that the header takes up. */
  readonly headerLines: number;
}

/** Columns that every watchlist has already. */
const reserved = new Set(["_DTItemId", "LastUpdatedTimeUTC", "SearchKey"]);

/** Reads the header of a CSV file and the YAML file of the same name beside it, if there is one. */
export function readWatchlistFile(path: string): WatchlistFile {
  const stem = path.replace(/\.csv$/i, "");
  const beside = [`${stem}.yaml`, `${stem}.yml`].find(existsSync);
  const described = beside === undefined ? {} : readWatchlistDescription(readFileSync(beside, "utf8"));
  if (described === undefined) throw unusable(beside ?? path, "it is not YAML with `alias` and `searchKey`");
  const { names: columns, lines } = headerOf(readFileSync(path, "utf8"));
  const alias = described.alias ?? basename(stem);
  const [first = ""] = columns;
  const searchKey = described.searchKey ?? first;
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  const taken = columns.find((name) => reserved.has(name));
  if (first === "" || columns.includes("")) throw unusable(path, "the header has a column without a name");
  if (twice !== undefined) throw unusable(path, `the header has the column ${twice} twice`);
  if (taken !== undefined)
    throw unusable(path, `${taken} is a column that every watchlist has, and cannot be one of its own`);
  if (!columns.includes(searchKey)) throw unusable(path, `the search key ${searchKey} is none of its columns`);
  return { path, alias, name: described.name ?? alias, columns, searchKey, headerLines: lines };
}

function unusable(path: string, reason: string): Failure {
  return new Failure("watchlist-unusable", `${path}: ${reason}`);
}

/** The names in the first record of a CSV text, whose quoted names may hold line ends. */
function headerOf(text: string): { readonly names: readonly string[]; readonly lines: number } {
  const names: string[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  for (;;) {
    const cell = /"((?:[^"]|"")*)"|[^,\r\n]*/y;
    cell.lastIndex = at;
    const [written = "", quoted] = cell.exec(text) ?? [];
    names.push((quoted?.replaceAll('""', '"') ?? written).trim());
    at += written.length;
    if (text[at] !== ",") break;
    at += 1;
  }
  return { names, lines: text.slice(0, at).split("\n").length };
}
