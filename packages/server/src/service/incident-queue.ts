import { type RawBuilder, sql } from "kysely";
import { nameOfPage } from "../state/entity-names.js";
import type { State } from "../state/open-state.js";
import { all, beyond, cursorOf, patternOf, wordsOf } from "./lists.js";
import { dueAt, type LevelState, levelState } from "./service-levels.js";

/** Which incidents are wanted; what is not named does not matter, and of several values one is enough. */
export interface QueueFilter {
  readonly status?: readonly string[];
  readonly severity?: readonly string[];
  /** Nobody where empty. */
  readonly owner?: readonly string[];
  /** Keys of rules. */
  readonly rule?: readonly string[];
  readonly tactic?: readonly string[];
  readonly label?: readonly string[];
  readonly classification?: readonly string[];
  readonly sla?: readonly string[];
  /** All its words stand in the title, the description, the rule's name or the entities' names, or are the number. */
  readonly text?: string;
  /** Made at or after, and before. */
  readonly from?: Date;
  readonly to?: Date;
  readonly entity?: { readonly type: string; readonly name: string };
}

/** What the queue is sorted by; the number decides where that is the same. */
export const queueSorts = ["created", "modified", "severity", "due", "alerts"] as const;
export type QueueSort = (typeof queueSorts)[number];

export interface QueueRequest extends QueueFilter {
  readonly sort: QueueSort;
  readonly descending: boolean;
  readonly limit: number;
  /** What an answer before said. */
  readonly after?: string;
}

/** An incident as the queue shows it. */
export interface QueuedIncident {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly severity: string;
  readonly status: "New" | "Active" | "Closed";
  readonly classification: string | null;
  readonly owner: string | null;
  readonly rule_id: string | null;
  readonly rule_name: string | null;
  readonly tactics: readonly string[];
  readonly labels: readonly string[];
  readonly created_at: Date;
  readonly modified_at: Date;
  readonly last_activity: string;
  readonly alerts: number;
  readonly comments: number;
  readonly entities: readonly { readonly type: string; readonly name: string; readonly label: string }[];
  readonly due_at: Date | null;
  readonly answered_at: Date | null;
  readonly sla: LevelState | null;
  /** Another one with every change. */
  readonly version: string;
}

/** How many incidents there are of one value, were it alone asked for in its facet. */
export interface FacetCount {
  readonly facet: string;
  readonly value: string;
  /** For people, where the value is a key. */
  readonly label: string | null;
  readonly count: number;
}

export interface QueuePage {
  readonly incidents: readonly QueuedIncident[];
  /** For the next page; absent at the end. */
  readonly next?: string;
}

const facets: Readonly<Record<string, RawBuilder<string>>> = {
  status: sql`q.status`,
  severity: sql`q.severity`,
  owner: sql`coalesce(q.owner, '')`,
  rule: sql`q.rule_id`,
  classification: sql`q.classification`,
  sla: sql`q.sla`,
};
const listFacets: Readonly<Record<string, RawBuilder<unknown>>> = { tactic: sql`q.tactics`, label: sql`q.labels` };

const keys: Readonly<Record<QueueSort, RawBuilder<unknown>>> = {
  created: sql`extract(epoch FROM q.created_at) * 1000`,
  modified: sql`extract(epoch FROM q.modified_at) * 1000`,
  severity: sql`CASE q.severity WHEN 'High' THEN 3 WHEN 'Medium' THEN 2 WHEN 'Low' THEN 1 ELSE 0 END`,
  // What is due no more comes last where the next is first.
  due: sql`coalesce(extract(epoch FROM q.due_at) * 1000, 9e15)`,
  alerts: sql`(SELECT count(*) FROM alerts a WHERE a.incident_id = q.id)`,
};

/** A page of the queue. Pages follow each other without a gap or a double, whatever comes meanwhile, where the sort is by what does not change. */
export async function queuePage(state: State, request: QueueRequest, now: Date): Promise<QueuePage> {
  const { sort, descending, limit, after } = request;
  const key = sql`(${keys[sort]})::bigint`;
  const way = descending ? sql`DESC` : sql`ASC`;
  const conditions = [
    ...conditionsOf(request).values(),
    ...(after === undefined ? [] : [beyond(after, request, key, { tie: sql`q.number`, type: "number" })]),
  ];
  const { rows } = await sql<QueuedIncident & { readonly key: string }>`
    WITH q AS ${queue(now)}
    SELECT q.id, q.number, q.title, q.severity, q.status, q.classification, q.owner, q.rule_id, q.rule_name, q.tactics, q.labels,
      q.created_at, q.modified_at, q.last_activity, q.due_at, q.answered_at, q.sla, ${key}::text AS key,
      (SELECT count(*)::int FROM alerts a WHERE a.incident_id = q.id) AS alerts,
      (SELECT count(*)::int FROM incident_events e WHERE e.incident_id = q.id AND e.kind = 'commented') AS comments,
      (SELECT max(e.id)::text FROM incident_events e WHERE e.incident_id = q.id) AS version,
      coalesce((SELECT jsonb_agg(jsonb_build_object('type', n.type, 'name', n.name, 'label', n.label)) FROM (
        SELECT n.type, n.name, min(n.label) AS label FROM alert_names n JOIN alerts a ON a.id = n.alert_id
        WHERE a.incident_id = q.id AND n.main GROUP BY n.type, n.name ORDER BY n.type, n.name LIMIT 5) n), '[]') AS entities
    FROM q WHERE ${all(conditions)} ORDER BY ${key} ${way}, q.number ${way} LIMIT ${limit + 1}`.execute(state.db);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    incidents: shown,
    ...(last === undefined || rows.length <= limit ? {} : { next: cursorOf(sort, last.key, last.number) }),
  };
}

