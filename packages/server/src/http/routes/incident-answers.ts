import type { AnswerOf, Routes } from "@calypso/contract";
import type { Alert } from "../../detect/alert.js";
import type { Act } from "../../service/incident-changes.js";
import type { IncidentEntity, Standing } from "../../service/incident-page.js";
import type { IncidentDetails } from "../../service/incident-queries.js";
import type { FacetCount, QueuedIncident } from "../../service/incident-queue.js";
import { namesOfEntity } from "../../state/entity-names.js";
import type { Asked } from "../handler.js";
import { Refusal } from "../problems.js";

/** The parts that are there. */
export function without<T extends Readonly<Record<string, unknown>>>(
  parts: T,
): { [Key in keyof T]?: Exclude<T[Key], undefined | null> } {
  const there = Object.entries(parts).filter(([, value]) => value !== undefined && value !== null);
  // The same parts, without those that are not there.
  return Object.fromEntries(there) as { [Key in keyof T]?: Exclude<T[Key], undefined | null> };
}

/** Who does something, for the history. */
export function actOf({ user }: Asked, now: Date): Act {
  if (user === undefined) throw new Refusal("not-signed-in", "sign in first, or send a token");
  return { by: user.name, now };
}

/** `-created`: by what, and which way; another way where absent. */
export function sortedBy<Name extends string>(sort: string | undefined, names: readonly Name[], usual: Name) {
  const name = names.find((one) => one === sort?.replace(/^-/, ""));
  return { sort: name ?? usual, descending: sort === undefined || sort.startsWith("-") };
}

/** A time of a request; not every text of its form is one. */
export function timeOf(text: string): Date {
  const time = new Date(text);
  // The state has no year 0.
  if (!(time.getUTCFullYear() >= 1))
    throw new Refusal("bad-request", `${text} is not a time such as 2026-10-14T03:00:00Z`);
  return time;
}

/** What lists of alerts and incidents are asked for alike. */
export function wantedOf(query: {
  readonly text?: string;
  readonly from?: string;
  readonly to?: string;
  readonly entity?: string;
}) {
  const [type = "", ...name] = query.entity?.split(":") ?? [];
  const time = (text: string | undefined) => (text === undefined ? undefined : timeOf(text));
  return without({
    text: query.text,
    from: time(query.from),
    to: time(query.to),
    entity: query.entity === undefined ? undefined : { type, name: name.join(":") },
  });
}

export function countsTold({ total, counts }: { readonly total: number; readonly counts: readonly FacetCount[] }) {
  return { total, counts: counts.map(({ label, ...rest }) => ({ ...rest, ...without({ label }) })) };
}

export function queuedTold(one: QueuedIncident): AnswerOf<Routes["incidents"]>["incidents"][number] {
  return {
    ...{ id: one.id, number: one.number, title: one.title, severity: one.severity, status: one.status },
    ...without({ classification: one.classification, owner: one.owner }),
    ...(one.rule_id === null ? {} : { rule: { id: one.rule_id, name: one.rule_name ?? one.rule_id } }),
    ...{ tactics: [...one.tactics], labels: [...one.labels] },
    ...{ created: one.created_at.toISOString(), modified: one.modified_at.toISOString() },
    lastActivity: one.last_activity,
    ...without({ answered: one.answered_at?.toISOString(), due: one.due_at?.toISOString(), sla: one.sla }),
    ...{ version: one.version, alerts: one.alerts, comments: one.comments, entities: [...one.entities] },
  };
}

/** An incident may have thousands of alerts; nobody reads more on one page. */
const mostAlerts = 200;

/** What is told of an incident beside its own parts. */
interface Beside {
  readonly entities: readonly IncidentEntity[];
  readonly standing: Standing;
  /** Names of rules, by their keys. */
  readonly rules: ReadonlyMap<string, string>;
}

export function incidentTold(details: IncidentDetails, beside: Beside): AnswerOf<Routes["incident"]> {
  const { incident, alerts, bookmarks, tasks, events } = details;
  const { entities, standing, rules } = beside;
  return {
    ...{ id: incident.id, number: incident.number, title: incident.title, description: incident.description },
    ...{ severity: incident.severity, status: incident.status, version: standing.version },
    ...without({
      classification: incident.classification,
      classificationReason: incident.classification_reason,
      classificationComment: incident.classification_comment,
      owner: incident.owner,
    }),
    ...(incident.rule_id === null
      ? {}
      : { rule: { id: incident.rule_id, name: standing.rule_name ?? incident.rule_id } }),
    ...{ tactics: [...incident.tactics], techniques: [...incident.techniques], labels: [...incident.labels] },
    ...{ created: incident.created_at.toISOString(), modified: incident.modified_at.toISOString() },
    ...{ firstActivity: incident.first_activity, lastActivity: incident.last_activity },
    ...without({
      closed: incident.closed_at?.toISOString(),
      answered: incident.answered_at?.toISOString(),
      due: standing.due_at?.toISOString(),
      sla: standing.sla,
    }),
    alertCount: alerts.length,
    alerts: alerts.slice(0, mostAlerts).map(({ id, rule_id, raised_at, document }) => {
      const alert = JSON.parse(document) as Alert; // What record-result wrote.
      return {
        ...{ id, title: alert.title, description: alert.description, severity: alert.severity },
        ...{ raised: raised_at.toISOString(), rule: { id: rule_id, name: rules.get(rule_id) ?? rule_id } },
        ...{ start: alert.start, end: alert.end, rows: alert.rows, notes: [...alert.notes] },
        entities: alert.entities.flatMap((entity) => {
          const main = namesOfEntity(entity).find((name) => name.main);
          return main === undefined ? [] : [{ type: main.type, name: main.name, label: main.label }];
        }),
        customDetails: Object.fromEntries(
          Object.entries(alert.customDetails).map(([key, values]) => [key, [...values]]),
        ),
      };
    }),
    entities: entities.map((entity) => ({ ...entity, alerts: [...entity.alerts] })),
    bookmarks: bookmarks.map((one) => ({
      ...{ id: one.id, name: one.name, notes: one.notes, query: one.query, by: one.created_by },
      ...{ from: one.query_from, to: one.query_to },
      ...without({ time: one.event_time }),
    })),
    tasks: tasks.map((task) => ({
      ...{ id: task.id, title: task.title, description: task.description },
      ...{ created: task.created_at.toISOString(), createdBy: task.created_by },
      ...without({ done: task.done_at?.toISOString(), doneBy: task.done_by }),
    })),
    history: events.map(({ id, at, by, kind, detail }) => ({
      ...{ id: String(id), at: at.toISOString(), by, kind },
      detail: JSON.parse(detail) as Record<string, unknown>, // An object, as all that writes the history does.
    })),
  };
}
