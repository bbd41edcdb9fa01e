import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { instantOf, ticksOf } from "../platform/clock.js";
import { Failure } from "../store/failures.js";
import { type QueryFormat, queryFormats } from "./query-format.js";
import { type Terminal, UsageError } from "./terminal.js";
import { addWorkspaceOptions, inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso query`. */
export interface QueryFlags extends WorkspaceFlags {
  readonly file?: string;
  readonly format?: string;
  readonly batch?: string;
  readonly check?: boolean;
  readonly explainSql?: boolean;
  readonly strict?: boolean;
  readonly from?: string;
  readonly to?: string;
}

/** `calypso query`. */
export function register(command: Command, terminal: Terminal): void {
  addWorkspaceOptions(command)
    .argument("[kql]", "the query")
    .option("--file <path>", "read the query from a file")
    .option("--format <format>", `${queryFormats.join(", ")} (table on a terminal, json otherwise)`)
    .option("--batch <file>", "run the queries of a file, one JSON object a line; - reads standard input")
    .option("--check", "compile without running")
    .option("--explain-sql", "print the SQL instead of rows")
    .option("--strict", "take a column that does not exist for an error")
    .option("--from <time>", "only rows whose TimeGenerated is at or after this time")
    .option("--to <time>", "only rows whose TimeGenerated is before this time")
    .action((kql: string | undefined, flags: QueryFlags) => query(terminal, kql, flags));
}

async function query(terminal: Terminal, kql: string | undefined, flags: QueryFlags): Promise<void> {
  const format = formatOf(terminal, flags);
  const given = [kql, flags.file, flags.batch].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError("give one query: as an argument, with --file or with --batch");
  const scope = timeScope(flags);
  const text = flags.file === undefined ? kql : await readQuery(flags.file);
  await inWorkspace(terminal, flags, async (workspace) => {
    const session = { terminal, workspace, flags, format, ...(scope === undefined ? {} : { timeScope: scope }) };
    // The compiler is read only here: wrong usage is told without it.
    const isDone =
      flags.batch === undefined
        ? await (await import("./query-one.js")).runOne(session, { text: text ?? "", name: flags.file ?? "query" })
        : await (await import("./query-batch.js")).runBatch(session, flags.batch);
    if (!isDone) terminal.setExitStatus(1);
  });
}

function formatOf(terminal: Terminal, flags: QueryFlags): QueryFormat {
  const name = flags.format ?? (terminal.interactive ? "table" : "json");
  const format = queryFormats.find((known) => known === name);
  if (format === undefined) throw new UsageError(`${name} is not a format: ${queryFormats.join(", ")}`);
  return format;
}

function timeScope(flags: QueryFlags): { readonly from: bigint; readonly to: bigint } | undefined {
  if (flags.from === undefined && flags.to === undefined) return undefined;
  return { from: ticksOfFlag(flags.from, "0001-01-01"), to: ticksOfFlag(flags.to, "9999-12-31T23:59:59.999Z") };
}

function ticksOfFlag(text: string | undefined, otherwise: string): bigint {
  const date = instantOf(text ?? otherwise);
  if (date === undefined) throw new UsageError(`${text} is not a time such as 2026-10-14T03:00:00Z`);
  return ticksOf(date);
}

async function readQuery(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
  } catch (cause) {
    throw new Failure("file-unreadable", `the query file ${path} cannot be read`, { cause });
  }
}
