import { type Selectable, sql } from "kysely";
import type { State } from "../state/open-state.js";
import type {
  AlertsTable,
  BookmarksTable,
  IncidentEventsTable,
  IncidentsTable,
  IncidentTasksTable,
} from "../state/tables.js";
import { Failure } from "../store/failures.js";

export type Incident = Selectable<IncidentsTable>;

/** Which incidents are listed. */
export interface IncidentFilter {
  readonly status?: readonly Incident["status"][];
  readonly owner?: string;
  readonly severity?: string;
  readonly limit: number;
}

/** Incidents, newest first. */
export async function listIncidents(state: State, filter: IncidentFilter): Promise<readonly Incident[]> {
  const { status, owner, severity, limit } = filter;
  return state.db
    .selectFrom("incidents")
    .selectAll()
    .$if(status !== undefined, (query) => query.where("status", "in", status ?? []))
    .$if(owner !== undefined, (query) => query.where("owner", "=", owner ?? ""))
    .$if(severity !== undefined, (query) => query.where("severity", "=", severity ?? ""))
    .orderBy("number", "desc")
    .limit(limit)
    .execute();
}

/** The incident of a number or an id. */
export async function incidentNamed(state: State, name: string): Promise<Incident> {
  const number = /^\d{1,9}$/.test(name) ? Number(name) : -1;
  const found = await state.db
    .selectFrom("incidents")
    .selectAll()
    .where((where) => where.or([where("number", "=", number), where("id", "=", name)]))
    .executeTakeFirst();
  if (found === undefined) throw new Failure("incident-unknown", `there is no incident ${name}`);
  return found;
}

/** An incident with all that belongs to it, each in the order of time. */
export interface IncidentDetails {
  readonly incident: Incident;
  readonly alerts: readonly Selectable<AlertsTable>[];
  readonly bookmarks: readonly Selectable<BookmarksTable>[];
  readonly tasks: readonly Selectable<IncidentTasksTable>[];
  readonly events: readonly Selectable<IncidentEventsTable>[];
}

/** All that is known of an incident. */
export async function incidentDetails(state: State, name: string): Promise<IncidentDetails> {
  const incident = await incidentNamed(state, name);
  const { db } = state;
  const of = incident.id;
  return {
    incident,
    alerts: await db
      .selectFrom("alerts")
      .selectAll()
      .where("incident_id", "=", of)
      .orderBy("raised_at")
      .orderBy("part")
      .execute(),
    bookmarks: await db
      .selectFrom("bookmarks")
      .innerJoin("incident_bookmarks", "bookmark_id", "bookmarks.id")
      .selectAll("bookmarks")
      .where("incident_id", "=", of)
      .orderBy("at")
      .orderBy("bookmarks.id")
      .execute(),
    tasks: await db
      .selectFrom("incident_tasks")
      .selectAll()
      .where("incident_id", "=", of)
      .orderBy("created_at")
      .orderBy("id")
      .execute(),
    events: await db.selectFrom("incident_events").selectAll().where("incident_id", "=", of).orderBy("id").execute(),
  };
}

/** Another incident, and the entities that it shares. */
export interface RelatedIncident {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly severity: string;
  readonly status: string;
  readonly created_at: Date;
  readonly shared: readonly string[];
}

/** Incidents that name entities of this one, by strong identifiers: those that share most first, then the newest. */
export async function relatedIncidents(
  state: State,
  incident: string,
  limit = 50,
): Promise<readonly RelatedIncident[]> {
  const { rows } = await sql<RelatedIncident>`
    WITH named AS NOT MATERIALIZED (
      SELECT a.incident_id, e.key, e.label FROM alert_entities e JOIN alerts a ON a.id = e.alert_id
      UNION ALL
      SELECT b.incident_id, e.key, e.label FROM bookmark_entities e
      JOIN incident_bookmarks b ON b.bookmark_id = e.bookmark_id)
    SELECT i.id, i.number, i.title, i.severity, i.status, i.created_at, jsonb_agg(DISTINCT theirs.label) AS shared
    FROM (SELECT DISTINCT key FROM named WHERE incident_id = ${incident}) AS mine
    JOIN named theirs ON theirs.key = mine.key
    JOIN incidents i ON i.id = theirs.incident_id
    WHERE i.id <> ${incident}
    GROUP BY i.id
    ORDER BY count(DISTINCT mine.key) DESC, i.number DESC
    LIMIT ${limit}`.execute(state.db);
  return rows;
}
