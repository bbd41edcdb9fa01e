import { type RawBuilder, sql } from "kysely";
import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";
import type { Act } from "./incident-changes.js";

/** In how many minutes incidents of a severity are to be answered and closed. */
export interface ServiceLevel {
  readonly severity: string;
  readonly answerMinutes: number;
  readonly closeMinutes: number;
  readonly changedAt?: Date;
  readonly changedBy?: string;
}

/** How an incident stands to its targets: open ones are in time, soon over or over; closed ones met both targets or missed one. */
export const levelStates = ["over", "soon", "in-time", "met", "missed"] as const;
export type LevelState = (typeof levelStates)[number];

/** When the next thing about an incident is due: its answer as long as nobody has done anything, then its closing. Of `incidents i`, `service_levels s`. */
export const dueAt: RawBuilder<Date | null> = sql`CASE WHEN i.status = 'Closed' THEN NULL ELSE
  least(CASE WHEN i.answered_at IS NULL THEN i.created_at + s.answer_minutes * interval '1 minute' END,
    i.opened_at + s.close_minutes * interval '1 minute') END`;

/** The state at a moment; null where its severity has no targets. The last quarter of the time is soon. */
export function levelState(now: Date): RawBuilder<LevelState | null> {
  const at = sql`${now}::timestamptz`;
  const answerDue = sql`(i.created_at + s.answer_minutes * interval '1 minute')`;
  const closeDue = sql`(i.opened_at + s.close_minutes * interval '1 minute')`;
  const answerSoon = sql`(i.created_at + s.answer_minutes * interval '45 seconds')`;
  const closeSoon = sql`(i.opened_at + s.close_minutes * interval '45 seconds')`;
  return sql`CASE WHEN s.severity IS NULL THEN NULL
    WHEN i.status = 'Closed' THEN CASE WHEN i.answered_at <= ${answerDue} AND i.closed_at <= ${closeDue} THEN 'met' ELSE 'missed' END
    WHEN (i.answered_at IS NULL AND ${answerDue} < ${at}) OR ${closeDue} < ${at} THEN 'over'
    WHEN (i.answered_at IS NULL AND ${answerSoon} < ${at}) OR ${closeSoon} < ${at} THEN 'soon'
    ELSE 'in-time' END`;
}

/** The targets, for the gravest first. */
export async function serviceLevels(state: State): Promise<readonly ServiceLevel[]> {
  const rows = await state.db.selectFrom("service_levels").selectAll().orderBy("close_minutes").execute();
  return rows.map(({ severity, answer_minutes, close_minutes, changed_at, changed_by }) => ({
    ...{ severity, answerMinutes: answer_minutes, closeMinutes: close_minutes },
    ...(changed_at === null ? {} : { changedAt: changed_at }),
    ...(changed_by === null ? {} : { changedBy: changed_by }),
  }));
}

/** Sets the targets of a severity; they hold for incidents that exist too. */
export async function setServiceLevel(state: State, level: ServiceLevel, { by, now }: Act): Promise<void> {
  const { severity, answerMinutes, closeMinutes } = level;
  if (answerMinutes > closeMinutes)
    throw new Failure("incident-refused", "an incident is answered before it is closed, not after");
  await state.db
    .updateTable("service_levels")
    .set({ answer_minutes: answerMinutes, close_minutes: closeMinutes, changed_at: now, changed_by: by })
    .where("severity", "=", severity)
    .execute();
}
