import { rejectedFolder } from "../ingest/rejects.js";
import type { Workspace } from "../main.js";
import type { Terminal } from "./terminal.js";

/**
 * Loads the logs of `--data`, and says on standard error what a person should know about each source. False where the disk had no
 * room for one of them.
 */
export async function loadData(
  terminal: Terminal,
  workspace: Pick<Workspace, "store" | "clock" | "folder">,
  paths: readonly string[],
): Promise<boolean> {
  const { ingestPaths } = await import("../ingest/ingest.js");
  let hadRoom = true;
  for await (const result of ingestPaths(workspace.store, paths, {
    now: workspace.clock,
    rejectedFolder: rejectedFolder(workspace),
  })) {
    if (result.diskFull === true) hadRoom = false;
    for (const { message } of result.messages) await terminal.err.write(`${message}\n`);
    if (result.rejected > 0) {
      const kept = result.rejectedFile === undefined ? "" : `, kept in ${result.rejectedFile}`;
      await terminal.err.write(`${result.source}: ${result.rejected} of ${result.read} rows rejected${kept}\n`);
    }
    if (result.table === "" && result.skipped !== true) terminal.setExitStatus(1);
  }
  return hadRoom;
}
