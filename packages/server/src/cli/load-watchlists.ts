import { existsSync } from "node:fs";
import { join } from "node:path";
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
      const { alias, skipped } = await loadWatchlist(workspace.store, path, {
        now: workspace.clock(),
        ids: workspace.ids,
      });
      if (skipped > 0)
        await terminal.err.write(`${path}: ${skipped} rows of ${alias} left out, as they have no search key\n`);
    }
  }
  await workspace.watchlists.refresh(workspace.store);
}
