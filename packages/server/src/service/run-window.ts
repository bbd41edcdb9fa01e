import type { Compilation } from "@calypso/kql";
import type { AlertLimits } from "../detect/alert.js";
import { failureOf } from "../detect/diagnosis.js";
import { evaluateWindow, type WindowOutcome } from "../detect/evaluate-window.js";
import type { Window } from "../detect/ticks.js";
import { secondsSince } from "../platform/clock.js";
import { compileQuery, rowsOf } from "../search/run-query.js";
import type { QueryLimits, Reading, SelectOptions, Store } from "../store/store.js";
import type { RuleInForce } from "./rules-in-force.js";

/** What bounds and stops the run of a window; a rule's own limits of time and memory stand above those given here. */
export interface RunWindowOptions {
  readonly limits?: Partial<QueryLimits>;
  readonly alertLimits?: Partial<AlertLimits>;
  /** Makes a missing column an error. */
  readonly strict?: boolean;
  readonly signal?: AbortSignal;
}

/** What a window came to, and what that took. */
export interface WindowRun {
  readonly outcome: WindowOutcome;
  /** From the first look at the query to the last row. */
  readonly seconds: number;
  /** By all SELECTs of the window; of one that failed nothing is known. */
  readonly reading: Reading;
}

/** What is known of a window before it runs. */
export interface LookedAt {
  readonly compilation: Compilation;
  /** The tables hold nothing that the query could make rows of. */
  readonly hasNoRow: boolean;
  /** What that took. */
  readonly seconds: number;
}

/** Runs a rule over one window as the service does: in a replay too. What fails is a diagnosis of the outcome. */
export async function runWindow(
  store: Store,
  { rule, cutBy }: RuleInForce,
  window: Window,
  options: RunWindowOptions,
  before?: LookedAt,
): Promise<WindowRun> {
  const watch = secondsSince();
  const seconds = () => watch() + (before?.seconds ?? 0);
  let reading: Reading = { rows: 0n, bytes: 0n };
  const result = (outcome: WindowOutcome): WindowRun => ({ outcome, seconds: seconds(), reading });
  if (rule.obstacle !== undefined) return result({ diagnosis: rule.obstacle });
  const limits = { ...store.limits, ...options.limits, ...limitsOf(rule) };
  const select: SelectOptions = {
    ...limits,
    // A result is in memory before its first row is read.
    maxResultBytes: Math.min(limits.maxStepBytes, limits.maxMemoryBytes),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    // Questions, steps and the query share the time.
    get maxSeconds() {
      return Math.max(0.001, limits.maxSeconds - seconds());
    },
    onRead: ({ rows, bytes }) => {
      reading = { rows: reading.rows + rows, bytes: reading.bytes + bytes };
    },
  };
  let ahead = before?.compilation;
  const ports = {
    schema: () => store.schema(),
    compile: async (request: Parameters<typeof compileQuery>[1]) => {
      const known = ahead;
      ahead = undefined;
      return known ?? compileQuery(store, request, select);
    },
    rows: (compilation: Compilation) =>
      before?.hasNoRow === true && compilation === before.compilation ? noRows : rowsOf(store, compilation, select),
  };
  const { alertLimits, strict } = options;
  try {
    const outcome = await evaluateWindow(ports, rule, window, {
      cutBy,
      ...(alertLimits === undefined ? {} : { limits: alertLimits }),
      ...(strict === undefined ? {} : { strict }),
    });
    return result(outcome);
  } catch (thrown) {
    return result({ diagnosis: failureOf(rule, thrown) });
  }
}

const noRows: AsyncIterable<string> = {
  async *[Symbol.asyncIterator]() {},
};

function limitsOf({ timeout, memory }: RuleInForce["rule"]): Partial<QueryLimits> {
  return {
    ...(timeout === undefined ? {} : { maxSeconds: timeout / 1000 }),
    ...(memory === undefined ? {} : { maxMemoryBytes: memory, maxStepBytes: memory }),
  };
}
