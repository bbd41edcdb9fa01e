import type { Rule, RuleException } from "@calypso/catalog";
import type { Compilation } from "@calypso/kql";
import type { Alert, AlertLimits } from "./alert.js";
import { checkColumns } from "./check-columns.js";
import { type Diagnosis, diagnosisOf, failureOf, wholeRule } from "./diagnosis.js";
import type { Evaluation } from "./evaluate.js";
import { compileRule, evaluateWindow } from "./evaluate-window.js";
import { exceptionDiagnoses, exceptionsAt } from "./exceptions.js";
import { type ExtentOf, extentsIn, type QueryPorts } from "./extent.js";
import { ticksOfMilliseconds, type Window } from "./ticks.js";
import { everyMinute, scheduledWindows, windowAround } from "./windows.js";

/** What rules are run for. */
export interface DetectOptions {
  /** Replays each rule on its own schedule over the range; without it each runs once over all the data. */
  readonly range?: Window;
  /** The present, where there is no data to tell the time. */
  readonly now: bigint;
  /** Makes a missing column an error. */
  readonly strict?: boolean;
  readonly limits?: Partial<AlertLimits>;
  /** Ends the run between two windows. */
  readonly signal?: AbortSignal;
}

/** What happens while rules run, in order. */
export type DetectEvent =
  | { readonly kind: "alert"; readonly rule: Rule; readonly alert: Alert }
  /** A doubt about a rule, which runs nevertheless. */
  | { readonly kind: "warning"; readonly rule: Rule; readonly diagnosis: Diagnosis }
  /** The rule, or one of its windows, could not run. */
  | { readonly kind: "failed"; readonly rule: Rule; readonly diagnosis: Diagnosis; readonly window?: Window }
  | { readonly kind: "ran"; readonly rule: Rule; readonly window: Window; readonly evaluation: Evaluation }
  /** Runs of a replay that the rule's suppression left out; what only they would have seen is never looked at. */
  | { readonly kind: "suppressed"; readonly rule: Rule; readonly runs: number };

/** Runs rules one after the other. A rule that cannot run is told, and the rest go on. */
export async function* detect(
  ports: QueryPorts,
  rules: readonly Rule[],
  options: DetectOptions,
): AsyncGenerator<DetectEvent> {
  const extentOf = extentsIn(ports);
  for (const rule of rules) {
    if (rule.obstacle !== undefined) {
      yield { kind: "failed", rule, diagnosis: rule.obstacle };
      continue;
    }
    try {
      yield* detectWith(ports, rule, extentOf, options);
    } catch (thrown) {
      yield { kind: "failed", rule, diagnosis: failureOf(rule, thrown) };
    }
  }
}

async function* detectWith(
  ports: QueryPorts,
  rule: Rule,
  extentOf: ExtentOf,
  options: DetectOptions,
): AsyncGenerator<DetectEvent> {
  // Those that hold at the beginning; one whose time is over by then has no part in what follows.
  const exceptions = exceptionsAt(rule, { from: 0n, to: options.range?.from ?? 0n });
  const first = await firstCompilation(ports, rule, extentOf, options, exceptions);
  const diagnoses = first.diagnostics.map((diagnostic) => diagnosisOf(rule, diagnostic));
  const error = diagnoses.find((diagnosis) => diagnosis.severity === "error");
  for (const diagnosis of diagnoses) if (diagnosis.severity === "warning") yield { kind: "warning", rule, diagnosis };
  if (error !== undefined) {
    yield { kind: "failed", rule, diagnosis: error };
    return;
  }
  for (const diagnosis of checkColumns(rule, first.columns)) yield { kind: "warning", rule, diagnosis };
  const ofExceptions = exceptionDiagnoses(rule, exceptions, first);
  for (const diagnosis of ofExceptions) yield { kind: "warning", rule, diagnosis };
  const windows =
    options.range === undefined
      ? [await wholeWindow(rule, first, extentOf, options.now)]
      : windowsOf(rule, options.range);
  if (windows === undefined) {
    const message = "the rule has no readable `queryFrequency` and `queryPeriod`, and cannot be replayed on a schedule";
    yield { kind: "failed", rule, diagnosis: wholeRule(rule, { code: "no-schedule", severity: "error", message }) };
    return;
  }
  const known = new Set(ofExceptions.map(({ message }) => message));
  for await (const event of runWindows(ports, rule, windows, options)) {
    // What is wrong with exceptions is told once, and not for each window.
    if (event.kind === "warning" && known.has(event.diagnosis.message)) continue;
    if (event.kind === "warning") known.add(event.diagnosis.message);
    yield event;
  }
}

