import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LoadedWatchlist } from "../ingest/watchlists/load-watchlists.js";
import type { Workspace } from "../main.js";
import { Failure } from "../store/failures.js";
import type { Terminal } from "./terminal.js";

/** Loads the watchlists of the workspace's folder `watchlists` and of the paths, and says what was left out. */
export async function loadWatchlists(
  terminal: Terminal,
  workspace: Workspace,
  paths: readonly string[],
): Promise<void> {
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined)
    throw new Failure("file-unreadable", `there is no file or folder ${missing} with watchlists`);
  const own = workspace.folder === undefined ? [] : [join(workspace.folder, "watchlists")].filter(existsSync);
  if (own.length + paths.length > 0) {
    const [{ filesBelow }, { loadWatchlist }] = await Promise.all([
      import("../platform/text-files.js"),
      import("../ingest/watchlists/load-watchlists.js"),
    ]);
    for (const path of [...own, ...paths].flatMap((root) => filesBelow(root, /\.csv$/i))) {
      const loaded = await loadWatchlist(workspace.store, path, { now: workspace.clock(), ids: workspace.ids });
      await terminal.err.write(withoutKey(path, loaded));
    }
  }
  await workspace.watchlists.refresh(workspace.store);
}

/** The sentence about rows that were left out, with the lines of the first; '' where there are none. */
export function withoutKey(
  path: string,
  { alias, skipped, skippedLines }: Pick<LoadedWatchlist, "alias" | "skipped" | "skippedLines">,
): string {
  if (skipped === 0) return "";
  const lines = `${skippedLines.join(", ")}${skipped > skippedLines.length ? ", …" : ""}`;
  const rows = skipped === 1 ? `line ${lines}` : `${skipped} rows (lines ${lines})`;
  return `${path}: ${rows} of ${alias} left out, as there is no search key\n`;
}
