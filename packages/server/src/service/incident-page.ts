import { sql } from "kysely";
import type { State } from "../state/open-state.js";
import { dueAt, type LevelState, levelState } from "./service-levels.js";

/** An entity of an incident's alerts, by the name of its page. */
export interface IncidentEntity {
  readonly type: string;
  readonly name: string;
  readonly label: string;
  /** The alerts that name it. */
  readonly alerts: readonly string[];
  /** How many other incidents name it. */
  readonly elsewhere: number;
}

/** The entities of an incident, those of most alerts first. */
export async function entitiesOfIncident(state: State, incident: string): Promise<readonly IncidentEntity[]> {
  const { rows } = await sql<IncidentEntity>`
    SELECT n.type, n.name, min(n.label) AS label, jsonb_agg(a.id ORDER BY a.raised_at, a.part) AS alerts,
      (SELECT count(DISTINCT b.incident_id)::int FROM alert_names m JOIN alerts b ON b.id = m.alert_id
        WHERE m.type = n.type AND m.name = n.name AND b.incident_id <> ${incident}) AS elsewhere
    FROM alert_names n JOIN alerts a ON a.id = n.alert_id
    WHERE a.incident_id = ${incident} AND n.main GROUP BY n.type, n.name
    ORDER BY count(*) DESC, n.type, n.name`.execute(state.db);
  return rows;
}

/** How an incident stands, beside what is in its row. */
export interface Standing {
  readonly rule_name: string | null;
  readonly due_at: Date | null;
  readonly sla: LevelState | null;
  /** Another one with every change. */
  readonly version: string;
}

export async function standingOf(state: State, incident: string, now: Date): Promise<Standing> {
  const { rows } = await sql<Standing>`
    SELECT r.name AS rule_name, ${dueAt} AS due_at, ${levelState(now)} AS sla,
      (SELECT max(e.id)::text FROM incident_events e WHERE e.incident_id = i.id) AS version
    FROM incidents i LEFT JOIN rules r ON r.id = i.rule_id LEFT JOIN service_levels s ON s.severity = i.severity
    WHERE i.id = ${incident}`.execute(state.db);
  return rows[0] ?? { rule_name: null, due_at: null, sla: null, version: "0" };
}

/** Another incident that is like one, and in what. */
export interface SimilarIncident {
  readonly number: number;
  readonly title: string;
  readonly severity: string;
  readonly status: string;
  readonly owner: string | null;
  readonly classification: string | null;
  readonly classification_reason: string | null;
  readonly classification_comment: string | null;
  readonly created_at: Date;
  readonly same_rule: boolean;
  /** Entities that both name, in the words of people. */
  readonly shared: readonly string[];
}

/** How incidents of the same rule were judged that are closed. */
export interface PastVerdict {
  readonly classification: string;
  readonly reason: string | null;
  readonly count: number;
}

/**
 * Incidents of the same rule, or that name the same entities by strong identifiers: those that share most first, then the newest;
 * and how those of the same rule were judged.
 */
export async function similarIncidents(
  state: State,
  incident: string,
  limit = 50,
): Promise<{ readonly incidents: readonly SimilarIncident[]; readonly verdicts: readonly PastVerdict[] }> {
  const { rows } = await sql<SimilarIncident>`
    WITH mine AS (SELECT DISTINCT e.key FROM alert_entities e JOIN alerts a ON a.id = e.alert_id WHERE a.incident_id = ${incident}
        UNION SELECT e.key FROM bookmark_entities e JOIN incident_bookmarks b ON b.bookmark_id = e.bookmark_id WHERE b.incident_id = ${incident}),
      named AS (SELECT a.incident_id, e.key, e.label FROM mine JOIN alert_entities e ON e.key = mine.key JOIN alerts a ON a.id = e.alert_id
        UNION ALL SELECT b.incident_id, e.key, e.label FROM mine JOIN bookmark_entities e ON e.key = mine.key
          JOIN incident_bookmarks b ON b.bookmark_id = e.bookmark_id),
      shared AS (SELECT incident_id, count(DISTINCT key) AS keys, jsonb_agg(DISTINCT label) AS labels FROM named
        WHERE incident_id IS NOT NULL GROUP BY incident_id)
    SELECT i.number, i.title, i.severity, i.status, i.owner, i.classification, i.classification_reason, i.classification_comment,
      i.created_at, coalesce(i.rule_id = this.rule_id, false) AS same_rule, coalesce(s.labels, '[]') AS shared
    FROM incidents this JOIN incidents i ON i.id <> this.id LEFT JOIN shared s ON s.incident_id = i.id
    WHERE this.id = ${incident} AND (s.incident_id IS NOT NULL OR i.rule_id = this.rule_id)
    ORDER BY coalesce(s.keys, 0) DESC, same_rule DESC, i.number DESC LIMIT ${limit}`.execute(state.db);
  const verdicts = await sql<PastVerdict>`
    SELECT i.classification, i.classification_reason AS reason, count(*)::int AS count
    FROM incidents this JOIN incidents i ON i.rule_id = this.rule_id AND i.id <> this.id
    WHERE this.id = ${incident} AND i.status = 'Closed' AND i.classification IS NOT NULL
    GROUP BY 1, 2 ORDER BY 3 DESC, 1`.execute(state.db);
  return { incidents: rows, verdicts: verdicts.rows };
}
