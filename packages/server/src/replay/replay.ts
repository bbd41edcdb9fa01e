import type { Rule } from "@calypso/catalog";
import type { Compilation } from "@calypso/kql";
import type { Alert, AlertLimits } from "../detect/alert.js";
import { checkColumns } from "../detect/check-columns.js";
import { type Diagnosis, diagnosisOf, wholeRule } from "../detect/diagnosis.js";
import type { Evaluation } from "../detect/evaluate.js";
import { compileRule } from "../detect/evaluate-window.js";
import type { Window } from "../detect/ticks.js";
import { queryPorts } from "../search/run-query.js";
import { scheduleOf } from "../service/plan-windows.js";
import { quietUntil, type RuleInForce } from "../service/rules-in-force.js";
import { runWindow } from "../service/run-window.js";
import type { Store } from "../store/store.js";
import { incidentBook, type ReplayedIncident } from "./incidents.js";
import { inOrder, type ReplayWindow } from "./windows.js";

/** What rules are replayed for. */
export interface ReplayOptions {
  /** The windows that end after its beginning, and not after its end. */
  readonly range: Window;
  /** Makes a missing column an error. */
  readonly strict?: boolean;
  readonly alertLimits?: Partial<AlertLimits>;
  readonly signal?: AbortSignal;
}

/** What became of a window. */
export type WindowFate = "done" | "failed" | "suppressed";

/** What a rule's windows took. */
export interface RuleCost {
  /** Windows that ran, those that failed included. */
  readonly windows: number;
  readonly failed: number;
  readonly suppressed: number;
  /** Rows that the query returned. */
  readonly rows: number;
  readonly alerts: number;
  readonly heldBack: number;
  readonly seconds: number;
  /** What the engine read from tables. */
  readonly rowsRead: bigint;
  readonly bytesRead: bigint;
}

/** What happens during a replay, in the order of the windows; the costs come last. */
export type ReplayEvent =
  | { readonly kind: "alert"; readonly rule: Rule; readonly alert: Alert; readonly incident: number | undefined }
  /** A doubt about a rule, which runs nevertheless. */
  | { readonly kind: "warning"; readonly rule: Rule; readonly diagnosis: Diagnosis }
  /** The rule or some of its windows could not run; each reason of a rule is told once. */
  | { readonly kind: "failed"; readonly rule: Rule; readonly diagnosis: Diagnosis; readonly window?: Window }
  | {
      readonly kind: "window";
      readonly one: RuleInForce;
      readonly window: Window;
      readonly fate: WindowFate;
      readonly evaluation?: Evaluation;
    }
  | { readonly kind: "incident"; readonly incident: ReplayedIncident }
  | { readonly kind: "cost"; readonly one: RuleInForce; readonly cost: RuleCost };

/**
 * Runs rules over history with the windows, the suppression and the grouping of the service, as if it had run then and
 * without a delay of its own. Rules that cannot run are told, and the rest go on. Nothing is written.
 */
export async function* replay(
  store: Store,
  rules: readonly RuleInForce[],
  options: ReplayOptions,
): AsyncGenerator<ReplayEvent> {
  const incidents = incidentBook();
  const runs = new Map(rules.map((one) => [one.id, new RuleRun(one)]));
  const able: RuleInForce[] = [];
  for (const one of rules) {
    const findings = await findingsOf(store, one, options);
    const error = findings.find(({ severity }) => severity === "error");
    for (const diagnosis of findings)
      if (diagnosis.severity === "warning") yield { kind: "warning", rule: one.rule, diagnosis };
    if (error === undefined) able.push(one);
    else yield { kind: "failed", rule: one.rule, diagnosis: error };
  }
  for (const next of inOrder(able, options.range)) {
    if (options.signal?.aborted === true) return;
    for await (const event of runs.get(next.one.id)?.window(store, next, options) ?? []) {
      const { one, dueAt } = next;
      yield event.kind === "alert" ? { ...event, incident: incidents.add(one, event.alert, dueAt) } : event;
    }
  }
  for (const incident of incidents.all()) yield { kind: "incident", incident };
  for (const { one, cost } of runs.values()) yield { kind: "cost", one, cost };
}

