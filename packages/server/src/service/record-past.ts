import type { Rule } from "@calypso/catalog";
import type { Evaluation } from "../detect/evaluate.js";
import type { Window } from "../detect/ticks.js";
import type { Ids } from "../platform/ids.js";
import type { State } from "../state/open-state.js";
import { recordResult } from "./record-result.js";
import { ruleKey, takeUpRules } from "./rules-in-force.js";

/** What a rule came to over some stretch of the past. */
export interface PastRun {
  readonly rule: Rule;
  readonly window: Window;
  readonly evaluation: Evaluation;
}

/**
 * Writes runs of the past that raised alerts into the state, with the incidents that they make, as if each had run when its window was
 * over. A service that takes these rules up later owes nothing for the time before.
 */
export async function recordPast(state: State, runs: readonly PastRun[], ids: Ids): Promise<void> {
  const rules = new Map(runs.map(({ rule }) => [ruleKey(rule), rule]));
  const ends = runs.map(({ window }) => toMilliseconds(window.to));
  const inForce = await takeUpRules(
    state,
    [...rules.values()],
    new Date(ends.reduce((first, end) => Math.min(first, end), Date.UTC(9999, 0))),
  );
  const byKey = new Map(inForce.map((one) => [one.id, one]));
  const raised = runs.filter(({ evaluation }) => evaluation.alerts.length > 0);
  for (const { rule, window, evaluation } of raised.sort((one, two) => Number(one.window.to - two.window.to))) {
    const one = byKey.get(ruleKey(rule));
    if (one === undefined) continue;
    const end = new Date(toMilliseconds(window.to));
    const now = new Date(end.getTime() + one.delay);
    const planned = await state.db
      .insertInto("windows")
      .values({
        ...{ rule_id: one.id, window_from: new Date(toMilliseconds(window.from)), window_to: end, due_at: now },
        ...{ state: "running", started_at: now, version: one.version },
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const result = { evaluation, seconds: 0, reading: { rows: 0n, bytes: 0n } };
    await recordResult(state, one, planned, result, { now, ids });
  }
  await state.db.updateTable("rules").set({ active_since: null }).execute();
}

function toMilliseconds(ticks: bigint): number {
  return Number(ticks / 10_000n);
}