/** How many incidents there are in all, and by each value of each facet under the other facets' choices. */
export async function queueCounts(
  state: State,
  filter: QueueFilter,
  now: Date,
): Promise<{ readonly total: number; readonly counts: readonly FacetCount[] }> {
  const conditions = conditionsOf(filter);
  const others = (facet: string) => all([...conditions].flatMap(([name, one]) => (name === facet ? [] : [one])));
  const single = Object.entries(facets).map(
    ([facet, value]) => sql`SELECT ${sql.lit(facet)} AS facet, ${value} AS value,
      ${facet === "rule" ? sql`max(q.rule_name)` : sql`NULL::text`} AS label, count(*)::int AS count
      FROM q WHERE ${value} IS NOT NULL AND ${others(facet)} GROUP BY 2`,
  );
  const listed = Object.entries(listFacets).map(
    ([
      facet,
      values,
    ]) => sql`SELECT ${sql.lit(facet)} AS facet, v.value, NULL::text AS label, count(DISTINCT q.id)::int AS count
      FROM q, jsonb_array_elements_text(${values}) v(value) WHERE ${others(facet)} GROUP BY 2`,
  );
  const total = sql`SELECT '' AS facet, '' AS value, NULL::text AS label, count(*)::int AS count FROM q WHERE ${others("")}`;
  const { rows } = await sql<FacetCount>`
    WITH q AS MATERIALIZED ${queue(now)}
    SELECT * FROM (${sql.join([total, ...single, ...listed], sql` UNION ALL `)}) counted ORDER BY count DESC, value`.execute(
    state.db,
  );
  return {
    total: rows.find(({ facet }) => facet === "")?.count ?? 0,
    counts: rows.filter(({ facet }) => facet !== ""),
  };
}

function queue(now: Date): RawBuilder<unknown> {
  return sql`(SELECT i.*, r.name AS rule_name, ${dueAt} AS due_at, ${levelState(now)} AS sla
    FROM incidents i LEFT JOIN rules r ON r.id = i.rule_id LEFT JOIN service_levels s ON s.severity = i.severity)`;
}

/** What each part of a filter asks of a row of the queue. */
function conditionsOf(filter: QueueFilter): ReadonlyMap<string, RawBuilder<unknown>> {
  const found = new Map<string, RawBuilder<unknown>>();
  const wanted = new Map(Object.entries(filter));
  for (const [facet, value] of Object.entries(facets)) {
    const values = wanted.get(facet);
    if (Array.isArray(values) && values.length > 0) found.set(facet, sql`${value} IN (${sql.join(values)})`);
  }
  for (const [facet, list] of Object.entries(listFacets)) {
    const values = wanted.get(facet);
    if (!Array.isArray(values) || values.length === 0) continue;
    const one = sql`SELECT 1 FROM jsonb_array_elements_text(${list}) v(value) WHERE v.value IN (${sql.join(values)})`;
    found.set(facet, sql`EXISTS (${one})`);
  }
  const { text, from, to, entity } = filter;
  const words = wordsOf(text);
  if (words.length > 0) found.set("text", all(words.map(holds)));
  if (from !== undefined) found.set("from", sql`q.created_at >= ${from}`);
  if (to !== undefined) found.set("to", sql`q.created_at < ${to}`);
  if (entity !== undefined) {
    const name = nameOfPage(entity.type, entity.name);
    const named = sql`n.type = ${entity.type} AND n.name = ${name}`;
    found.set("entity", sql`EXISTS (SELECT 1 ${namesOf} AND ${named})`);
  }
  return found;
}

const namesOf = sql`FROM alert_names n JOIN alerts a ON a.id = n.alert_id WHERE a.incident_id = q.id`;

function holds(word: string): RawBuilder<unknown> {
  const pattern = patternOf(word);
  return sql`(q.title ILIKE ${pattern} OR q.description ILIKE ${pattern} OR q.rule_name ILIKE ${pattern}
    OR q.number::text = ${word} OR q.id = ${word} OR EXISTS (SELECT 1 ${namesOf} AND n.label ILIKE ${pattern}))`;
}
