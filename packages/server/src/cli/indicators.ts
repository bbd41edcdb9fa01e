import type { Command } from "commander";
import { instantOf } from "../platform/clock.js";
import { Failure } from "../store/failures.js";
import { pullOptions } from "./pull-options.js";
import { type Terminal, UsageError } from "./terminal.js";
import { addWorkspaceOptions, inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso indicators pull`. */
interface PullFlags extends WorkspaceFlags {
  readonly credentials?: string;
  readonly since?: string;
}

/** `calypso indicators`: threat indicators of TAXII servers, and what is done with those that are stored. */
export function register(command: Command, terminal: Terminal): void {
  command.enablePositionalOptions();
  addWorkspaceOptions(command.command("pull"))
    .description("load what was added to TAXII 2.1 collections since the last pull")
    .argument("<url...>", "addresses of servers, API roots or collections")
    .option("--credentials <file>", "a JSON file with token, or with user and password")
    .option("--since <time>", "load what was added after this time, whatever was pulled before")
    .action((urls: readonly string[], flags: PullFlags) => pull(terminal, urls, flags));
  addWorkspaceOptions(command.command("delete"))
    .description("mark indicators and other STIX objects as deleted")
    .argument("<id...>", "ids such as indicator--…")
    .action((ids: readonly string[], flags: WorkspaceFlags) => remove(terminal, ids, flags));
}

async function pull(terminal: Terminal, urls: readonly string[], flags: PullFlags): Promise<void> {
  assertWorkspace(terminal, flags);
  const since = flags.since === undefined ? undefined : instantOf(flags.since);
  if (flags.since !== undefined && since === undefined)
    throw new UsageError(`${flags.since} is not a time such as 2026-10-14T03:00:00Z`);
  const { pullIndicators } = await import("../ingest/taxii/pull.js");
  await inWorkspace(terminal, flags, async (workspace) => {
    const options = {
      ...(await pullOptions(terminal, workspace, flags)),
      ...(since === undefined ? {} : { since: since.toISOString() }),
    };
    for (const url of urls) {
      try {
        for await (const result of pullIndicators(workspace.store, url, options)) {
          await terminal.out.write(`${JSON.stringify(result)}\n`);
          if (result.table === "") terminal.setExitStatus(1);
        }
      } catch (error) {
        // The other servers are asked all the same.
        if (!(error instanceof Failure) || !error.code.startsWith("external-")) throw error;
        await terminal.err.write(`${error.message}${error.hint === undefined ? "" : `\n  ${error.hint}`}\n`);
        terminal.setExitStatus(1);
      }
    }
  });
}

async function remove(terminal: Terminal, ids: readonly string[], flags: WorkspaceFlags): Promise<void> {
  assertWorkspace(terminal, flags);
  const { deleteObjects } = await import("../ingest/stix/delete-indicators.js");
  await inWorkspace(terminal, flags, async ({ store, clock }) => {
    const deleted = await deleteObjects(store, ids, clock());
    await terminal.err.write(`${deleted} of ${new Set(ids).size} deleted\n`);
    if (deleted < new Set(ids).size) terminal.setExitStatus(1);
  });
}

function assertWorkspace(terminal: Terminal, flags: WorkspaceFlags): void {
  if ((flags.workspace ?? terminal.environment["CALYPSO_WORKSPACE"] ?? "") !== "") return;
  throw new UsageError("say where the indicators are kept: --workspace or CALYPSO_WORKSPACE");
}
