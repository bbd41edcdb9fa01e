import { printProblem } from "@calypso/catalog";
import type { Column } from "@calypso/kql";
import { type Command, Option } from "commander";
import { loadRules } from "../detect/load.js";
import type { FeedState } from "../feeds/look.js";
import { instantOf } from "../platform/clock.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import { writeTable } from "./table.js";
import { type Terminal, UsageError } from "./terminal.js";
import { addWorkspaceOptions, collect, inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso feeds`. */
interface FeedsFlags extends WorkspaceFlags {
  readonly rules?: readonly string[];
  readonly at?: string;
  readonly format?: "table" | "json" | "ndjson";
}

/** `calypso feeds`. */
export function register(command: Command, terminal: Terminal): void {
  addWorkspaceOptions(command)
    .option(
      "--rules <path>",
      "the rules whose tables and columns are looked at: a file or folder (repeatable)",
      collect,
    )
    .option("--at <time>", "look as of this time, for logs that are old; now where absent")
    .addOption(
      new Option("--format <format>", "table, json or ndjson (table on a terminal, json otherwise)").choices([
        "table",
        "json",
        "ndjson",
      ]),
    )
    .action((flags: FeedsFlags) => feeds(terminal, flags));
}

/** The exit status is 1 where something drifts or cannot be looked at. */
async function feeds(terminal: Terminal, flags: FeedsFlags): Promise<void> {
  const { rules: paths, at } = flags;
  if (paths === undefined) throw new UsageError("give the rules that read the feeds with --rules");
  const time = at === undefined ? undefined : instantOf(at);
  if (at !== undefined && time === undefined) {
    throw new UsageError(`${at} is not a time such as 2026-10-14T03:00:00Z`);
  }
  const [{ lookAtFeeds }, { watchedTables }, { queryPorts }] = await Promise.all([
    import("../feeds/look.js"),
    import("../feeds/watched.js"),
    import("../search/run-query.js"),
  ]);
  const format = flags.format ?? (terminal.interactive ? "table" : "json");
  const loaded = await loadRules(ruleFilesOnDisk, paths);
  for (const problem of loaded.problems) {
    if (problem.severity !== "error") continue;
    await terminal.err.write(`${printable(printProblem(problem))}\n`);
    terminal.setExitStatus(1);
  }
  await inWorkspace(terminal, flags, async ({ store, clock }) => {
    const ports = queryPorts(store, { signal: terminal.signal });
    const states = lookAtFeeds(ports, await watchedTables(ports, loaded.rules), time ?? clock());
    if (format === "table") return writeTable(terminal.out, columns, rowsOf(terminal, states));
    let count = 0;
    for await (const state of judged(terminal, states)) {
      const before = format === "ndjson" ? "" : count === 0 ? "[\n" : ",\n";
      await terminal.out.write(`${before}${JSON.stringify(state)}${format === "ndjson" ? "\n" : ""}`);
      count += 1;
    }
    if (format === "json") await terminal.out.write(count === 0 ? "[]\n" : "\n]\n");
  });
}

async function* judged(terminal: Terminal, states: AsyncIterable<FeedState>): AsyncGenerator<FeedState> {
  for await (const state of states) {
    if (state.status === "drifting" || state.status === "not looked at") terminal.setExitStatus(1);
    yield state;
  }
}

const columns: readonly Column[] = [
  { name: "Table", type: "string" },
  { name: "Field", type: "string" },
  { name: "State", type: "string" },
  { name: "LastEvent", type: "string" },
  { name: "RowsPerHour", type: "real" },
  { name: "UsualRowsPerHour", type: "real" },
  { name: "Filled", type: "string" },
  { name: "UsuallyFilled", type: "string" },
  { name: "Distinct", type: "long" },
  { name: "LagSeconds", type: "real" },
  { name: "Rules", type: "long" },
];

/** A line for each table, and below it one for each of its columns. */
async function* rowsOf(terminal: Terminal, states: AsyncIterable<FeedState>): AsyncGenerator<string> {
  for await (const state of judged(terminal, states)) {
    const { table, status, last, volume, lag, fields, drifts, rules, problem } = state;
    const told = drifts.find(({ field }) => field === undefined)?.message ?? problem ?? status;
    const rates = [tenth(volume.recent), tenth(volume.usual)];
    yield JSON.stringify([
      ...[table, "", told, last?.toISOString() ?? "", ...rates],
      ...["", "", null, lag === undefined ? null : tenth(lag), rules.length],
    ]);
    for (const { name, fillRate, distinct, rules: readers } of fields) {
      const drift = drifts.find(({ field }) => field === name)?.message ?? "";
      const filled = [percent(fillRate.recent), percent(fillRate.usual)];
      yield JSON.stringify([table, name, drift, "", null, null, ...filled, distinct, null, readers.length]);
    }
  }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function percent(share: number | null): string {
  if (share === null) return "";
  return `${share > 0 && share < 0.001 ? "<0.1" : tenth(share * 100)} %`;
}
