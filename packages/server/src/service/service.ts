import type { Rule } from "@calypso/catalog";
import type { AlertLimits } from "../detect/alert.js";
import type { Diagnosis } from "../detect/diagnosis.js";
import type { Window } from "../detect/ticks.js";
import { type Clock, ticksOf } from "../platform/clock.js";
import type { Ids } from "../platform/ids.js";
import type { State } from "../state/open-state.js";
import { failureFrom } from "../store/failures.js";
import type { QueryLimits, Store } from "../store/store.js";
import type { RaisedAlert } from "./alert-row.js";
import type { DiskRoom, RoomChange } from "./disk-room.js";
import { begin, dueWindows, fail, type LedgerWindow, markOwed, suppress, takeBackInterrupted } from "./ledger.js";
import { lookAhead } from "./look-ahead.js";
import { oweNoticeOfFailure } from "./notices.js";
import { planWindows, scheduleOf } from "./plan-windows.js";
import { publishOwed } from "./publish.js";
import type { DriftChange } from "./record-drifts.js";
import type { NewlyHidden } from "./record-hidden.js";
import { recordResult } from "./record-result.js";
import { type RuleInForce, takeUpRules } from "./rules-in-force.js";
import { type LookedAt, runWindow } from "./run-window.js";

/** What the service works with. */
export interface ServiceParts {
  readonly state: State;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Where rows for the logs are written before they are loaded. */
  readonly folder: string;
  /** How many windows run at a time. */
  readonly concurrency: number;
  /** The bounds of one run. */
  readonly limits?: Partial<QueryLimits>;
  readonly alertLimits?: Partial<AlertLimits>;
  /** Whether rows for the logs may be stored now; always where absent. */
  readonly room?: DiskRoom;
  readonly tell: (event: ServiceEvent) => void;
}

/** What an operator is told. */
export type ServiceEvent =
  | { readonly kind: "alert"; readonly rule: Rule; readonly raised: RaisedAlert }
  | {
      readonly kind: "done";
      readonly rule: Rule;
      readonly window: LedgerWindow;
      readonly rows: number;
      readonly hidden: number;
    }
  /** Told once for each reason that a rule has, until it runs again. */
  | { readonly kind: "failed"; readonly rule: Rule; readonly window: LedgerWindow; readonly message: string }
  /** An exception hides somebody or something that it had not hidden before. */
  | ({ readonly kind: "newly-hidden"; readonly rule: Rule; readonly window: LedgerWindow } & NewlyHidden)
  /** An exception has no effect. Told once for each reason, until the rule is taken up again. */
  | { readonly kind: "exception-left-out"; readonly rule: Rule; readonly diagnosis: Diagnosis }
  | { readonly kind: "owed"; readonly count: number }
  /** The disk has no room for new logs, or has it again. */
  | ({ readonly kind: "room" } & RoomChange)
  /** A table or column that rules read is not as it was, or is so again. */
  | ({ readonly kind: "drift" } & DriftChange)
  /** Told when the rule is taken up: nothing says when it runs. */
  | { readonly kind: "unscheduled"; readonly rule: Rule };

/**
 * Runs rules by the clock. Each window of each rule is a row of the ledger, which is all that a service needs to go on
 * where another was ended.
 */
