import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { covers, type Problem, printProblem, type Rule, type RuleException, readExceptions } from "@calypso/catalog";
import { entityNames } from "../detect/entity-names.js";
import { type LoadedRules, loadRules } from "../detect/load.js";
import { printTicks } from "../detect/ticks.js";
import type { Measurement, WindowChange } from "../exceptions/measure.js";
import type { PastAlert, PastEffect } from "../exceptions/past-alerts.js";
import type { State } from "../state/open-state.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import { type Terminal, UsageError } from "./terminal.js";
import { rangeOf } from "./time-range.js";
import { inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso exceptions measure`. */
export interface MeasureFlags extends WorkspaceFlags {
  readonly from: string;
  readonly to: string;
  readonly exception?: readonly string[];
  readonly proposal?: string;
  readonly state?: string;
  readonly confirmTruePositives?: boolean;
  readonly format: "text" | "json";
}

/**
 * Replays rules without each exception and with it. The exit status is 1 where an exception does not fit, and where alerts go
 * that were found to be about attacks, unless that is confirmed.
 */
export async function measureCommand(terminal: Terminal, paths: readonly string[], flags: MeasureFlags): Promise<void> {
  const [{ measure }, { isTruePositive, pastEffect }, { queryPorts }, { ticksOf }] = await Promise.all([
    import("../exceptions/measure.js"),
    import("../exceptions/past-alerts.js"),
    import("../search/run-query.js"),
    import("../platform/clock.js"),
  ]);
  const range = rangeOf(flags);
  const loaded = await loadRules(ruleFilesOnDisk, paths);
  const exceptions = await wanted(terminal, loaded, flags);
  await inWorkspace(terminal, flags, async ({ store, clock, folder }) => {
    const ports = queryPorts(store, { signal: terminal.signal });
    const state = await stateOf(flags.state, folder);
    let attacks = 0;
    try {
      for (const { rule, exception } of pairsOf(loaded, exceptions, flags.proposal !== undefined)) {
        if (terminal.signal.aborted) return;
        const measured = await measure(ports, rule, exception, { range, now: ticksOf(clock()) });
        const past = state === undefined ? undefined : await pastEffect(ports, state, rule, exception, range);
        attacks += past?.gone.filter(isTruePositive).length ?? 0;
        for (const diagnosis of measured.diagnoses) {
          await terminal.err.write(`${printable(printProblem(diagnosis))}\n`);
          terminal.setExitStatus(1);
        }
        if (flags.format === "json") await terminal.out.write(`${JSON.stringify(objectOf(measured, past))}\n`);
        else for (const line of linesOf(measured, past)) await terminal.out.write(`${printable(line)}\n`);
      }
    } finally {
      await state?.close();
    }
    if (attacks === 0 || flags.confirmTruePositives === true) return;
    const alerts = attacks === 1 ? "1 alert goes that was" : `${attacks} alerts go that were`;
    await terminal.err.write(
      `${alerts} found to be about an attack: narrow the exception, or --confirm-true-positives\n`,
    );
    terminal.setExitStatus(1);
  });
}

async function wanted(
  terminal: Terminal,
  loaded: LoadedRules,
  { proposal, exception: ids }: MeasureFlags,
): Promise<readonly RuleException[]> {
  const read =
    proposal === undefined
      ? { exceptions: loaded.exceptions, problems: loaded.problems }
      : readExceptions({ name: proposal, text: await proposalText(proposal) });
  for (const problem of read.problems as readonly Problem[]) {
    await terminal.err.write(`${printable(printProblem(problem))}\n`);
    if (problem.severity === "error") terminal.setExitStatus(1);
  }
  for (const id of ids ?? []) {
    if (!read.exceptions.some((one) => one.id === id)) throw new UsageError(`there is no exception ${id}`);
  }
  const chosen = read.exceptions.filter(({ id }) => ids?.includes(id) ?? true);
  if (chosen.length === 0) throw new UsageError("there are no exceptions to measure");
  return chosen;
}

async function proposalText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause) => {
    throw new UsageError(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  });
}

/** A proposal about all rules is about all that are given, wherever its file is. */
function* pairsOf(
  { rules }: LoadedRules,
  exceptions: readonly RuleException[],
  proposed: boolean,
): Generator<{ readonly rule: Rule; readonly exception: RuleException }> {
  for (const exception of exceptions) {
    for (const rule of rules) {
      if (proposed && exception.rules === "all") yield { rule, exception };
      else if (covers(exception, rule)) yield { rule, exception };
    }
  }
}

async function stateOf(named: string | undefined, folder: string | undefined): Promise<State | undefined> {
  const own = folder === undefined ? undefined : join(folder, "state");
  const place = named ?? (own !== undefined && existsSync(own) ? own : undefined);
  if (place === undefined) return undefined;
  const { openState } = await import("../state/open-state.js");
  return openState(place, { alone: false });
}

/** Windows and alerts of which each is shown; the rest is counted. */
const mostLines = 20;

function linesOf(measured: Measurement, past: PastEffect | undefined): readonly string[] {
  const { rule, exception, windows, rows, hidden, alertsBefore, alertsAfter, changes } = measured;
  const shown = changes.slice(0, mostLines).map((change) => `  ${changeText(rule, change)}`);
  const more = changes.length > mostLines ? [`  … and ${changes.length - mostLines} more windows`] : [];
  return [
    `${exception.id}: ${rule.name}`,
    `  ${counted(windows, "window")}: hides ${hidden} of ${counted(rows, "row")}; ${counted(alertsBefore, "alert")} before, ${alertsAfter} after`,
    ...shown,
    ...more,
    ...(past === undefined ? [] : pastLines(past)),
  ];
}

function changeText(rule: Rule, { window, rowsBefore, rowsAfter, gone, added }: WindowChange): string {
  const names = entityNames(gone.flatMap(({ entities }) => entities));
  const alerts = [
    ...(gone.length === 0 ? [] : [`${counted(gone.length, "alert")} less${names === "" ? "" : ` (${names})`}`]),
    ...(added.length === 0 ? [] : [`${counted(added.length, "alert")} more`]),
  ];
  const threshold = `threshold ${rule.triggerOperator} ${rule.triggerThreshold}`;
  const outcome = alerts.length === 0 ? "as many alerts" : alerts.join(", ");
  return `${printTicks(window.to).slice(0, 16)}Z  ${rowsBefore} → ${rowsAfter} rows, ${threshold}: ${outcome}`;
}

function pastLines({ alerts, gone, unknown }: PastEffect): readonly string[] {
  const classes = new Map<string, number>();
  for (const { incident } of gone) {
    const name = incident?.classification ?? "not classified";
    classes.set(name, (classes.get(name) ?? 0) + 1);
  }
  const list = [...classes].map(([name, count]) => `${count} ${name}`).join(", ");
  const lines = [
    `  of ${counted(alerts, "alert")} that the service raised ${gone.length} would not be there${list === "" ? "" : `: ${list}`}`,
  ];
  const attacks = gone.filter(({ incident }) => incident?.classification === "TruePositive");
  lines.push(...attacks.slice(0, mostLines).map((alert) => `  TruePositive  ${alertText(alert)}`));
  if (unknown.length > 0)
    lines.push(`  ${counted(unknown.length, "alert")} cannot be told again: their logs have changed or are gone`);
  return lines;
}

function alertText({ raisedAt, title, incident }: PastAlert): string {
  const number = incident === undefined ? "" : `, incident ${incident.number}`;
  return `${raisedAt.toISOString().slice(0, 16)}Z ${title}${number}`;
}

function objectOf(measured: Measurement, past: PastEffect | undefined): object {
  const { rule, exception, changes, diagnoses: _told, ...counts } = measured;
  return {
    exception: exception.id,
    rule: { id: rule.id, name: rule.name },
    ...counts,
    changes: changes.map(({ window, rowsBefore, rowsAfter, gone, added }) => ({
      window: { from: printTicks(window.from), to: printTicks(window.to) },
      ...{ rowsBefore, rowsAfter },
      gone: gone.map(({ title, entities }) => ({ title, entities })),
      added: added.map(({ title, entities }) => ({ title, entities })),
    })),
    ...(past === undefined ? {} : { past }),
  };
}

function counted(count: number, word: string): string {
  return `${count} ${count === 1 ? word : `${word}s`}`;
}
