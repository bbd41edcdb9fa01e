import { isTriggered, type Rule } from "@calypso/catalog";
import type { Compilation } from "@calypso/kql";
import { compileRule } from "../../detect/evaluate-window.js";
import type { QueryPorts } from "../../detect/extent.js";
import { ticksOfMilliseconds, type Window } from "../../detect/ticks.js";
import { everyMinute, type Schedule } from "../../detect/windows.js";
import { Failure } from "../../store/failures.js";
import type { FoundInSpan, TrialOptions } from "./verdict.js";

/** Counts what a rule would have found in the span; `isCounted` as told of its compilation. Throws where its query fails. */
export async function countFound(
  ports: QueryPorts,
  rule: Rule,
  isCounted: boolean,
  options: TrialOptions,
): Promise<FoundInSpan> {
  const { span } = options;
  const schedule = scheduleOf(rule);
  if (rule.kind === "Hunting" || schedule === undefined) return ofSpan(await resultRows(ports, rule, span));
  const ends = windowEnds(span, schedule);
  if (isCounted) return ofWindows(await countByWindow(ports, rule, ends, schedule), ends.length);
  const period = ticksOfMilliseconds(schedule.period);
  const newest = ends.slice(0, options.maxWindows);
  let count = 0;
  for (const to of newest) count += alertsOf(rule, await resultRows(ports, rule, { from: to - period, to }));
  return { count, of: "alerts", how: "replayed", windows: newest.length, allWindows: ends.length };
}

/**
 * What a rule has found of which no read of the span, as seen from its end, has a row: what `countFound` would say. Undefined where it
 * looks at more than that.
 */
export function foundWithoutRow(rule: Rule, isCounted: boolean, options: TrialOptions): FoundInSpan | undefined {
  const { span, maxWindows } = options;
  const schedule = scheduleOf(rule);
  if (rule.kind === "Hunting" || schedule === undefined) return ofSpan(0);
  const ends = windowEnds(span, schedule);
  const looked = isCounted ? ends : ends.slice(0, maxWindows);
  const begin = (looked.at(-1) ?? span.to) - ticksOfMilliseconds(schedule.period);
  if (begin < span.from) return undefined;
  if (isCounted) return ofWindows(0, ends.length);
  // Earlier windows have another present.
  if (looked.length !== 1) return undefined;
  return { count: alertsOf(rule, 0), of: "alerts", how: "replayed", windows: 1, allWindows: ends.length };
}

/** True where one query counts the alerts of all windows. */
export function isCountedByWindow(rule: Rule, compilation: Compilation, options: TrialOptions): boolean {
  const schedule = rule.kind === "Hunting" ? undefined : scheduleOf(rule);
  if (schedule === undefined || windowEnds(options.span, schedule).length <= options.maxWindows) return false;
  return isRowByRow(rule, compilation, schedule);
}

function ofSpan(count: number): FoundInSpan {
  return { count, of: "rows", how: "span", windows: 1, allWindows: 1 };
}

function ofWindows(count: number, windows: number): FoundInSpan {
  return { count, of: "alerts", how: "counted", windows, allWindows: windows };
}

function scheduleOf({ kind, queryFrequency, queryPeriod }: Rule): Schedule | undefined {
  if (kind === "NRT") return everyMinute;
  if (queryFrequency === undefined || queryPeriod === undefined || queryFrequency < 60_000) return undefined;
  return { frequency: queryFrequency, period: queryPeriod };
}

/** The ends of the windows that end in the span, the newest first; the newest ends with it, so that there is one at least. */
function windowEnds({ from, to }: Window, { frequency }: Schedule): readonly bigint[] {
  const step = ticksOfMilliseconds(frequency);
  return Array.from({ length: Number((to - from + step - 1n) / step) }, (_, index) => to - BigInt(index) * step);
}

/** True where a window of the rule that ends in the span begins before it. */
export function looksBefore(rule: Rule, span: Window): boolean {
  const schedule = rule.kind === "Hunting" ? undefined : scheduleOf(rule);
  if (schedule === undefined) return false;
  const oldest = windowEnds(span, schedule).at(-1) ?? span.to;
  return oldest - ticksOfMilliseconds(schedule.period) < span.from;
}

