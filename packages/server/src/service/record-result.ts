import type { Transaction } from "kysely";
import type { Alert } from "../detect/alert.js";
import { printJson } from "../detect/cells.js";
import type { Evaluation } from "../detect/evaluate.js";
import type { Ids } from "../platform/ids.js";
import { keysOf } from "../state/entity-keys.js";
import { namesOfAll } from "../state/entity-names.js";
import type { State } from "../state/open-state.js";
import { storableJson } from "../state/storable.js";
import type { StateTables } from "../state/tables.js";
import type { Reading } from "../store/store.js";
import { alertRow, type RaisedAlert } from "./alert-row.js";
import { type Candidate, incidentFor } from "./group-alerts.js";
import { publishIncident } from "./incident-changes.js";
import { type IncidentSummary, joinedBy, summaryOf } from "./incident-summary.js";
import type { LedgerWindow } from "./ledger.js";
import { oweNoticeOfAlert } from "./notices.js";
import { type NewlyHidden, recordHidden } from "./record-hidden.js";
import { quietUntil, type RuleInForce } from "./rules-in-force.js";

/** What a run came to, with what it cost. */
export interface WindowResult {
  readonly evaluation: Evaluation;
  readonly seconds: number;
  readonly reading: Reading;
}

/** What was written of a window. */
export interface RecordedResult {
  readonly raised: readonly RaisedAlert[];
  readonly newlyHidden: readonly NewlyHidden[];
}

/**
 * Writes what a window came to: its alerts, the incidents that they make or join, the rows that the logs are owed, what
 * exceptions hid, and the window itself as done. All of it or nothing, so that a window has its alerts exactly once, whatever ends the process. A
 * window that does not run any more has its result already, and gets no other.
 */
export async function recordResult(
  state: State,
  one: RuleInForce,
  window: LedgerWindow,
  result: WindowResult,
  { now, ids }: { readonly now: Date; readonly ids: Ids },
): Promise<RecordedResult> {
  const { evaluation, seconds, reading } = result;
  return state.db.transaction().execute(async (db) => {
    const running = await db
      .selectFrom("windows")
      .select("state")
      .where("rule_id", "=", one.id)
      .where("window_to", "=", window.window_to)
      .forUpdate()
      .executeTakeFirst();
    if (running?.state !== "running") return { raised: [], newlyHidden: [] };
    const raised = evaluation.alerts.map((alert) => ({ id: ids(), alert, raisedAt: now }));
    for (const [part, alert] of raised.entries()) await raise(db, one, window, part, alert, ids);
    const newlyHidden = await recordHidden(db, window, evaluation.hidden);
    const until = raised.length === 0 ? undefined : quietUntil(one.rule, window.window_to);
    if (until !== undefined) {
      await db.updateTable("rules").set({ suppressed_until: until }).where("id", "=", one.id).execute();
    }
    await db
      .updateTable("windows")
      .set({
        state: "done",
        finished_at: now,
        retry_at: null,
        result_rows: evaluation.rows,
        hidden_rows: evaluation.hidden.rows,
        alerts: raised.length,
        held_back: evaluation.heldBack,
        seconds,
        rows_read: reading.rows,
        bytes_read: reading.bytes,
      })
      .where("rule_id", "=", one.id)
      .where("window_to", "=", window.window_to)
      .execute();
    return { raised, newlyHidden };
  });
}

type Db = Transaction<StateTables>;

async function raise(
  db: Db,
  one: RuleInForce,
  window: LedgerWindow,
  part: number,
  raised: RaisedAlert,
  ids: Ids,
): Promise<void> {
  const { id, alert, raisedAt } = raised;
  const { incidents } = one.rule;
  const joined = incidents.createIncident
    ? incidentFor(alert, raisedAt, await candidatesOf(db, one, raisedAt), incidents)
    : undefined;
  const incident = joined?.id ?? (incidents.createIncident ? await openIncident(db, one, raised, ids) : null);
  await db
    .insertInto("alerts")
    .values({
      id,
      rule_id: one.id,
      window_to: window.window_to,
      part,
      raised_at: raisedAt,
      title: alert.title,
      severity: alert.severity,
      incident_id: incident,
      document: documentOf(alert),
    })
    .execute();
  const keys = keysOf(alert.entities).map((key) => ({ alert_id: id, ...key }));
  if (keys.length > 0) await db.insertInto("alert_entities").values(keys).execute();
  const names = namesOfAll(alert.entities).map((name) => ({ alert_id: id, ...name }));
  if (names.length > 0) await db.insertInto("alert_names").values(names).execute();
  await db
    .insertInto("publications")
    .values({ table_name: "SecurityAlert", line: alertRow(one, raised) })
    .execute();
  if (joined !== undefined) await join(db, joined, raised);
  if (incident !== null) await publishIncident(db, incident, machine);
  else await oweNoticeOfAlert(db, one, raised);
}

