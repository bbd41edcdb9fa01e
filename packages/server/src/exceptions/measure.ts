import type { Rule, RuleException } from "@calypso/catalog";
import type { Alert } from "../detect/alert.js";
import { printJson } from "../detect/cells.js";
import type { Diagnosis } from "../detect/diagnosis.js";
import type { QueryPorts } from "../detect/extent.js";
import { type DetectOptions, detect } from "../detect/run.js";
import type { Window } from "../detect/ticks.js";

/** What an exception would have changed about a rule over a stretch of time. */
export interface Measurement {
  readonly rule: Rule;
  readonly exception: RuleException;
  readonly windows: number;
  /** Rows of all windows without the exception, and how many of them it hides. */
  readonly rows: number;
  readonly hidden: number;
  readonly alertsBefore: number;
  readonly alertsAfter: number;
  /** The windows in which it changes something, in order. */
  readonly changes: readonly WindowChange[];
  /** Why the exception has no effect, or the rule or a window cannot run; each once. */
  readonly diagnoses: readonly Diagnosis[];
}

/** What an exception changes in one window. */
export interface WindowChange {
  readonly window: Window;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  readonly gone: readonly Alert[];
  /** Alerts that there are only because of the exception, of a rule that asks for few rows. */
  readonly added: readonly Alert[];
}

/** Options of a replay. */
export type MeasureOptions = DetectOptions & { readonly range: Window };

/** Replays a rule without an exception and with it, over the same windows; its other exceptions are there both times. */
export async function measure(
  ports: QueryPorts,
  rule: Rule,
  exception: RuleException,
  options: MeasureOptions,
): Promise<Measurement> {
  const { without, with: having } = rulesOf(rule, exception);
  const before = await replay(ports, without, options);
  const after = await replay(ports, having, options);
  const changes = [...before.windows].flatMap(([to, one]): readonly WindowChange[] => {
    const other = after.windows.get(to);
    if (other === undefined || (other.rows === one.rows && other.hidden === one.hidden)) return [];
    const gone = difference(rule, one.alerts, other.alerts);
    const added = difference(rule, other.alerts, one.alerts);
    return [{ window: one.window, rowsBefore: one.rows, rowsAfter: other.rows, gone, added }];
  });
  const total = (replayed: Replayed, of: (one: Ran) => number) =>
    [...replayed.windows.values()].reduce((sum, one) => sum + of(one), 0);
  const rows = (one: Ran) => one.rows;
  return {
    ...{ rule, exception, changes, windows: before.windows.size, rows: total(before, rows) },
    hidden: changes.reduce((sum, { rowsBefore, rowsAfter }) => sum + rowsBefore - rowsAfter, 0),
    alertsBefore: total(before, ({ alerts }) => alerts.length),
    alertsAfter: total(after, ({ alerts }) => alerts.length),
    diagnoses: distinct([...before.diagnoses, ...after.diagnoses]),
  };
}

/** A rule without an exception, and with it: as if it held at any time. */
export function rulesOf(rule: Rule, exception: RuleException): { readonly without: Rule; readonly with: Rule } {
  const others = (rule.exceptions ?? []).filter(({ id }) => id !== exception.id);
  const { expiry: _later, ...lasting } = exception; // What it does is asked of a time when it was not there.
  return {
    without: { ...rule, exceptions: others },
    with: { ...rule, exceptions: [...others, { ...lasting, enabled: true }] },
  };
}

/** Alerts of a window that are not among others of it. The single alert of a window is the same with fewer rows. */
export function difference(rule: Rule, alerts: readonly Alert[], others: readonly Alert[]): readonly Alert[] {
  const known = new Set(others.map((alert) => identityOf(rule, alert)));
  return alerts.filter((alert) => !known.has(identityOf(rule, alert)));
}

/** What tells alerts of one window apart. */
export function identityOf({ eventGrouping }: Rule, alert: Pick<Alert, "title" | "entities" | "sample">): string {
  if (eventGrouping === "SingleAlert") return "";
  // Through JSON, so that alerts of the state and of now are compared in the same spelling.
  return JSON.stringify(JSON.parse(printJson([alert.title, alert.entities, alert.sample])));
}

interface Ran {
  readonly window: Window;
  readonly rows: number;
  readonly hidden: number;
  readonly alerts: readonly Alert[];
}

interface Replayed {
  /** By the ends of the windows. */
  readonly windows: ReadonlyMap<bigint, Ran>;
  readonly diagnoses: readonly Diagnosis[];
}

async function replay(ports: QueryPorts, rule: Rule, options: MeasureOptions): Promise<Replayed> {
  const windows = new Map<bigint, Ran>();
  const diagnoses: Diagnosis[] = [];
  // A rest after an alert would make the windows of both replays others.
  const unresting: Rule = { ...rule, suppression: { ...rule.suppression, enabled: false } };
  for await (const event of detect(ports, [unresting], options)) {
    if (event.kind === "failed" || event.kind === "warning") diagnoses.push(event.diagnosis);
    if (event.kind !== "ran") continue;
    const { window, evaluation } = event;
    const { rows, hidden, alerts } = evaluation;
    windows.set(window.to, { window, rows, hidden: hidden.rows, alerts });
  }
  return { windows, diagnoses };
}

function distinct(diagnoses: readonly Diagnosis[]): readonly Diagnosis[] {
  return [...new Map(diagnoses.map((one) => [`${one.code} ${one.message}`, one])).values()];
}