export class Service {
  readonly #parts: ServiceParts;
  #rules: ReadonlyMap<string, RuleInForce> = new Map();
  /** When the last window in the ledger is due, by rule. */
  readonly #plannedTo = new Map<string, number>();
  readonly #failing = new Map<string, string>();
  readonly #leftOut = new Set<string>();
  #owed = 0;
  #clean = false;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /** Takes up the rules that are to run from now on. */
  async takeUp(rules: readonly Rule[]): Promise<void> {
    const inForce = await takeUpRules(this.#parts.state, rules, this.#parts.clock());
    this.#rules = new Map(inForce.map((one) => [one.id, one]));
    this.#plannedTo.clear();
    this.#leftOut.clear();
    for (const one of inForce) {
      const isOff = !one.rule.enabled || one.rule.obstacle !== undefined;
      if (!isOff && scheduleOf(one) === undefined) this.#parts.tell({ kind: "unscheduled", rule: one.rule });
    }
  }

  /** Runs what is due now, and returns how many windows that were. Throws where the state is away; nothing is lost. */
  async tick(signal?: AbortSignal): Promise<number> {
    const { state, clock, concurrency, tell } = this.#parts;
    await state.stillAlone();
    // Windows that are called running were begun by a process that is no more, or lost their state on the way.
    if (!this.#clean) await takeBackInterrupted(state);
    this.#clean = false;
    const now = clock();
    await this.#plan(now);
    const owed = await markOwed(state, now);
    if (owed > this.#owed) tell({ kind: "owed", count: owed });
    this.#owed = owed;
    const due = await dueWindows(state, now, concurrency * 32);
    const looked = signal?.aborted === true ? new Map() : await this.#look(due, signal);
    const waiting = [...due];
    const work = async () => {
      for (let window = waiting.shift(); window !== undefined; window = waiting.shift()) {
        if (signal?.aborted === true) return;
        await this.#run(window, looked.get(window), signal);
      }
    };
    // All of them come to their end before what stopped one is told: nothing runs on beside the next round.
    const outcomes = await Promise.allSettled(Array.from({ length: concurrency }, work));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    await this.#publish();
    this.#clean = true;
    return due.length;
  }

  /** Puts rows into the logs where there is room for them; where there is none, they wait in the state. */
  async #publish(): Promise<void> {
    const { state, store, folder, clock, room } = this.#parts;
    if ((await room?.enough()) === false) return;
    try {
      await publishOwed(state, { store, folder, now: clock });
    } catch (error) {
      if (room === undefined || failureFrom(error).code !== "store-full") throw error;
      room.refused();
      await room.enough();
    }
  }

  async #plan(now: Date): Promise<void> {
    for (const one of this.#rules.values()) {
      if ((this.#plannedTo.get(one.id) ?? 0) > now.getTime()) continue;
      const dueAt = await planWindows(this.#parts.state, one, now);
      // Rules may have been taken up meanwhile, of which this says nothing.
      if (dueAt !== undefined && this.#rules.get(one.id) === one) this.#plannedTo.set(one.id, dueAt.getTime());
    }
  }

  /** What is known of windows before they run. */
  async #look(
    due: readonly LedgerWindow[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<LedgerWindow, LookedAt>> {
    const upcoming = due.flatMap((row) => {
      const one = this.#rules.get(row.rule_id);
      return one === undefined ? [] : [{ row, one, window: rangeOf(row) }];
    });
    const { store, limits } = this.#parts;
    const options = { ...store.limits, ...limits, ...(signal === undefined ? {} : { signal }) };
    const looked = await lookAhead(store, upcoming, options);
    return new Map([...looked].map(([{ row }, known]) => [row, known]));
  }

  async #run(window: LedgerWindow, known: LookedAt | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { state, store, clock, ids, tell, limits, alertLimits } = this.#parts;
    const one = this.#rules.get(window.rule_id);
    if (one === undefined) return;
    const { suppressed_until } = await state.db
      .selectFrom("rules")
      .select("suppressed_until")
      .where("id", "=", one.id)
      .executeTakeFirstOrThrow();
    if (suppressed_until !== null && window.window_to < suppressed_until) return suppress(state, window, clock());
    await begin(state, window, one.version, clock());
    const options = {
      ...(limits === undefined ? {} : { limits }),
      ...(alertLimits === undefined ? {} : { alertLimits }),
      ...(signal === undefined ? {} : { signal }),
    };
    const { outcome, ...cost } = await runWindow(store, one, rangeOf(window), options, known);
    // A run that was stopped is owed to the next service.
    if (signal?.aborted === true) return;
    if (outcome.evaluation === undefined) return this.#failed(one, window, outcome.diagnosis);
    const { evaluation, exceptionDiagnoses } = outcome;
    const result = { evaluation, ...cost };
    const { raised, newlyHidden } = await recordResult(state, one, window, result, { now: clock(), ids });
    this.#failing.delete(one.id);
    const { rule } = one;
    for (const alert of raised) tell({ kind: "alert", rule, raised: alert });
    for (const diagnosis of exceptionDiagnoses) this.#tellLeftOut(one, diagnosis);
    for (const hidden of newlyHidden) tell({ kind: "newly-hidden", rule, window, ...hidden });
    tell({ kind: "done", rule, window, rows: evaluation.rows, hidden: evaluation.hidden.rows });
  }

  #tellLeftOut({ id, rule }: RuleInForce, diagnosis: Diagnosis): void {
    const key = JSON.stringify([id, diagnosis.message]);
    if (this.#leftOut.has(key)) return;
    this.#leftOut.add(key);
    this.#parts.tell({ kind: "exception-left-out", rule, diagnosis });
  }

  async #failed(
    one: RuleInForce,
    window: LedgerWindow,
    { code, message }: { readonly code: string; readonly message: string },
  ): Promise<void> {
    const { state, clock, tell } = this.#parts;
    const { id, rule } = one;
    const waits = code === "store-full";
    if (waits) this.#parts.room?.refused();
    await fail(state, window, { code, message, permanent: !passing.has(code), waits }, clock());
    if (this.#failing.get(id) === message) return;
    this.#failing.set(id, message);
    await oweNoticeOfFailure(state.db, one, message, clock());
    tell({ kind: "failed", rule, window, message });
  }
}

function rangeOf({ window_from, window_to }: LedgerWindow): Window {
  return { from: ticksOf(window_from), to: ticksOf(window_to) };
}

/** What may be over when the window is tried again. */
const passing: ReadonlySet<string> = new Set([
  "query-timeout",
  "query-memory",
  "query-cancelled",
  "step-memory",
  "store-unreachable",
  "store-full",
  "external-missing",
  "external-unreadable",
  "engine-error",
  "internal-error",
]);