const machine = "Calypso";

/** Incidents of the rule that are young enough to be joined, newest first, each with its first alert. */
async function candidatesOf(db: Db, { id, rule }: RuleInForce, now: Date): Promise<readonly Candidate[]> {
  if (!rule.incidents.grouping.enabled) return [];
  const since = new Date(now.getTime() - rule.incidents.grouping.lookbackDuration);
  const rows = await db
    .selectFrom("incidents")
    .innerJoinLateral(
      (from) =>
        from
          .selectFrom("alerts")
          .select("document")
          .whereRef("alerts.incident_id", "=", "incidents.id")
          .orderBy("raised_at")
          .orderBy("part")
          .limit(1)
          .as("first"),
      (join) => join.onTrue(),
    )
    .select(["incidents.id", "incidents.status", "incidents.first_alert_at", "first.document"])
    .where("incidents.rule_id", "=", id)
    .where("incidents.first_alert_at", ">=", since)
    .orderBy("incidents.first_alert_at", "desc")
    .orderBy("incidents.number", "desc")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    isClosed: row.status === "Closed",
    firstAlertAt: row.first_alert_at,
    first: JSON.parse(row.document) as Alert, // What `documentOf` wrote.
  }));
}

/** The alert as JSON, with numbers as they were and times of the window in ticks. */
function documentOf(alert: Alert): string {
  const { from, to } = alert.window;
  return printJson({ ...alert, window: { from: String(from), to: String(to) } });
}

async function openIncident(db: Db, { id: rule }: RuleInForce, raised: RaisedAlert, ids: Ids): Promise<string> {
  const { alert, raisedAt } = raised;
  const id = ids();
  const { title, description, ...rest } = summaryOf(alert);
  await db
    .insertInto("incidents")
    .values({
      id,
      rule_id: rule,
      title,
      description,
      ...columnsOf(rest),
      labels: "[]",
      created_at: raisedAt,
      modified_at: raisedAt,
      first_alert_at: raisedAt,
      opened_at: raisedAt,
    })
    .execute();
  await tell(db, id, raisedAt, "created", { alert: raised.id });
  return id;
}

async function join(db: Db, { id, reopen }: { id: string; reopen: boolean }, raised: RaisedAlert): Promise<void> {
  const { alert, raisedAt } = raised;
  const known = await db.selectFrom("incidents").selectAll().where("id", "=", id).forUpdate().executeTakeFirstOrThrow();
  const summary = { ...known, firstActivity: known.first_activity, lastActivity: known.last_activity };
  await db
    .updateTable("incidents")
    .set({
      ...columnsOf(joinedBy(summary, alert, reopen)),
      modified_at: raisedAt,
      ...(reopen ? { closed_at: null, opened_at: raisedAt } : {}),
    })
    .where("id", "=", id)
    .execute();
  if (reopen) await tell(db, id, raisedAt, "reopened", { alert: raised.id });
  await tell(db, id, raisedAt, "alert-added", { alert: raised.id });
}

/** The columns that change with the alerts of an incident. */
function columnsOf(summary: Omit<IncidentSummary, "title" | "description">) {
  return {
    severity: summary.severity,
    status: summary.status,
    tactics: storableJson(summary.tactics),
    techniques: storableJson(summary.techniques),
    first_activity: summary.firstActivity,
    last_activity: summary.lastActivity,
  };
}

async function tell(db: Db, incident: string, at: Date, kind: string, detail: object): Promise<void> {
  await db
    .insertInto("incident_events")
    .values({ incident_id: incident, at, by: machine, kind, detail: JSON.stringify(detail) })
    .execute();
}
