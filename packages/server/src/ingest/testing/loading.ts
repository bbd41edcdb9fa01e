import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { runQuery } from "../../search/run-query.js";
import type { Store } from "../../store/store.js";
import { type IngestOptions, ingestPaths } from "../ingest.js";
import type { IngestResult } from "../result.js";

/** What became of a file, by a clock that stands still; rejected rows are kept in the folder. */
export async function loadPath(
  store: Store,
  folder: string,
  path: string,
  options: Partial<IngestOptions> = {},
): Promise<readonly IngestResult[]> {
  const results: IngestResult[] = [];
  const settings = {
    now: () => new Date("2026-10-14T03:00:00Z"),
    rejectedFolder: join(folder, "rejected"),
    ...options,
  };
  for await (const result of ingestPaths(store, [path], settings)) results.push(result);
  return results;
}

/** The path of a new file of rows, one a line; a text is a line as it is. */
export function fileOf(folder: string, name: string, rows: readonly (object | string)[]): string {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row))).join("\n"));
  return path;
}

/** The rows of a query that has nothing to be said of it. */
export async function answerOf(store: Store, text: string): Promise<readonly unknown[]> {
  const { compilation, rows } = await runQuery(store, { text, now: 0n });
  expect(compilation.diagnostics).toEqual([]);
  const found: unknown[] = [];
  for await (const row of rows) found.push(JSON.parse(row));
  return found;
}
