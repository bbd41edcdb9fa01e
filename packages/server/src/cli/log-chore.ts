import { stat } from "node:fs/promises";
import { filesUnder } from "../ingest/files.js";
import { lastLoadOf } from "../ingest/ledger.js";
import type { Workspace } from "../main.js";
import { changedFiles } from "../service/changed-files.js";
import type { DiskRoom } from "../service/disk-room.js";
import { failureFrom } from "../store/failures.js";
import { loadData } from "./load-data.js";
import { printable } from "./printable.js";
import type { Terminal } from "./terminal.js";

/**
 * Loads files that came into a folder, once nobody is writing them. A file that changes afterwards is left out and named: to
 * load it again would store its rows a second time. While the disk has no room, files wait.
 */
export function logChore(
  terminal: Terminal,
  workspace: Pick<Workspace, "store" | "clock" | "folder">,
  folders: readonly string[],
  room: DiskRoom,
): () => Promise<void> {
  const files = changedFiles(async () => {
    const found: string[] = [];
    for await (const { path, problem } of filesUnder(folders)) if (problem === undefined) found.push(path);
    return found;
  });
  const waiting = new Set<string>();
  /** Files of which the disk had room for a part, perhaps: what of them is stored is not stored again. */
  const begun = new Set<string>();
  const changed = new Set<string>();
  const take = async (path: string) => {
    const loaded = begun.has(path) ? undefined : await lastLoadOf(workspace.store, path);
    if (loaded === undefined) {
      begun.add(path);
      if (!(await loadData(terminal, workspace, [path]))) return false;
      begun.delete(path);
      await terminal.err.write(`${printable(path)}: loaded\n`);
    } else if ((await stat(path)).mtime > loaded && !changed.has(path)) {
      changed.add(path);
      const advice = "it is not loaded again; put what is new into a file of its own";
      await terminal.err.write(`${printable(`${path}: changed after it was loaded: ${advice}`)}\n`);
    }
    return true;
  };
  return async () => {
    for (const path of await files.settled()) waiting.add(path);
    for (const path of waiting) {
      if (!(await room.enough())) return;
      const isTaken = await take(path).catch((error: unknown) => {
        if (failureFrom(error).code === "store-full") return false;
        waiting.delete(path);
        begun.delete(path);
        throw error;
      });
      if (isTaken) waiting.delete(path);
      else {
        room.refused();
        await room.enough();
        return;
      }
    }
  };
}
