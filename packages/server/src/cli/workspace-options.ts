import type { Problem } from "@calypso/catalog";
import type { Command } from "commander";
import type { Workspace, WorkspaceOptions } from "../main.js";
import { loadData } from "./load-data.js";
import { loadWatchlists } from "./load-watchlists.js";
import { type Terminal, UsageError } from "./terminal.js";

/** The options of every command that works in a workspace, as commander hands them over. */
export interface WorkspaceFlags {
  readonly workspace?: string;
  readonly data?: readonly string[];
  readonly externaldataDir?: string;
  readonly allowHost?: readonly string[];
  readonly functions?: readonly string[];
  readonly watchlists?: readonly string[];
  readonly addressDatabase?: string;
  readonly timeout?: number;
  readonly maxRows?: number;
}

/** Adds the options of `WorkspaceFlags`. */
export function addWorkspaceOptions(command: Command): Command {
  return command
    .option("--workspace <path|url>", "the workspace: a folder, or a ClickHouse server (or CALYPSO_WORKSPACE)")
    .option("--data <path>", "logs to load first; a file or folder (repeatable)", collect)
    .option("--externaldata-dir <folder>", "take the files of externaldata from here, without a network")
    .option("--allow-host <host>", "let externaldata fetch from this host (repeatable)", collect)
    .option("--functions <path>", "saved functions: a file or folder of YAML, ARM JSON or KQL (repeatable)", collect)
    .option("--watchlists <path>", "watchlists: a CSV file or a folder of them (repeatable)", collect)
    .option("--address-database <file>", "where addresses are: an .mmdb file (or CALYPSO_ADDRESS_DATABASE)")
    .option("--timeout <seconds>", "the longest that one query may run", positiveNumber)
    .option("--max-rows <count>", "the most rows that one query may return", positiveNumber);
}

/** Runs `work` in the workspace that the flags name, with the data loaded, and closes it whatever happens. */
export async function inWorkspace<T>(
  terminal: Terminal,
  flags: WorkspaceFlags,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const { openWorkspace } = await import("../main.js");
  const workspace = await openWorkspace(workspaceOptions(terminal, flags));
  try {
    for (const problem of workspace.problems) await printProblem(terminal, problem);
    if (flags.data !== undefined) await loadData(terminal, workspace, flags.data);
    await loadWatchlists(terminal, workspace, flags.watchlists ?? []);
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}

async function printProblem(terminal: Terminal, problem: Problem): Promise<void> {
  const { printProblem: printed } = await import("@calypso/catalog");
  await terminal.err.write(`${printed(problem)}\n`);
}

/** What the flags and the environment say about the workspace. */
export function workspaceOptions(terminal: Terminal, flags: WorkspaceFlags): WorkspaceOptions {
  const workspace = flags.workspace ?? (terminal.environment["CALYPSO_WORKSPACE"] || undefined);
  const addresses = flags.addressDatabase ?? (terminal.environment["CALYPSO_ADDRESS_DATABASE"] || undefined);
  return {
    ...(workspace === undefined ? {} : { workspace }),
    ...(flags.externaldataDir === undefined ? {} : { externaldataDir: flags.externaldataDir }),
    ...(flags.allowHost === undefined ? {} : { allowHosts: flags.allowHost }),
    ...(flags.functions === undefined ? {} : { functions: flags.functions }),
    ...(addresses === undefined ? {} : { addressDatabase: addresses }),
    limits: {
      ...(flags.timeout === undefined ? {} : { maxSeconds: flags.timeout }),
      ...(flags.maxRows === undefined ? {} : { maxResultRows: flags.maxRows }),
    },
  };
}

/** For an option that may come several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new UsageError(`${text} is not a number above 0`);
}