function alertsOf(rule: Rule, rows: number): number {
  if (!isTriggered(rule, rows)) return 0;
  return rule.eventGrouping === "AlertPerResult" ? Math.max(1, rows) : 1;
}

/** How many rows the query has over a window; the engine counts them. */
async function resultRows(ports: QueryPorts, rule: Rule, window: Window): Promise<number> {
  const [row] = await rowsOf(ports, rule, window, "| summarize calypso_rows = count()");
  return Number(row?.[0] ?? 0);
}

/**
 * True where each row of the result comes from one event alone, whatever other events and whatever time there is, and where
 * each event is in one window: rows by window over the whole span are then those of the windows one by one.
 */
function isRowByRow(rule: Rule, compilation: Compilation, { frequency, period }: Schedule): boolean {
  // What costs nothing is asked first.
  if (frequency !== period || isTriggered(rule, 0) || dependsOnMore.test(rule.query.text)) return false;
  const { stages, lets, outputs } = compilation.dissection();
  const facts = compilation.facts?.();
  const time = outputs.filter(({ name }) => name === "TimeGenerated");
  return (
    facts !== undefined &&
    facts.reads.length === 1 &&
    stages[0]?.text.trim() === facts.reads[0]?.table &&
    facts.joins.length === 0 &&
    facts.anyRows.length === 0 &&
    !facts.alwaysOneRow &&
    lets.every(({ stages: inner }) => inner.length === 0) &&
    stages.every(
      ({ operator, text }) => rowByRow.has(operator) && !(makesNames.test(operator) && setsTime.test(text)),
    ) &&
    compilation.columns.some(({ name, type }) => name === "TimeGenerated" && type === "datetime") &&
    time.every(({ source }) => source === "source" || facts.reads.some(({ table }) => table === source))
  );
}

/** What depends on the moment of the run would be another thing in each window. */
const dependsOnMore =
  /\b(?:ago|now|ingestion_time|rand|new_guid|row_\w+|prev|next|current_\w+|toscalar|_GetWatchlist)\s*\(/i;

/** Operators that make each row of one row. */
const rowByRow: ReadonlySet<string> = new Set([
  ...["source", "where", "filter", "extend", "project", "project-away", "project-keep", "project-rename"],
  ...["project-reorder", "parse", "parse-where", "parse-kv", "mv-expand", "mvexpand", "order", "sort"],
]);

/** Operators that make columns of names inside a pattern or list, in place of those that are there. */
const makesNames = /^(?:parse|mv-?expand)/;
const setsTime = /\bTimeGenerated\b/;

async function countByWindow(
  ports: QueryPorts,
  rule: Rule,
  ends: readonly bigint[],
  { frequency }: Schedule,
): Promise<number> {
  const [to, from] = [ends[0] ?? 0n, (ends.at(-1) ?? 0n) - ticksOfMilliseconds(frequency)];
  const step = `${frequency / 1000}s`;
  const text = `| summarize calypso_rows = count() by calypso_window = bin_at(TimeGenerated, ${step}, datetime(${instant(to)}))`;
  const rows = await rowsOf(ports, rule, { from, to }, text);
  return rows.reduce((sum, row) => sum + alertsOf(rule, Number(row.at(-1) ?? 0)), 0);
}

/** ISO 8601 with seven digits. */
function instant(ticks: bigint): string {
  const whole = new Date(Number(ticks / 10_000n)).toISOString().slice(0, 19);
  return `${whole}.${String(ticks % 10_000_000n).padStart(7, "0")}Z`;
}

async function rowsOf(
  ports: QueryPorts,
  rule: Rule,
  window: Window,
  stage: string,
): Promise<readonly (readonly unknown[])[]> {
  const options = { stage: { text: stage, sourceName: "verdict" } };
  const compilation = await compileRule(ports, rule, options, window, []);
  const error = compilation.diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Failure("rule-unusable", error.message);
  const rows: (readonly unknown[])[] = [];
  for await (const line of ports.rows(compilation)) rows.push(JSON.parse(line));
  return rows;
}
