import type { Selectable } from "kysely";
import type { IncidentsTable, IncidentTasksTable } from "../state/tables.js";

/** What a row of `SecurityIncident` tells beside the incident itself. */
export interface IncidentParts {
  readonly alertIds: readonly string[];
  readonly bookmarkIds: readonly string[];
  readonly comments: readonly { readonly message: string; readonly by: string; readonly at: Date }[];
  readonly tasks: readonly Selectable<IncidentTasksTable>[];
  readonly modifiedBy: string;
}

/** The incident as it is now, as a row of `SecurityIncident` in one line of JSON; each change adds a row. */
export function incidentRow(incident: Selectable<IncidentsTable>, parts: IncidentParts): string {
  const { alertIds, bookmarkIds, comments, tasks, modifiedBy } = parts;
  return JSON.stringify({
    TimeGenerated: incident.modified_at.toISOString(),
    IncidentName: incident.id,
    IncidentNumber: incident.number,
    Title: incident.title,
    Description: incident.description,
    Severity: incident.severity,
    Status: incident.status,
    Classification: incident.classification ?? "",
    ClassificationReason: incident.classification_reason ?? "",
    ClassificationComment: incident.classification_comment ?? "",
    Owner: { objectId: null, email: null, assignedTo: incident.owner, userPrincipalName: incident.owner },
    ProviderName: "Azure Sentinel",
    ProviderIncidentId: String(incident.number),
    FirstActivityTime: incident.first_activity,
    LastActivityTime: incident.last_activity,
    FirstModifiedTime: incident.created_at.toISOString(),
    LastModifiedTime: incident.modified_at.toISOString(),
    CreatedTime: incident.created_at.toISOString(),
    ...(incident.closed_at === null ? {} : { ClosedTime: incident.closed_at.toISOString() }),
    RelatedAnalyticRuleIds: incident.rule_id === null ? [] : [incident.rule_id],
    AlertIds: alertIds,
    BookmarkIds: bookmarkIds,
    Comments: comments.map(({ message, by, at }) => ({ message, author: by, createdTimeUtc: at.toISOString() })),
    Tasks: tasks.map(taskOf),
    Labels: incident.labels.map((labelName) => ({ labelName, labelType: "User" })),
    IncidentUrl: "",
    AdditionalData: {
      alertsCount: alertIds.length,
      bookmarksCount: bookmarkIds.length,
      commentsCount: comments.length,
      alertProductNames: ["Azure Sentinel"],
      tactics: incident.tactics,
      techniques: incident.techniques,
    },
    ModifiedBy: modifiedBy,
    SourceSystem: "Azure",
    Type: "SecurityIncident",
  });
}

function taskOf(task: Selectable<IncidentTasksTable>) {
  return {
    taskId: task.id,
    title: task.title,
    description: task.description,
    status: task.done_at === null ? "New" : "Completed",
    createdTimeUtc: task.created_at.toISOString(),
    createdBy: task.created_by,
    ...(task.done_at === null ? {} : { completedTimeUtc: task.done_at.toISOString(), completedBy: task.done_by }),
  };
}
