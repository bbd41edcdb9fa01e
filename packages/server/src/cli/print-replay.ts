import { printProblem, type Rule } from "@calypso/catalog";
import { printJson } from "../detect/cells.js";
import type { ComparisonEvent, Version } from "../replay/compare-versions.js";
import type { ReplayEvent } from "../replay/replay.js";
import { alertColumns, alertFields, alertRow, remarksOf } from "./alert-lines.js";
import { counted } from "./counted.js";
import { hiddenCounts } from "./hidden-counts.js";
import type { ResultFormat } from "./options.js";
import { printable } from "./printable.js";
import {
  comparedLine,
  costCells,
  costColumns,
  costLine,
  differenceCells,
  differenceColumns,
  differenceLine,
  failureLine,
  incidentCells,
  incidentColumns,
  incidentLine,
  type ReplayCounts,
} from "./replay-lines.js";
import { writeTable } from "./table.js";
import type { Terminal } from "./terminal.js";

/** Prints a replay: alerts as they come, then incidents and what each rule took. */
export async function printReplay(
  terminal: Terminal,
  events: AsyncIterable<ReplayEvent>,
  format: ResultFormat,
  counts: ReplayCounts,
): Promise<void> {
  const incidents: string[] = [];
  const costs: string[] = [];
  const hidden = hiddenCounts();
  const totals = { rules: 0, windows: 0, alerts: 0, incidents: 0 };
  const alerts = alertsOf(terminal, events, counts, (event) => {
    const table = format === "table";
    switch (event.kind) {
      case "alert":
        totals.alerts += 1;
        return table
          ? alertRow(event.rule, event.alert)
          : printJson({ kind: "alert", incident: event.incident ?? null, ...alertFields(event.rule, event.alert) });
      case "failed":
        return table ? undefined : failureLine(event.rule, event.diagnosis, event.window);
      case "incident":
        totals.incidents += 1;
        if (!table) return incidentLine(event.incident);
        incidents.push(incidentCells(event.incident));
        return undefined;
      case "cost":
        totals.rules += 1;
        totals.windows += event.cost.windows;
        if (!table) return costLine(event.one.rule, event.cost);
        costs.push(costCells(event.one.rule, event.cost));
        return undefined;
      case "window":
        if (event.evaluation !== undefined) hidden.add(event.one.rule, event.evaluation.hidden);
        return undefined;
      default:
        return undefined;
    }
  });
  if (format === "table") {
    await writeTable(terminal.out, alertColumns, alerts);
    await terminal.out.write("\n");
    await writeTable(terminal.out, incidentColumns, each(incidents));
    await terminal.out.write("\n");
    await writeTable(terminal.out, costColumns, each(costs));
  } else for await (const line of alerts) await terminal.out.write(`${line}\n`);
  for (const text of hidden.lines()) await terminal.err.write(`${printable(text)}\n`);
  const parts = [
    counted(totals.rules, "rule"),
    counted(totals.windows, "window"),
    counted(totals.alerts, "alert"),
    counted(totals.incidents, "incident"),
    ...(counts.failed === 0 ? [] : [`${counts.failed} could not run`]),
  ];
  await terminal.err.write(`${parts.join(", ")}\n`);
}

async function* alertsOf(
  terminal: Terminal,
  events: AsyncIterable<ReplayEvent>,
  counts: ReplayCounts,
  lineOf: (event: ReplayEvent) => string | undefined,
): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.kind === "failed") counts.failed += 1;
    await remark(terminal, event);
    const line = lineOf(event);
    if (line !== undefined) yield line;
  }
}

/** Prints how two versions of rules differ, alert by alert, and in total. */
export async function printComparison(
  terminal: Terminal,
  events: AsyncIterable<ComparisonEvent>,
  format: ResultFormat,
  counts: ReplayCounts,
): Promise<void> {
  const table = format === "table";
  const costs: string[] = [];
  const totals = { rules: 0, added: 0, lost: 0, changed: 0, same: 0 };
  const incidents = { now: 0, before: 0 };
  async function* lines(): AsyncGenerator<string> {
    for await (const event of events) {
      switch (event.kind) {
        case "told": {
          const told = event.event;
          await remark(terminal, told, event.version);
          if (told.kind !== "failed") break;
          counts.failed += 1;
          if (!table) yield failureLine(told.rule, told.diagnosis, told.window, event.version);
          break;
        }
        case "difference":
          counts.changed += 1;
          totals[event.difference.kind] += 1;
          yield (table ? differenceCells : differenceLine)(event.rule, event.difference);
          break;
        case "compared":
          totals.rules += 1;
          totals.same += event.same;
          if (!table) yield comparedLine(event);
          for (const version of ["before", "now"] as const) {
            const cost = event.costs[version];
            if (cost !== undefined) costs.push(costCells(event.rule, cost, version));
          }
          break;
        case "incidents":
          incidents.now = event.now;
          incidents.before = event.before;
          break;
        default:
          event satisfies never;
      }
    }
  }
  if (table) {
    await writeTable(terminal.out, differenceColumns, lines());
    await terminal.out.write("\n");
    await writeTable(terminal.out, costColumns, each(costs));
  } else {
    for await (const line of lines()) await terminal.out.write(`${line}\n`);
    await terminal.out.write(`${printJson({ kind: "summary", ...totals, failed: counts.failed, incidents })}\n`);
  }
  const { rules, added, lost, changed, same } = totals;
  const failed = counts.failed === 0 ? "" : `, ${counts.failed} could not run`;
  const alerts = `${counted(added, "alert")} added, ${lost} lost, ${changed} changed, ${same} the same`;
  const grouped = `${counted(incidents.before, "incident")} before, ${incidents.now} now`;
  await terminal.err.write(`${counted(rules, "rule")}: ${alerts}; ${grouped}${failed}\n`);
}

/** What is no result goes to standard error. */
async function remark(terminal: Terminal, event: ReplayEvent, version?: Version): Promise<void> {
  const prefix = version === undefined ? "" : `${version}: `;
  const tell = (text: string) => terminal.err.write(`${printable(prefix + text)}\n`);
  if (event.kind === "warning" || event.kind === "failed") await tell(printProblem(event.diagnosis));
  if (event.kind !== "window" || event.evaluation === undefined) return;
  for (const text of remarksOf(event.evaluation)) await tell(`${placeOf(event.one.rule)}: ${text}`);
}

function placeOf({ file, name }: Rule): string {
  return `${file}: ${name}`;
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
