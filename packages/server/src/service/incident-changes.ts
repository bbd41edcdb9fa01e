import type { Transaction } from "kysely";
import type { State } from "../state/open-state.js";
import { storableJson } from "../state/storable.js";
import type { StateTables } from "../state/tables.js";
import { Failure } from "../store/failures.js";
import { incidentRow } from "./incident-row.js";
import { type Classification, type ClassificationReason, judged } from "./incident-rules.js";
import { oweNoticeOfIncident } from "./notices.js";

/** What a person changes about an incident; what is not named stays. */
export interface IncidentChange {
  readonly status?: "New" | "Active" | "Closed";
  readonly severity?: "High" | "Medium" | "Low" | "Informational";
  readonly owner?: string | null;
  readonly classification?: Classification;
  /** One of those that belong to the classification. */
  readonly classificationReason?: ClassificationReason;
  readonly classificationComment?: string;
  readonly labels?: readonly string[];
  /** Added to the comments. */
  readonly comment?: string;
}

/** Who does something, and when. */
export interface Act {
  readonly by: string;
  readonly now: Date;
  /** The incident's version that they saw; without it nobody else's change is in the way. */
  readonly seen?: bigint;
}

type Db = Transaction<StateTables>;

/** Changes an incident, keeps what happened in its history, and owes the logs a row of it. */
export async function changeIncident(state: State, id: string, change: IncidentChange, act: Act): Promise<void> {
  if (change.comment?.trim() === "") throw new Failure("incident-refused", "a comment needs a text");
  const kind = Object.keys(change).every((key) => key === "comment") ? "commented" : "changed";
  await state.db
    .transaction()
    .execute((db) => actOn(db, id, { kind, detail: change, act }, () => apply(db, id, change, act)));
}

async function apply(db: Db, id: string, change: IncidentChange, { now, seen }: Act): Promise<void> {
  if (seen !== undefined) await refuseOverwriting(db, id, change, seen);
  const known = await db.selectFrom("incidents").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const { severity, owner, labels, classificationComment } = change;
  const judgement = judged(known, change);
  await db
    .updateTable("incidents")
    .set({
      ...judgement,
      ...(severity === undefined ? {} : { severity }),
      ...(owner === undefined ? {} : { owner }),
      ...(classificationComment === undefined ? {} : { classification_comment: classificationComment }),
      ...(labels === undefined ? {} : { labels: storableJson([...new Set(labels)]) }),
      closed_at: judgement.status === "Closed" ? (known.closed_at ?? now) : null,
      ...(known.status === "Closed" && judgement.status !== "Closed" ? { opened_at: now } : {}),
    })
    .where("id", "=", id)
    .execute();
}

/**
 * Refuses a change of what others have changed since it was seen, and the closing of an incident that has got an alert since. What is
 * only added, a comment, is in nobody's way.
 */
async function refuseOverwriting(db: Db, id: string, change: IncidentChange, seen: bigint): Promise<void> {
  if (Object.keys(change).every((key) => key === "comment")) return;
  const kinds = ["changed", "reopened", ...(change.status === "Closed" ? ["alert-added"] : [])];
  const since = await db
    .selectFrom("incident_events")
    .select(["at", "by", "kind", "detail"])
    .where("incident_id", "=", id)
    .where("id", ">", seen)
    .where("kind", "in", kinds)
    .orderBy("id", "desc")
    .executeTakeFirst();
  if (since === undefined) return;
  const changed = Object.keys(JSON.parse(since.detail)).join(", ");
  const told = { changed: `changed ${changed}`, reopened: "opened it again", "alert-added": "added an alert" }[
    since.kind
  ];
  throw new Failure("incident-changed", `${since.by} ${told} at ${since.at.toISOString()}, after you looked`, {
    hint: "look at the incident as it is now, and decide again",
  });
}

/** What someone does to an incident, for its history. */
export interface IncidentAct {
  readonly kind: string;
  readonly detail: object;
  readonly act: Act;
}

/** Does something to an incident and notes it: all of it or nothing, one after the other. */
export async function actOn(
  db: Db,
  id: string,
  { kind, detail, act }: IncidentAct,
  work: () => Promise<void>,
): Promise<void> {
  const known = await db.selectFrom("incidents").select("id").where("id", "=", id).forUpdate().executeTakeFirst();
  if (known === undefined) throw new Failure("incident-unknown", `there is no incident ${id}`);
  await work();
  await db
    .updateTable("incidents")
    .set((column) => ({ modified_at: act.now, answered_at: column.fn.coalesce("answered_at", column.val(act.now)) }))
    .where("id", "=", id)
    .execute();
  await db
    .insertInto("incident_events")
    .values({ incident_id: id, at: act.now, by: act.by, kind, detail: JSON.stringify(detail) })
    .execute();
  await publishIncident(db, id, act.by);
}

/** Owes the logs a row of the incident as it is now, and people a notice. */
export async function publishIncident(db: Db, id: string, modifiedBy: string): Promise<void> {
  const incident = await db.selectFrom("incidents").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const alerts = await db
    .selectFrom("alerts")
    .select("id")
    .where("incident_id", "=", id)
    .orderBy("raised_at")
    .orderBy("part")
    .execute();
  const bookmarks = await db
    .selectFrom("incident_bookmarks")
    .select("bookmark_id")
    .where("incident_id", "=", id)
    .orderBy("at")
    .orderBy("bookmark_id")
    .execute();
  const events = await db
    .selectFrom("incident_events")
    .select(["at", "by", "detail"])
    .where("incident_id", "=", id)
    .where("kind", "in", ["commented", "changed"])
    .orderBy("id")
    .execute();
  const tasks = await db
    .selectFrom("incident_tasks")
    .selectAll()
    .where("incident_id", "=", id)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  const comments = events.flatMap(({ at, by, detail }) => {
    const message: unknown = JSON.parse(detail).comment;
    return typeof message === "string" ? [{ at, by, message }] : [];
  });
  const alertIds = alerts.map((alert) => alert.id);
  const bookmarkIds = bookmarks.map(({ bookmark_id }) => bookmark_id);
  const line = incidentRow(incident, { alertIds, bookmarkIds, comments, tasks, modifiedBy });
  await db.insertInto("publications").values({ table_name: "SecurityIncident", line }).execute();
  await oweNoticeOfIncident(db, incident);
}