/** Runs a rule for its windows. After an alert, a replay rests for as long as the rule is suppressed. */
async function* runWindows(
  ports: QueryPorts,
  rule: Rule,
  windows: Iterable<Window>,
  options: DetectOptions,
): AsyncGenerator<DetectEvent> {
  const rest = rule.suppression.enabled ? ticksOfMilliseconds(rule.suppression.duration) : 0n;
  let resumes: bigint | undefined;
  let runs = 0;
  for (const window of windows) {
    options.signal?.throwIfAborted();
    if (resumes !== undefined && window.to < resumes) {
      runs += 1;
      continue;
    }
    try {
      for await (const event of runWindow(ports, rule, window, options)) {
        if (event.kind === "alert") resumes = window.to + rest;
        yield event;
      }
    } catch (thrown) {
      yield { kind: "failed", rule, diagnosis: failureOf(rule, thrown), window };
    }
  }
  if (runs > 0) yield { kind: "suppressed", rule, runs };
}

async function* runWindow(
  ports: QueryPorts,
  rule: Rule,
  window: Window,
  options: DetectOptions,
): AsyncGenerator<DetectEvent> {
  const outcome = await evaluateWindow(ports, rule, window, options);
  const { evaluation } = outcome;
  if (evaluation === undefined) {
    yield { kind: "failed", rule, diagnosis: outcome.diagnosis, window };
    return;
  }
  for (const diagnosis of outcome.exceptionDiagnoses) yield { kind: "warning", rule, diagnosis };
  for (const alert of evaluation.alerts) yield { kind: "alert", rule, alert };
  yield { kind: "ran", rule, window, evaluation };
}

/** The rule compiled for what can be said of it before it runs. Columns that follow from data are those of all of it. */
async function firstCompilation(
  ports: QueryPorts,
  rule: Rule,
  extentOf: ExtentOf,
  options: DetectOptions,
  exceptions: readonly RuleException[],
): Promise<Compilation> {
  const compilation = await compileRule(ports, rule, options, { from: options.now, to: options.now }, exceptions);
  if (!compilation.asked) return compilation;
  const window = options.range ?? (await wholeWindow(rule, compilation, extentOf, options.now));
  return compileRule(ports, rule, options, window, exceptions);
}

/** The window around all that a query reads; where there is no data, the rule's period up to now. */
export async function wholeWindow(
  rule: Rule,
  compilation: Compilation,
  extentOf: ExtentOf,
  now: bigint,
): Promise<Window> {
  const extents: Window[] = [];
  // The time of a watchlist's rows is when they were loaded, and tells nothing of the logs.
  for (const table of compilation.tables.filter((name) => name !== "Watchlist")) {
    const extent = await extentOf(table);
    if (extent !== undefined) extents.push(extent);
  }
  const day = 86_400_000;
  return windowAround(extents) ?? { from: now - ticksOfMilliseconds(rule.queryPeriod ?? day), to: now };
}

/** The windows of a replay; a hunt has no schedule and runs once over the range. */
export function windowsOf(rule: Rule, range: Window): Iterable<Window> | undefined {
  if (rule.kind === "Hunting") return [range];
  if (rule.kind === "NRT") return scheduledWindows(range, everyMinute);
  const { queryFrequency, queryPeriod } = rule;
  if (queryFrequency === undefined || queryPeriod === undefined) return undefined;
  return scheduledWindows(range, { frequency: queryFrequency, period: queryPeriod });
}
