import { type Selectable, sql } from "kysely";
import type { State } from "../state/open-state.js";
import type { WindowsTable } from "../state/tables.js";

/** One row of the ledger. */
export type LedgerWindow = Selectable<WindowsTable>;

/** How often a window is tried at most, and how long after each failure it is tried again, in milliseconds. */
const retryAfter: readonly number[] = [10_000, 30_000, 60_000, 300_000, 600_000];

/** What a process that was killed had begun is owed again. Called before anything runs. */
export async function takeBackInterrupted(state: State): Promise<number> {
  const { numUpdatedRows } = await state.db
    .updateTable("windows")
    .set({ state: "owed", started_at: null })
    .where("state", "=", "running")
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Calls windows owed that have been due for so long that they should have run. Returns how many are owed. */
export async function markOwed(state: State, now: Date, grace = 60_000): Promise<number> {
  await state.db
    .updateTable("windows")
    .set({ state: "owed" })
    .where("state", "=", "planned")
    .where("due_at", "<", new Date(now.getTime() - grace))
    .execute();
  const { count } = await state.db
    .selectFrom("windows")
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .where("state", "=", "owed")
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * The windows that can run now, of each rule the first that is not done: those due just now, which may be half of all, and
 * then the earliest. So catching up delays nothing, and what is owed has its share however much is due.
 */
export async function dueWindows(state: State, now: Date, most: number): Promise<readonly LedgerWindow[]> {
  const since = new Date(now.getTime() - onTime);
  const due = await runnable(state, now, Math.ceil(most / 2))
    .where("w.due_at", ">=", since)
    .execute();
  const owed = await runnable(state, now, most - due.length)
    .where("w.due_at", "<", since)
    .execute();
  return [...due, ...owed];
}

/** A window that has been due for no longer is due just now, in milliseconds. */
const onTime = 60_000;

function runnable(state: State, now: Date, most: number) {
  return state.db
    .selectFrom("windows as w")
    .selectAll("w")
    .innerJoin("rules as r", "r.id", "w.rule_id")
    .where("r.active_since", "is not", null)
    .where("w.state", "in", ["planned", "owed"])
    .where("w.due_at", "<=", now)
    .where((where) => where.or([where("w.retry_at", "is", null), where("w.retry_at", "<=", now)]))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("windows as earlier")
            .select(sql`1`.as("one"))
            .whereRef("earlier.rule_id", "=", "w.rule_id")
            .whereRef("earlier.window_to", "<", "w.window_to")
            .where("earlier.state", "in", ["planned", "owed", "running"]),
        ),
      ),
    )
    .orderBy("w.due_at")
    .orderBy("w.rule_id")
    .limit(most);
}

/** Notes that a window has begun. */
export async function begin(state: State, window: LedgerWindow, version: string, now: Date): Promise<void> {
  await ofWindow(state, window)
    .set((column) => ({
      state: "running",
      started_at: now,
      attempts: column("attempts", "+", 1),
      version,
      error_code: null,
      error_message: null,
    }))
    .execute();
}

/** Why a window has no result. */
export interface WindowFailure {
  readonly code: string;
  readonly message: string;
  /** The same would happen again: the rule itself is wrong. */
  readonly permanent: boolean;
  /** It passes when somebody makes room: the window is owed until then. */
  readonly waits?: boolean;
}

/** Notes that an attempt failed; true where the window is given up, false where it is tried again later. */
export async function fail(state: State, window: LedgerWindow, failure: WindowFailure, now: Date): Promise<boolean> {
  const pause = retryAfter[window.attempts] ?? (failure.waits ? retryAfter.at(-1) : undefined);
  const over = failure.permanent || pause === undefined;
  await ofWindow(state, window)
    .set({
      state: over ? "failed" : "owed",
      finished_at: now,
      retry_at: over ? null : new Date(now.getTime() + pause),
      error_code: failure.code,
      error_message: failure.message,
    })
    .execute();
  return over;
}

/** Notes that a window was passed over, because an alert of the rule suppresses it. */
export async function suppress(state: State, window: LedgerWindow, now: Date): Promise<void> {
  await ofWindow(state, window).set({ state: "suppressed", finished_at: now }).execute();
}

/** Puts windows that failed back among the owed ones; they run in order, and each once. Returns how many. */
export async function owe(state: State, rule: string, range: { from: Date; to: Date }): Promise<number> {
  const { numUpdatedRows } = await state.db
    .updateTable("windows")
    .set({ state: "owed", attempts: 0, retry_at: null })
    .where("rule_id", "=", rule)
    .where("state", "=", "failed")
    .where("window_to", ">", range.from)
    .where("window_to", "<=", range.to)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

function ofWindow(state: State, { rule_id, window_to }: LedgerWindow) {
  return state.db.updateTable("windows").where("rule_id", "=", rule_id).where("window_to", "=", window_to);
}
