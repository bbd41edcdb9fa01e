import { printProblem } from "@calypso/catalog";
import type { Command } from "commander";
import type { LoadedRules } from "../detect/load.js";
import type { Window } from "../detect/ticks.js";
import type { ReplayOptions } from "../replay/replay.js";
import type { RuleInForce } from "../service/rules-in-force.js";
import { counted } from "./counted.js";
import { formatOf, optionalRange, type ResultFormat, wholeNumber } from "./options.js";
import { printable } from "./printable.js";
import type { ReplayCounts } from "./replay-lines.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import { type Terminal, UsageError } from "./terminal.js";
import { addWorkspaceOptions, collect, inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso replay`. */
interface ReplayFlags extends WorkspaceFlags {
  readonly from?: string;
  readonly to?: string;
  readonly against?: readonly string[];
  readonly format?: string;
  readonly strict?: boolean;
  readonly maxAlerts?: number;
  readonly byArrival?: boolean;
  readonly includeDisabled?: boolean;
  readonly failOnChange?: boolean;
}

/** `calypso replay`. */
export function register(command: Command, terminal: Terminal): void {
  addWorkspaceOptions(command.argument("<path...>", "rules: files or folders of Sentinel YAML, ARM JSON or KQL"))
    .option("--from <time>", "run the windows that end after this time")
    .option("--to <time>", "… and not after this time")
    .option("--against <path>", "compare with this version of the rules: a file or folder (repeatable)", collect)
    .option("--format <format>", "table or ndjson (table on a terminal, ndjson otherwise)")
    .option("--strict", "take a column that does not exist for an error")
    .option("--max-alerts <count>", "the most alerts that one window of a rule raises", wholeNumber)
    .option("--by-arrival", "cut the windows of rules that look at arrival by it, as the service did")
    .option("--include-disabled", "run rules that are off, too")
    .option("--fail-on-change", "with --against: exit status 1 where alerts were added, lost or changed")
    .action((paths: readonly string[], flags: ReplayFlags) => replayCommand(terminal, paths, flags));
}

async function replayCommand(terminal: Terminal, paths: readonly string[], flags: ReplayFlags): Promise<void> {
  const range = optionalRange(flags);
  if (range === undefined) throw new UsageError("say which windows to run: --from and --to");
  if (flags.failOnChange === true && flags.against === undefined)
    throw new UsageError("--fail-on-change is of use only with --against");
  const format = formatOf(terminal, flags);
  const [{ loadRules }, printing] = await Promise.all([import("../detect/load.js"), import("./print-replay.js")]);
  const counts: ReplayCounts = { failed: 0, changed: 0 };
  const load = async (from: readonly string[]) =>
    rulesOf(terminal, await loadRules(ruleFilesOnDisk, from), { flags, format, counts });
  const rules = await load(paths);
  const against = flags.against === undefined ? undefined : await load(flags.against);
  await inWorkspace(terminal, flags, async (workspace) => {
    const options = optionsOf(terminal, flags, range);
    if (against === undefined) {
      const { replay } = await import("../replay/replay.js");
      await printing.printReplay(terminal, replay(workspace.store, rules, options), format, counts);
    } else {
      const { compareVersions } = await import("../replay/compare-versions.js");
      await printing.printComparison(
        terminal,
        compareVersions(workspace.store, rules, against, options),
        format,
        counts,
      );
    }
  });
  if (terminal.signal.aborted) await terminal.err.write("stopped before the end of the range\n");
  if (terminal.signal.aborted || counts.failed > 0 || (flags.failOnChange === true && counts.changed > 0))
    terminal.setExitStatus(1);
}

interface LoadContext {
  readonly flags: ReplayFlags;
  readonly format: ResultFormat;
  readonly counts: ReplayCounts;
}

/** The rules that run by a clock, as they would; what is left out, and why, is told. */
async function rulesOf(
  terminal: Terminal,
  loaded: LoadedRules,
  { flags, format, counts }: LoadContext,
): Promise<readonly RuleInForce[]> {
  const [{ rulesToRun }, { errorLine }] = await Promise.all([
    import("../service/rules-in-force.js"),
    import("./alert-lines.js"),
  ]);
  const tell = (text: string) => terminal.err.write(`${printable(text)}\n`);
  const obstacles = new Set(loaded.rules.map((rule) => rule.obstacle));
  for (const problem of loaded.problems) {
    if (obstacles.has(problem)) continue;
    await tell(printProblem(problem));
    if (problem.severity !== "error") continue;
    counts.failed += 1;
    if (format === "ndjson") await terminal.out.write(`${errorLine(undefined, problem)}\n`);
  }
  const scheduled = rulesToRun(loaded.rules);
  const others = loaded.rules.length - scheduled.length;
  if (others > 0) await tell(`${others} of the rules left out: they run by no clock, or are copies`);
  const on = flags.includeDisabled === true ? scheduled : scheduled.filter(({ rule }) => rule.enabled);
  const off = scheduled.length - on.length;
  if (off > 0) await tell(`${counted(off, "rule")} left out, as they are off; --include-disabled runs them`);
  if (flags.byArrival === true) return on;
  const byArrival = on.filter(({ cutBy }) => cutBy === "arrival").length;
  if (byArrival > 0) {
    const how = "here by when events happened; --by-arrival goes by when they arrived, as the service does";
    await tell(`${counted(byArrival, "rule")} that ${byArrival === 1 ? "looks" : "look"} at arrivals: ${how}`);
  }
  return on.map((one) => ({ ...one, cutBy: "event" }));
}

function optionsOf(terminal: Terminal, flags: ReplayFlags, range: Window): ReplayOptions {
  return {
    range,
    signal: terminal.signal,
    ...(flags.strict === undefined ? {} : { strict: flags.strict }),
    ...(flags.maxAlerts === undefined ? {} : { alertLimits: { alerts: flags.maxAlerts } }),
  };
}
