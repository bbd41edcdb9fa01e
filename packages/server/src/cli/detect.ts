import { printProblem } from "@calypso/catalog";
import type { Command } from "commander";
import type { LoadedRules } from "../detect/load.js";
import type { DetectEvent } from "../detect/run.js";
import type { Window } from "../detect/ticks.js";
import type { Workspace } from "../main.js";
import { alertColumns, alertLine, alertRow, errorLine, remarksOf } from "./alert-lines.js";
import { counted } from "./counted.js";
import { hiddenCounts } from "./hidden-counts.js";
import { formatOf, optionalRange, wholeNumber } from "./options.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import { writeTable } from "./table.js";
import { type Terminal, UsageError } from "./terminal.js";
import { addWorkspaceOptions, collect, inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso detect`. */
export interface DetectFlags extends WorkspaceFlags {
  readonly rules?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly format?: string;
  readonly strict?: boolean;
  readonly maxAlerts?: number;
}

/** `calypso detect`. */
export function register(command: Command, terminal: Terminal): void {
  addWorkspaceOptions(command)
    .option(
      "--rules <path...>",
      "rules to run: files or folders of Sentinel YAML, ARM JSON or KQL (repeatable)",
      collect,
    )
    .option("--from <time>", "replay each rule on its own schedule from this time")
    .option("--to <time>", "… up to this time")
    .option("--format <format>", "table or ndjson (table on a terminal, ndjson otherwise)")
    .option("--strict", "take a column that does not exist for an error")
    .option(
      "--max-alerts <count>",
      "the most alerts that one run of a rule raises; says what it held back",
      wholeNumber,
    )
    .action((flags: DetectFlags) => detectCommand(terminal, flags));
  // Several paths may follow one --data, as there is no argument they could be taken for.
  for (const option of command.options) if (option.long === "--data") option.variadic = true;
}

async function detectCommand(terminal: Terminal, flags: DetectFlags): Promise<void> {
  const { rules: paths } = flags;
  if (paths === undefined) throw new UsageError("give the rules to run with --rules");
  const format = formatOf(terminal, flags);
  const range = optionalRange(flags);
  const { loadRules } = await import("../detect/load.js");
  const loaded = await loadRules(ruleFilesOnDisk, paths);
  await inWorkspace(terminal, flags, async (workspace) => {
    const counts = { alerts: 0, failed: 0 };
    const lines = outcomes(terminal, loaded, runRules(terminal, workspace, loaded, flags, range), format, counts);
    if (format === "table") await writeTable(terminal.out, alertColumns, lines);
    else for await (const line of lines) await terminal.out.write(`${line}\n`);
    const failed = counts.failed === 0 ? "" : `, ${counts.failed} could not run`;
    await terminal.err.write(`${counted(loaded.rules.length, "rule")}, ${counted(counts.alerts, "alert")}${failed}\n`);
    if (counts.failed > 0) terminal.setExitStatus(1);
  });
}

async function* runRules(
  terminal: Terminal,
  workspace: Workspace,
  loaded: LoadedRules,
  flags: DetectFlags,
  range: Window | undefined,
): AsyncGenerator<DetectEvent> {
  const [{ detect }, { queryPorts }, { ticksOf }] = await Promise.all([
    import("../detect/run.js"),
    import("../search/run-query.js"),
    import("../platform/clock.js"),
  ]);
  const { store, clock } = workspace;
  const ports = queryPorts(store, { signal: terminal.signal });
  for await (const event of detect(ports, loaded.rules, {
    now: ticksOf(clock()),
    ...(range === undefined ? {} : { range }),
    ...(flags.strict === undefined ? {} : { strict: flags.strict }),
    ...(flags.maxAlerts === undefined ? {} : { limits: { alerts: flags.maxAlerts } }),
  })) {
    if (terminal.signal.aborted) return;
    yield event;
  }
}

/** The lines of the result; all else goes to standard error as it comes. */
async function* outcomes(
  terminal: Terminal,
  loaded: LoadedRules,
  events: AsyncIterable<DetectEvent>,
  format: "table" | "ndjson",
  counts: { alerts: number; failed: number },
): AsyncGenerator<string> {
  const tell = (text: string) => terminal.err.write(`${printable(text)}\n`);
  const obstacles = new Set(loaded.rules.map((rule) => rule.obstacle));
  for (const problem of loaded.problems) {
    if (obstacles.has(problem)) continue;
    await tell(printProblem(problem));
    if (problem.severity !== "error") continue;
    counts.failed += 1;
    if (format === "ndjson") yield errorLine(undefined, problem);
  }
  const hidden = hiddenCounts();
  for await (const event of events) {
    const { rule } = event;
    switch (event.kind) {
      case "alert":
        counts.alerts += 1;
        yield format === "table" ? alertRow(rule, event.alert) : alertLine(rule, event.alert);
        break;
      case "warning":
        await tell(printProblem(event.diagnosis));
        break;
      case "failed":
        counts.failed += 1;
        await tell(printProblem(event.diagnosis));
        if (format === "ndjson") yield errorLine(rule, event.diagnosis);
        break;
      case "ran":
        hidden.add(rule, event.evaluation.hidden);
        for (const text of remarksOf(event.evaluation)) await tell(`${rule.file}: ${rule.name}: ${text}`);
        break;
      case "suppressed":
        await tell(
          `${rule.file}: ${rule.name}: ${counted(event.runs, "run")} left out, by its suppression after an alert`,
        );
        break;
      default:
        event satisfies never;
    }
  }
  for (const text of hidden.lines()) await tell(text);
}
