import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { WatchlistDescription } from "@calypso/catalog";
import type { Ids } from "../../platform/ids.js";
import { Failure } from "../../store/failures.js";
import { quoteName, quoteText } from "../../store/quoting.js";
import type { Store } from "../../store/store.js";
import { castText } from "../casts.js";
import { jsonLines, named, one } from "../profile.js";
import { splitCsv } from "../split.js";
import { readWatchlistFile, unusable, type WatchlistFile } from "./watchlist-file.js";
import { latestVersion, presentRows, type Revision, statements } from "./watchlist-rows.js";
import { watchlistTable } from "./watchlists.js";

/** What became of one file. */
export interface LoadedWatchlist {
  readonly alias: string;
  readonly items: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  /** Rows that were left out because their search key is empty. */
  readonly skipped: number;
  /** The lines of the first of them. */
  readonly skippedLines: readonly number[];
  /** The same content was loaded before, and nothing was stored. */
  readonly unchanged: boolean;
}

/** What a load takes from outside, and what is said of the file beside what it says itself. */
export interface WatchlistLoad {
  readonly now: Date;
  readonly ids: Ids;
  readonly said?: WatchlistDescription;
}

/** Stores the items of a CSV file as the present state of its watchlist; items that are gone from the file are marked as deleted. */
export async function loadWatchlist(
  store: Store,
  path: string,
  { now, ids, said }: WatchlistLoad,
): Promise<LoadedWatchlist> {
  const file = readWatchlistFile(path, said);
  const broken = file.oddQuotes ? await firstBroken(file) : undefined;
  if (broken !== undefined) throw broken;
  const { path: _, ...described } = file;
  const version = createHash("sha256").update(JSON.stringify(described)).update(readFileSync(path)).digest("hex");
  await store.ensureTable(watchlistTable, store.schema().table(watchlistTable)?.columns ?? []);
  const scratch = quoteName(`_calypso_watchlist_${ids()}`);
  await store.command(
    `CREATE TABLE ${scratch} (n UInt64, ends UInt64, key String, item String, expires String, more String)` +
      " ENGINE = MergeTree ORDER BY n",
  );
  try {
    await readItems(store, file, scratch);
    await assertRows(store, file, scratch);
    const revision: Revision = { file, scratch, version, now };
    const rows = await one<Pick<LoadedWatchlist, "items" | "created" | "updated" | "deleted" | "skipped">>(
      store,
      presentRows(revision),
    );
    if (rows === undefined) throw new Error("a count gave no row");
    const skippedLines = await linesOf(store, file, scratch, "key = '' AND item != ''", 20);
    const latest = await one<{ version: string }>(store, latestVersion(revision));
    if (latest?.version === version) return { alias: file.alias, ...rows, ...nothing, skippedLines, unchanged: true };
    for (const statement of statements(revision)) await store.command(statement);
    return { alias: file.alias, ...rows, skippedLines, unchanged: false };
  } finally {
    await store.command(`DROP TABLE ${scratch}`);
  }
}

const nothing = { created: 0, updated: 0, deleted: 0 };

/** Each row of the file with its number, its search key and, as JSON text, its cells; an empty row has no JSON. */
async function readItems(store: Store, file: WatchlistFile, scratch: string): Promise<void> {
  const cells = file.columns.map((_, index) => `c${index}`);
  const cell = (name: string | undefined) => (name === undefined ? "''" : `c${file.columns.indexOf(name)}`);
  const ends = cells.map((name) => `countSubstrings(${name}, '\\n')`).join(" + ");
  const isBlank = `empty(concat('', ${cells.join(", ")}))`;
  const members = file.columns.map(
    (name, index) => `${quoteText(`${JSON.stringify(name)}:`)}, toJSONString(c${index})`,
  );
  const json = `concat('{', ${members.join(", ',', ")}, '}')`;
  try {
    await store.insertFile({
      into: `${scratch} (n, ends, key, item, expires, more)`,
      select: `rowNumberInAllBlocks() + 1, ${ends}, ${cell(file.searchKey)}, if(${isBlank}, '', ${json}), ${cell(file.expires)}, more`,
      path: file.path,
      format: "CSV",
      structure: [...cells, "more"].map((name) => `${name} String`).join(", "),
      settings: {
        input_format_csv_skip_first_lines: file.headerLines,
        input_format_csv_trim_whitespaces: 0,
        input_format_csv_allow_variable_number_of_columns: 1,
        // One thread, so that the number of a row is its number in the file.
        max_threads: 1,
        input_format_parallel_parsing: 0,
      },
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "bad-data") throw error;
    throw (await firstBroken(file)) ?? error;
  }
}

/** What the engine's parser cannot say, or takes for the end of the file: the first line that is broken. */
async function firstBroken(file: WatchlistFile): Promise<Failure | undefined> {
  const found: Failure[] = [];
  await splitCsv(file.path, "/dev/null", { header: file.columns, delimiter: "," }, async ({ line, reason }) => {
    if (found.length === 0) found.push(unusable(`${file.path}:${line}`, reason));
  });
  return found[0];
}

/** Fields beyond the header would be lost, and an end that is no time would never come: such a file is refused. */
async function assertRows(store: Store, file: WatchlistFile, scratch: string): Promise<void> {
  const [tooLong] = await linesOf(store, file, scratch, "more != ''", 1);
  if (tooLong !== undefined) {
    throw unusable(
      `${file.path}:${tooLong}`,
      `expected ${file.columns.length} fields, as in the header, and found more`,
    );
  }
  const [timeless] = await linesOf(
    store,
    file,
    scratch,
    `expires != '' AND isNull(${castText("datetime", "expires")})`,
    1,
  );
  if (timeless !== undefined) throw unusable(`${file.path}:${timeless}`, `expected a date and time in ${file.expires}`);
}

/** The lines on which rows begin that a condition holds for, the first `most` of them. */
async function linesOf(
  store: Store,
  file: WatchlistFile,
  scratch: string,
  condition: string,
  most: number,
): Promise<readonly number[]> {
  const before = "sum(ends) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - ends";
  const placed = `SELECT n, key, item, expires, more, ${file.headerLines} + n + ${before} AS line FROM ${scratch}`;
  const sql = `SELECT line FROM (${placed}) WHERE ${condition} ORDER BY n LIMIT ${most}`;
  const lines: number[] = [];
  for await (const { line } of jsonLines<{ line: number }>(
    store,
    `SELECT ${named({ line: "Float64" })} FROM (${sql})`,
  )) {
    lines.push(line);
  }
  return lines;
}