/** One rule's way through its windows. */
class RuleRun {
  readonly one: RuleInForce;
  cost: RuleCost = {
    ...{ windows: 0, failed: 0, suppressed: 0, rows: 0, alerts: 0, heldBack: 0, seconds: 0 },
    ...{ rowsRead: 0n, bytesRead: 0n },
  };
  #quietUntil: Date | undefined;
  readonly #told = new Set<string>();

  constructor(one: RuleInForce) {
    this.one = one;
  }

  async *window(store: Store, { window, end }: ReplayWindow, options: ReplayOptions): AsyncGenerator<ReplayEvent> {
    const { one, cost } = this;
    const { rule } = one;
    if (this.#quietUntil !== undefined && end < this.#quietUntil) {
      this.cost = { ...cost, suppressed: cost.suppressed + 1 };
      yield { kind: "window", one, window, fate: "suppressed" };
      return;
    }
    const { outcome, seconds, reading } = await runWindow(store, one, window, options);
    if (options.signal?.aborted === true) return;
    const { evaluation, diagnosis } = outcome;
    this.cost = {
      ...cost,
      windows: cost.windows + 1,
      failed: cost.failed + (evaluation === undefined ? 1 : 0),
      rows: cost.rows + (evaluation?.rows ?? 0),
      alerts: cost.alerts + (evaluation?.alerts.length ?? 0),
      heldBack: cost.heldBack + (evaluation?.heldBack ?? 0),
      seconds: cost.seconds + seconds,
      rowsRead: cost.rowsRead + reading.rows,
      bytesRead: cost.bytesRead + reading.bytes,
    };
    if (evaluation === undefined) {
      if (this.#isNew(diagnosis)) yield { kind: "failed", rule, diagnosis, window };
      yield { kind: "window", one, window, fate: "failed" };
      return;
    }
    for (const doubt of outcome.exceptionDiagnoses) {
      if (this.#isNew(doubt)) yield { kind: "warning", rule, diagnosis: doubt };
    }
    if (evaluation.alerts.length > 0) this.#quietUntil = quietUntil(rule, end);
    for (const alert of evaluation.alerts) yield { kind: "alert", rule, alert, incident: undefined };
    yield { kind: "window", one, window, fate: "done", evaluation };
  }

  /** True the first time that a message comes. */
  #isNew({ message }: Diagnosis): boolean {
    const isNew = !this.#told.has(message);
    this.#told.add(message);
    return isNew;
  }
}

/** What can be said of a rule before it runs: an error where none of its windows could. */
async function findingsOf(store: Store, one: RuleInForce, options: ReplayOptions): Promise<readonly Diagnosis[]> {
  const { rule } = one;
  if (rule.obstacle !== undefined) return [rule.obstacle];
  if (scheduleOf(one) === undefined) {
    const message = "the rule has no `queryFrequency` and `queryPeriod` of a minute or more, and cannot be replayed";
    return [wholeRule(rule, { code: "no-schedule", severity: "error", message })];
  }
  let compilation: Compilation;
  try {
    compilation = await compileRule(queryPorts(store, signalOf(options)), rule, options, options.range, []);
  } catch {
    // What the data of the whole range are too many for may be done for each window.
    return [];
  }
  const diagnoses = compilation.diagnostics.map((diagnostic) => diagnosisOf(rule, diagnostic));
  const error = diagnoses.some(({ severity }) => severity === "error");
  if (error && !compilation.asked) return diagnoses;
  // What the data make wrong is wrong for the windows that hold them.
  const warnings = diagnoses.filter(({ severity }) => severity === "warning");
  return error ? warnings : [...warnings, ...checkColumns(rule, compilation.columns)];
}

function signalOf({ signal }: ReplayOptions): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
