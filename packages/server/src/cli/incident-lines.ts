import type { Column } from "@calypso/kql";
import { printJson } from "../detect/cells.js";
import type { Incident, IncidentDetails, RelatedIncident } from "../service/incident-queries.js";
import type { ResultFormat } from "./options.js";
import { printable } from "./printable.js";
import { writeTable } from "./table.js";
import type { TextSink } from "./terminal.js";

/** Prints incidents: a table, or a line of JSON each. */
export async function printIncidents(
  out: TextSink,
  incidents: readonly Incident[],
  format: ResultFormat,
): Promise<void> {
  if (format === "ndjson")
    return writeLines(
      out,
      incidents.map((incident) => printJson(fieldsOf(incident))),
    );
  const columns = textColumns("Number", "Severity", "Status", "Owner", "Created", "Title");
  const rows = incidents.map(({ number, severity, status, owner, created_at, title }) =>
    printJson([String(number), severity, status, owner ?? "", short(created_at), title]),
  );
  await writeTable(out, columns, each(rows));
}

/** Prints an incident with all that belongs to it: for people, or as one line of JSON. */
export async function printDetails(out: TextSink, details: IncidentDetails, format: ResultFormat): Promise<void> {
  const { incident, alerts, bookmarks, tasks, events } = details;
  const history = events.map(({ at, by, kind, detail }) => ({
    at: at.toISOString(),
    by,
    kind,
    detail: JSON.parse(detail),
  }));
  if (format === "ndjson") {
    const line = {
      ...fieldsOf(incident),
      alerts: alerts.map(({ id, raised_at, title, severity }) => ({
        id,
        raisedAt: raised_at.toISOString(),
        title,
        severity,
      })),
      bookmarks: bookmarks.map(({ id, name }) => ({ id, name })),
      tasks: tasks.map((task) => ({
        ...{ id: task.id, title: task.title, description: task.description },
        ...{ createdAt: task.created_at.toISOString(), createdBy: task.created_by },
        ...(task.done_at === null ? {} : { doneAt: task.done_at.toISOString(), doneBy: task.done_by }),
      })),
      history,
    };
    return out.write(`${printJson(line)}\n`);
  }
  const judged = [incident.classification, incident.classification_reason].filter((part) => part !== null).join(", ");
  const lines = [
    `Incident ${incident.number}: ${incident.title}`,
    `${incident.severity} · ${incident.status}${judged === "" ? "" : ` (${judged})`} · owner ${incident.owner ?? "nobody"}`,
    `${incident.first_activity} to ${incident.last_activity}`,
    ...incident.labels.map((label) => `label ${label}`),
    "",
    ...alerts.map(({ id, raised_at, title }) => `alert ${id} ${short(raised_at)} ${title}`),
    ...bookmarks.map(({ id, name, event_time }) => `bookmark ${id} ${event_time ?? ""} ${name}`),
    ...tasks.map(({ id, title, done_by }) => `task ${id} ${done_by === null ? "[ ]" : `[x] by ${done_by}:`} ${title}`),
    "",
    ...history.map(({ at, by, kind, detail }) => `${at} ${by}: ${kind} ${JSON.stringify(detail)}`),
  ];
  return out.write(`${lines.map(printable).join("\n")}\n`);
}

/** Prints incidents that share entities: a table, or a line of JSON each. */
export async function printRelated(
  out: TextSink,
  related: readonly RelatedIncident[],
  format: ResultFormat,
): Promise<void> {
  if (format === "ndjson") {
    const lines = related.map(({ created_at, ...rest }) => printJson({ ...rest, createdAt: created_at.toISOString() }));
    return writeLines(out, lines);
  }
  const columns = textColumns("Number", "Severity", "Status", "Created", "Title", "Shared");
  const rows = related.map(({ number, severity, status, created_at, title, shared }) =>
    printJson([String(number), severity, status, short(created_at), title, shared.join(", ")]),
  );
  await writeTable(out, columns, each(rows));
}

function fieldsOf(incident: Incident) {
  return {
    number: incident.number,
    id: incident.id,
    rule: incident.rule_id,
    title: incident.title,
    description: incident.description,
    severity: incident.severity,
    status: incident.status,
    owner: incident.owner,
    classification: incident.classification,
    classificationReason: incident.classification_reason,
    classificationComment: incident.classification_comment,
    tactics: incident.tactics,
    techniques: incident.techniques,
    labels: incident.labels,
    firstActivity: incident.first_activity,
    lastActivity: incident.last_activity,
    createdAt: incident.created_at.toISOString(),
    modifiedAt: incident.modified_at.toISOString(),
    closedAt: incident.closed_at?.toISOString() ?? null,
  };
}

async function writeLines(out: TextSink, lines: readonly string[]): Promise<void> {
  for (const line of lines) await out.write(`${line}\n`);
}

function textColumns(...names: readonly string[]): readonly Column[] {
  return names.map((name) => ({ name, type: "string" }));
}

async function* each(rows: readonly string[]): AsyncGenerator<string> {
  yield* rows;
}

function short(time: Date): string {
  return time.toISOString().slice(0, 19).replace("T", " ");
}
