import type { Drift, FeedState } from "../feeds/look.js";
import type { RuleName } from "../feeds/watched.js";
import type { State } from "../state/open-state.js";
import { oweNotice } from "./notices.js";

/** What a look at the feeds found that had not been told. */
export interface DriftChange {
  readonly drift: Drift;
  /** The drift is over. */
  readonly over: boolean;
}

/**
 * Notes what drifts and what does so no more, and owes a notice of each, in one transaction: each is told once. What lasts for a
 * table that could not be looked at goes on; what no rule reads any longer ends without a word.
 */
export async function recordDrifts(
  state: State,
  feeds: readonly FeedState[],
  now: Date,
): Promise<readonly DriftChange[]> {
  return state.db.transaction().execute(async (db) => {
    const rows = await db.selectFrom("drifts").selectAll().where("ended_at", "is", null).orderBy("id").execute();
    // What was written below.
    const open = rows.map(({ id, kind, table_name: table, field, since, message, rules: names }) => {
      const rules = JSON.parse(names) as readonly RuleName[];
      return { id, drift: { kind, table, ...(field === "" ? {} : { field }), since, message, rules } };
    });
    const found = feeds.flatMap(({ drifts }) => drifts);
    const unseen = new Set(feeds.flatMap(({ table, status }) => (status === "not looked at" ? table : [])));
    const changes: DriftChange[] = [];
    for (const { id, drift } of open) {
      if (unseen.has(drift.table) || found.some((one) => isSame(one, drift))) continue;
      await db.updateTable("drifts").set({ ended_at: now }).where("id", "=", id).execute();
      if (isRead(drift, feeds)) changes.push({ drift, over: true });
    }
    for (const drift of found) {
      if (open.some((one) => isSame(one.drift, drift))) continue;
      const { kind, table, field = "", since, message, rules } = drift;
      const row = { kind, table_name: table, field, since, message, rules: JSON.stringify(rules), told_at: now };
      await db.insertInto("drifts").values(row).execute();
      changes.push({ drift, over: false });
    }
    for (const change of changes) await oweNoticeOfDrift(db, change, now);
    return changes;
  });
}

/** What is told of a drift, in one line. */
export function driftText({ drift, over }: DriftChange): string {
  const names = drift.rules.map(({ name }) => name);
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  const blinded = `${names.slice(0, 5).join(", ")}${more}`;
  return over ? `over: ${drift.message}` : `${drift.message}; it blinds ${blinded}`;
}

function isSame(one: Drift, other: Drift): boolean {
  return one.kind === other.kind && one.table === other.table && one.field === other.field;
}

function isRead({ table, field }: Drift, feeds: readonly FeedState[]): boolean {
  const feed = feeds.find((one) => one.table === table);
  return feed !== undefined && (field === undefined || feed.fields.some(({ name }) => name === field));
}

async function oweNoticeOfDrift(db: Parameters<typeof oweNotice>[0], change: DriftChange, at: Date): Promise<void> {
  const { drift, over } = change;
  const subject = drift.field === undefined ? drift.table : `${drift.field} of ${drift.table}`;
  const state = { stopped: "has stopped", emptied: "is empty", changed: "has changed" }[drift.kind];
  const fields = {
    ...{ event: "feed", title: over ? `Over: ${subject} ${state}` : `${subject} ${state}` },
    ...{ rule: drift.rules.map(({ name }) => name).join(", "), message: driftText(change) },
    ...{ start: drift.since.toISOString(), time: at.toISOString() },
  };
  await oweNotice(db, { event: "feed", rules: drift.rules.map(({ id }) => id), fields }, at);
}
