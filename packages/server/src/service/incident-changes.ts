import type { Transaction } from "kysely";
import type { State } from "../state/open-state.js";
import type { StateTables } from "../state/tables.js";
import { Failure } from "../store/failures.js";
import { incidentRow } from "./incident-row.js";
import { oweNoticeOfIncident } from "./notices.js";

/** What a person changes about an incident; what is not named stays. */
export interface IncidentChange {
  readonly status?: "New" | "Active" | "Closed";
  readonly severity?: "High" | "Medium" | "Low" | "Informational";
  readonly owner?: string | null;
  readonly classification?: "Undetermined" | "TruePositive" | "BenignPositive" | "FalsePositive";
  readonly classificationReason?:
    | "SuspiciousActivity"
    | "SuspiciousButExpected"
    | "IncorrectAlertLogic"
    | "InaccurateData";
  readonly classificationComment?: string;
  readonly labels?: readonly string[];
  /** Added to the comments. */
  readonly comment?: string;
}

/** Changes an incident, keeps what happened in its history, and owes the logs a row of it. */
export async function changeIncident(
  state: State,
  id: string,
  change: IncidentChange,
  { by, now }: { readonly by: string; readonly now: Date },
): Promise<void> {
  await state.db.transaction().execute(async (db) => {
    const known = await db.selectFrom("incidents").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
    if (known === undefined) throw new Failure("incident-unknown", `there is no incident ${id}`);
    const { comment, labels, classificationReason, classificationComment, ...plain } = change;
    const status = change.status ?? known.status;
    await db
      .updateTable("incidents")
      .set({
        ...plain,
        ...(classificationReason === undefined ? {} : { classification_reason: classificationReason }),
        ...(classificationComment === undefined ? {} : { classification_comment: classificationComment }),
        ...(labels === undefined ? {} : { labels: JSON.stringify(labels) }),
        modified_at: now,
        closed_at: status === "Closed" ? (known.closed_at ?? now) : null,
      })
      .where("id", "=", id)
      .execute();
    const kind = Object.keys(change).every((key) => key === "comment") ? "commented" : "changed";
    await db
      .insertInto("incident_events")
      .values({ incident_id: id, at: now, by, kind, detail: JSON.stringify(change) })
      .execute();
    await publishIncident(db, id, by);
  });
}

/** Owes the logs a row of the incident as it is now, and people a notice. */
export async function publishIncident(db: Transaction<StateTables>, id: string, modifiedBy: string): Promise<void> {
  const incident = await db.selectFrom("incidents").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const alerts = await db
    .selectFrom("alerts")
    .select("id")
    .where("incident_id", "=", id)
    .orderBy("raised_at")
    .orderBy("part")
    .execute();
  const events = await db
    .selectFrom("incident_events")
    .select(["at", "by", "detail"])
    .where("incident_id", "=", id)
    .where("detail", "like", '%"comment"%')
    .orderBy("id")
    .execute();
  const comments = events.map(({ at, by, detail }) => ({ at, by, message: String(JSON.parse(detail).comment) }));
  const line = incidentRow(incident, { alertIds: alerts.map((alert) => alert.id), comments, modifiedBy });
  await db.insertInto("publications").values({ table_name: "SecurityIncident", line }).execute();
  await oweNoticeOfIncident(db, incident);
}
