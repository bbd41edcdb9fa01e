import { type RawBuilder, sql } from "kysely";
import type { Alert } from "../detect/alert.js";
import { nameOfPage } from "../state/entity-names.js";
import type { State } from "../state/open-state.js";
import { all, beyond, cursorOf, patternOf, wordsOf } from "./lists.js";

/** Which alerts are wanted; what is not named does not matter, and of several values one is enough. */
export interface AlertFilter {
  readonly severity?: readonly string[];
  /** Keys of rules. */
  readonly rule?: readonly string[];
  /** The status of the incident that they belong to; `none` for those of no incident. */
  readonly incident?: readonly string[];
  /** All its words stand in the title, the rule's name or the entities' names, or are the id. */
  readonly text?: string;
  /** Raised at or after, and before. */
  readonly from?: Date;
  readonly to?: Date;
  readonly entity?: { readonly type: string; readonly name: string };
}

/** What alerts are sorted by. */
export const alertSorts = ["raised", "severity"] as const;
export type AlertSort = (typeof alertSorts)[number];

export interface AlertRequest extends AlertFilter {
  readonly sort: AlertSort;
  readonly descending: boolean;
  readonly limit: number;
  readonly after?: string;
}

/** An alert as lists show it. */
export interface ListedAlert {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly raised_at: Date;
  readonly rule_id: string;
  readonly rule_name: string;
  readonly incident_number: number | null;
  readonly incident_status: string | null;
  readonly alert: Pick<Alert, "start" | "end" | "rows" | "tactics" | "techniques">;
  readonly entities: readonly { readonly type: string; readonly name: string; readonly label: string }[];
}

const facets: Readonly<Record<string, RawBuilder<string>>> = {
  severity: sql`a.severity`,
  rule: sql`a.rule_id`,
  incident: sql`coalesce(i.status, 'none')`,
};

const from = sql`FROM alerts a JOIN rules r ON r.id = a.rule_id LEFT JOIN incidents i ON i.id = a.incident_id`;

const keys: Readonly<Record<AlertSort, RawBuilder<unknown>>> = {
  raised: sql`extract(epoch FROM a.raised_at) * 1000`,
  severity: sql`CASE a.severity WHEN 'High' THEN 3 WHEN 'Medium' THEN 2 WHEN 'Low' THEN 1 ELSE 0 END`,
};

/** A page of alerts. */
export async function alertPage(
  state: State,
  request: AlertRequest,
): Promise<{ readonly alerts: readonly ListedAlert[]; readonly next?: string }> {
  const { sort, descending, limit, after } = request;
  const key = sql`(${keys[sort]})::bigint`;
  const way = descending ? sql`DESC` : sql`ASC`;
  const conditions = [
    ...conditionsOf(request).values(),
    ...(after === undefined ? [] : [beyond(after, request, key, { tie: sql`a.id`, type: "string" })]),
  ];
  const { rows } = await sql<Omit<ListedAlert, "alert"> & { readonly document: string; readonly key: string }>`
    SELECT a.id, a.title, a.severity, a.raised_at, a.rule_id, r.name AS rule_name, i.number AS incident_number,
      i.status AS incident_status, a.document, ${key}::text AS key,
      coalesce((SELECT jsonb_agg(jsonb_build_object('type', n.type, 'name', n.name, 'label', n.label) ORDER BY n.type, n.name)
        FROM (SELECT * FROM alert_names n WHERE n.alert_id = a.id AND n.main ORDER BY n.type, n.name LIMIT 5) n), '[]') AS entities
    ${from} WHERE ${all(conditions)} ORDER BY ${key} ${way}, a.id ${way} LIMIT ${limit + 1}`.execute(state.db);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    alerts: shown.map(({ document, ...rest }) => {
      // What record-result wrote.
      const { start, end, rows: count, tactics, techniques } = JSON.parse(document) as Alert;
      return { ...rest, alert: { start, end, rows: count, tactics, techniques } };
    }),
    ...(last === undefined || rows.length <= limit ? {} : { next: cursorOf(sort, last.key, last.id) }),
  };
}

/** How many alerts there are in all, and by each value of each facet under the other facets' choices. */
export async function alertCounts(state: State, filter: AlertFilter) {
  const conditions = conditionsOf(filter);
  const others = (facet: string) => all([...conditions].flatMap(([name, one]) => (name === facet ? [] : [one])));
  const parts = Object.entries(facets).map(
    ([facet, value]) => sql`SELECT ${sql.lit(facet)} AS facet, ${value} AS value,
      ${facet === "rule" ? sql`max(r.name)` : sql`NULL::text`} AS label, count(*)::int AS count
      ${from} WHERE ${others(facet)} GROUP BY 2`,
  );
  const total = sql`SELECT '' AS facet, '' AS value, NULL::text AS label, count(*)::int AS count ${from} WHERE ${others("")}`;
  const { rows } = await sql<{ facet: string; value: string; label: string | null; count: number }>`
    SELECT * FROM (${sql.join([total, ...parts], sql` UNION ALL `)}) counted ORDER BY count DESC, value`.execute(
    state.db,
  );
  return {
    total: rows.find(({ facet }) => facet === "")?.count ?? 0,
    counts: rows.filter(({ facet }) => facet !== ""),
  };
}

function conditionsOf(filter: AlertFilter): ReadonlyMap<string, RawBuilder<unknown>> {
  const found = new Map<string, RawBuilder<unknown>>();
  const wanted = new Map(Object.entries(filter));
  for (const [facet, value] of Object.entries(facets)) {
    const values = wanted.get(facet);
    if (Array.isArray(values) && values.length > 0) found.set(facet, sql`${value} IN (${sql.join(values)})`);
  }
  const { text, from: since, to, entity } = filter;
  const words = wordsOf(text);
  if (words.length > 0) found.set("text", all(words.map(holds)));
  if (since !== undefined) found.set("from", sql`a.raised_at >= ${since}`);
  if (to !== undefined) found.set("to", sql`a.raised_at < ${to}`);
  if (entity !== undefined) {
    const name = nameOfPage(entity.type, entity.name);
    found.set("entity", sql`EXISTS (SELECT 1 ${namesOf} AND n.type = ${entity.type} AND n.name = ${name})`);
  }
  return found;
}

const namesOf = sql`FROM alert_names n WHERE n.alert_id = a.id`;

function holds(word: string): RawBuilder<unknown> {
  const pattern = patternOf(word);
  return sql`(a.title ILIKE ${pattern} OR r.name ILIKE ${pattern} OR a.id = ${word}
    OR EXISTS (SELECT 1 ${namesOf} AND n.label ILIKE ${pattern}))`;
}
