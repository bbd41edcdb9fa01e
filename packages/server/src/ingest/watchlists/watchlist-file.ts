import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { readWatchlistDescription, type WatchlistDescription } from "@calypso/catalog";
import { Failure } from "../../store/failures.js";
import { reasonOf } from "../files.js";

/** A watchlist on disk: a CSV file, and what is said of it. */
export interface WatchlistFile {
  readonly path: string;
  readonly alias: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly searchKey: string;
  /** The column that says when an item ends; none does where absent. */
  readonly expires?: string;
  /** Lines that the header takes up. */
  readonly headerLines: number;
  /** There may be a quote that is never closed. */
  readonly oddQuotes: boolean;
}

/** Columns that every watchlist has already. */
const reserved = new Set(["_DTItemId", "LastUpdatedTimeUTC", "SearchKey"]);

/** Reads the header of a CSV file and the YAML file of the same name beside it, if there is one; what is `said` wins over that. */
export function readWatchlistFile(path: string, said: WatchlistDescription = {}): WatchlistFile {
  const stem = path.replace(/\.csv$/i, "");
  const beside = [`${stem}.yaml`, `${stem}.yml`].find(existsSync);
  const written = beside === undefined ? {} : readWatchlistDescription(readFileSync(beside, "utf8"));
  if (written === undefined) throw unusable(beside ?? path, "it is not YAML with `alias` and `searchKey`");
  const described = { ...written, ...said };
  const text = textOf(path);
  const { names: columns, lines, end } = headerOf(text);
  const alias = described.alias ?? basename(stem);
  const [first = ""] = columns;
  const searchKey = described.searchKey ?? first;
  const { expires } = described;
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  const taken = columns.find((name) => reserved.has(name));
  if (text[end] === "\r" && text[end + 1] !== "\n") throw unusable(path, "its lines end with a carriage return alone");
  if (end < text.length && text[end] !== "\r" && text[end] !== "\n")
    throw unusable(path, "the header has text after a closing quote, or a quote that is never closed");
  if (alias.trim() === "") throw unusable(path, "its alias is empty");
  if (first === "" || columns.includes("")) throw unusable(path, "the header has a column without a name");
  if (twice !== undefined) throw unusable(path, `the header has the column ${twice} twice`);
  if (taken !== undefined)
    throw unusable(path, `${taken} is a column that every watchlist has, and cannot be one of its own`);
  if (!columns.includes(searchKey)) throw unusable(path, `the search key ${searchKey} is none of its columns`);
  if (expires !== undefined && !columns.includes(expires))
    throw unusable(path, `${expires}, which should say when an item ends, is none of its columns`);
  const ends = expires === undefined ? {} : { expires };
  const oddQuotes = text.split('"').length % 2 === 0;
  return { path, alias, name: described.name ?? alias, columns, searchKey, ...ends, headerLines: lines, oddQuotes };
}

/** A file that cannot be loaded as a watchlist, and why. */
export function unusable(path: string, reason: string): Failure {
  return new Failure("watchlist-unusable", `${path}: ${reason}`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unusable(path, reasonOf(error));
  }
}

/** The names in the first record of a CSV text, whose quoted names may hold line ends, and where that record ends. */
function headerOf(text: string): { readonly names: readonly string[]; readonly lines: number; readonly end: number } {
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
  return { names, lines: text.slice(0, at).split("\n").length, end: at };
}
