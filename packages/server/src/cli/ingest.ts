import type { Command } from "commander";
import { rejectedFolder } from "../ingest/rejects.js";
import { type Terminal, UsageError } from "./terminal.js";
import { addWorkspaceOptions, inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso ingest`. */
interface IngestFlags extends WorkspaceFlags {
  readonly table?: string;
  readonly as?: string;
}

/** `calypso ingest`. */
export function register(command: Command, terminal: Terminal): void {
  addWorkspaceOptions(command)
    .argument("<path...>", "files or folders of logs")
    .option("--table <name>", "the table that all of them belong to")
    .option("--as <format>", "the form that all of them have, instead of finding it out")
    .action((paths: readonly string[], flags: IngestFlags) => ingest(terminal, paths, flags));
}

async function ingest(terminal: Terminal, paths: readonly string[], flags: IngestFlags): Promise<void> {
  if ((flags.workspace ?? terminal.environment["CALYPSO_WORKSPACE"] ?? "") === "") {
    throw new UsageError("say where to keep the logs: --workspace or CALYPSO_WORKSPACE");
  }
  const { ingestPaths, problemOf } = await import("../ingest/ingest.js");
  const form = {
    ...(flags.table === undefined ? {} : { table: flags.table }),
    ...(flags.as === undefined ? {} : { format: flags.as }),
  };
  const problem = problemOf(form);
  if (problem !== undefined) throw new UsageError(problem);
  await inWorkspace(terminal, flags, async (workspace) => {
    const options = { now: workspace.clock, rejectedFolder: rejectedFolder(workspace), ...form };
    for await (const result of ingestPaths(workspace.store, paths, options)) {
      await terminal.out.write(`${JSON.stringify(result)}\n`);
      if (result.table === "" && result.skipped !== true) terminal.setExitStatus(1);
    }
  });
}
