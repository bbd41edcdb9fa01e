import type { NoticeEvent, NoticeField, Rule, RuleSeverity } from "@calypso/catalog";
import { ruleSeverities } from "@calypso/catalog";
import type { Selectable, Transaction } from "kysely";
import type { Alert, Entity } from "../detect/alert.js";
import type { Notice } from "../notify/notice.js";
import type { State } from "../state/open-state.js";
import type { IncidentsTable, StateTables } from "../state/tables.js";
import type { RaisedAlert } from "./alert-row.js";

type Db = Transaction<StateTables> | State["db"];

/** Owes those who are to be told a notice. In the transaction of what happened: both are there, or neither. */
export async function oweNotice(db: Db, notice: Notice, at: Date): Promise<void> {
  await db
    .insertInto("notices")
    .values({ at, document: JSON.stringify(notice) })
    .execute();
}

/** Owes a notice of what was done last to an incident. */
export async function oweNoticeOfIncident(db: Db, incident: Selectable<IncidentsTable>): Promise<void> {
  const { id } = incident;
  const events = await db
    .selectFrom("incident_events")
    .select(["kind", "by"])
    .where("incident_id", "=", id)
    .orderBy("id", "desc")
    .limit(2)
    .execute();
  const alerts = await db
    .selectFrom("alerts")
    .select(["rule_id", "document", (select) => select.fn.countAll<string>().over().as("count")])
    .where("incident_id", "=", id)
    .orderBy("raised_at", "desc")
    .limit(20)
    .execute();
  const bookmarks = await db
    .selectFrom("bookmarks")
    .innerJoin("incident_bookmarks", "bookmark_id", "bookmarks.id")
    .select("entities")
    .where("incident_id", "=", id)
    .orderBy("at", "desc")
    .limit(20)
    .execute();
  // What `documentOf` of record-result wrote, of which only the entities are read, and what was kept of bookmarks.
  const entities = [
    ...alerts.flatMap(({ document }) => (JSON.parse(document) as Pick<Alert, "entities">).entities),
    ...bookmarks.flatMap(({ entities }) => JSON.parse(entities) as readonly Entity[]),
  ];
  const rule = await db
    .selectFrom("rules")
    .select("name")
    .where("id", "=", incident.rule_id ?? "")
    .executeTakeFirst();
  const event = eventOf(events.map(({ kind }) => kind));
  const by = events[0]?.by ?? "";
  const fields = {
    ...{ event, id, incident: String(incident.number), title: incident.title, description: incident.description },
    ...{ severity: incident.severity, status: incident.status, owner: incident.owner ?? "" },
    ...{ classification: incident.classification ?? "", rule: rule?.name ?? "" },
    tactics: incident.tactics.join(", "),
    techniques: incident.techniques.join(", "),
    entities: entitiesText(entities),
    alerts: String(alerts[0]?.count ?? 0),
    ...{ start: incident.first_activity, end: incident.last_activity, time: incident.modified_at.toISOString() },
    message: messages[events[0]?.kind ?? ""]?.(by) ?? "",
  };
  const ofIncident = incident.rule_id === null ? [] : [incident.rule_id];
  const rules = [...new Set([...ofIncident, ...alerts.map(({ rule_id }) => rule_id)])];
  await oweNotice(db, { event, rules, ...severityOf(incident.severity), fields }, incident.modified_at);
}

/** Owes a notice of an alert that makes no incident. */
export async function oweNoticeOfAlert(
  db: Db,
  rule: { readonly id: string; readonly rule: Rule },
  raised: RaisedAlert,
) {
  const { id, alert, raisedAt } = raised;
  const fields = {
    ...{ event: "alert", id, title: alert.title, description: alert.description, severity: alert.severity },
    ...{ rule: rule.rule.name, tactics: alert.tactics.join(", "), techniques: alert.techniques.join(", ") },
    ...{ entities: entitiesText(alert.entities), alerts: "1", start: alert.start, end: alert.end },
    time: raisedAt.toISOString(),
  };
  await oweNotice(db, { event: "alert", rules: [rule.id], severity: alert.severity, fields }, raisedAt);
}

/** Owes a notice of a rule that cannot run. */
export async function oweNoticeOfFailure(
  db: Db,
  { id, rule }: { readonly id: string; readonly rule: Rule },
  message: string,
  at: Date,
): Promise<void> {
  const fields: Partial<Record<NoticeField, string>> = {
    ...{ event: "rule-failed", title: `${rule.name} cannot run`, rule: rule.name, message },
    time: at.toISOString(),
  };
  await oweNotice(db, { event: "rule-failed", rules: [id], fields }, at);
}

function eventOf([last, before]: readonly string[]): NoticeEvent {
  if (last === "created") return "incident-created";
  return last === "alert-added" && before === "reopened" ? "incident-reopened" : "incident-changed";
}

const messages: Readonly<Record<string, (by: string) => string>> = {
  "alert-added": () => "Another alert has joined the incident.",
  changed: (by) => `Changed by ${by}.`,
  commented: (by) => `${by} has written a comment.`,
  "task-added": (by) => `${by} has added a task.`,
  "task-done": (by) => `${by} has done a task.`,
  "task-reopened": (by) => `${by} says that a task is not done after all.`,
  "bookmark-added": (by) => `${by} has added a bookmark.`,
  "bookmark-removed": (by) => `${by} has taken a bookmark away.`,
};

function severityOf(written: string): { severity?: RuleSeverity } {
  const severity = ruleSeverities.find((one) => one === written);
  return severity === undefined ? {} : { severity };
}

/** Entities in a few words each: `Account alice@contoso.example`. */
function entitiesText(entities: readonly Entity[]): string {
  const all = [...new Set(entities.map(entityText))];
  const [some, others] = [all.slice(0, 20), all.length - 20];
  return [...some, ...(others > 0 ? [`${others} more`] : [])].join("\n");
}

function entityText({ type, ...identifiers }: Entity): string {
  const { name, upnSuffix, fullName, hostName, dnsDomain } = identifiers;
  const whole =
    (name !== undefined && upnSuffix !== undefined ? `${name}@${upnSuffix}` : undefined) ??
    fullName ??
    (hostName !== undefined && dnsDomain !== undefined ? `${hostName}.${dnsDomain}` : undefined) ??
    Object.values(identifiers)[0] ??
    "";
  return `${type} ${whole}`;
}
