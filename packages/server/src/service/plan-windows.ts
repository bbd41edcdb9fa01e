import { createHash } from "node:crypto";
import { everyMinute, type Schedule } from "../detect/windows.js";
import type { State } from "../state/open-state.js";
import type { RuleInForce } from "./rules-in-force.js";

/**
 * Writes the windows of a rule into the ledger up to the first that is not due yet, from the last that is there on: what
 * a pause, a crash or a jump of the clock left out is owed, and each window is there once. Returns when the last window
 * that is there is due; undefined for a rule that has none.
 */
export async function planWindows(state: State, one: RuleInForce, now: Date, most = 1000): Promise<Date | undefined> {
  const schedule = scheduleOf(one);
  if (schedule === undefined || !one.rule.enabled) return undefined;
  return state.db.transaction().execute(async (db) => {
    const { active_since } = await db
      .selectFrom("rules")
      .select("active_since")
      .where("id", "=", one.id)
      .executeTakeFirstOrThrow();
    const last = await db
      .selectFrom("windows")
      .select("window_to")
      .where("rule_id", "=", one.id)
      .orderBy("window_to", "desc")
      .executeTakeFirst();
    const start = firstEnd(one.id, schedule, (active_since ?? now).getTime() - one.delay);
    const next = last === undefined ? start : Math.max(last.window_to.getTime() + schedule.frequency, start);
    const ends: number[] = [];
    const isDue = (end: number) => end + one.delay <= now.getTime();
    for (let end = next; ends.length < most; end += schedule.frequency) {
      // One window that is not due yet always stands in the ledger.
      const planned = ends.at(-1) ?? last?.window_to.getTime();
      if (planned !== undefined && !isDue(planned)) break;
      ends.push(end);
    }
    const end = ends.at(-1) ?? last?.window_to.getTime() ?? start;
    if (ends.length > 0)
      await db
        .insertInto("windows")
        .values(
          ends.map((end) => ({
            rule_id: one.id,
            window_from: new Date(end - schedule.period),
            window_to: new Date(end),
            due_at: new Date(end + one.delay),
            state: "planned" as const,
          })),
        )
        .execute();
    return new Date(end + one.delay);
  });
}

/** When a rule runs; undefined where its file tells no schedule, or one of less than a minute. */
export function scheduleOf({ rule }: RuleInForce): Schedule | undefined {
  if (rule.kind === "NRT") return everyMinute;
  const { queryFrequency, queryPeriod } = rule;
  if (queryFrequency === undefined || queryPeriod === undefined || queryFrequency < 60_000) return undefined;
  return { frequency: queryFrequency, period: queryPeriod };
}

/** The ends of the windows after a time, without end. */
export function* windowEnds(id: string, schedule: Schedule, after: number): Generator<number> {
  for (let end = firstEnd(id, schedule, after); ; end += schedule.frequency) if (end > after) yield end;
}

/**
 * The end of the last window that has ended by `now`. Each rule's windows end at an own distance from the full hour or
 * day, so that many rules of one frequency never run at the same moment.
 */
export function firstEnd(id: string, { frequency }: Schedule, now: number): number {
  const offset = createHash("sha256").update(id).digest().readUInt32BE(0) % Math.floor(frequency / 1000);
  const shift = offset * 1000;
  return Math.floor((now - shift) / frequency) * frequency + shift;
}
