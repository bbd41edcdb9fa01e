import type { Selectable } from "kysely";
import type { IncidentsTable } from "../state/tables.js";

/** What a row of `SecurityIncident` tells beside the incident itself. */
export interface IncidentParts {
  readonly alertIds: readonly string[];
  readonly comments: readonly { readonly message: string; readonly by: string; readonly at: Date }[];
  readonly modifiedBy: string;
}

/** The incident as it is now, as a row of `SecurityIncident` in one line of JSON; each change adds a row. */
export function incidentRow(incident: Selectable<IncidentsTable>, parts: IncidentParts): string {
  const { alertIds, comments, modifiedBy } = parts;
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
    RelatedAnalyticRuleIds: [incident.rule_id],
    AlertIds: alertIds,
    BookmarkIds: [],
    Comments: comments.map(({ message, by, at }) => ({ message, author: by, createdTimeUtc: at.toISOString() })),
    Tasks: [],
    Labels: incident.labels.map((labelName) => ({ labelName, labelType: "User" })),
    IncidentUrl: "",
    AdditionalData: {
      alertsCount: alertIds.length,
      bookmarksCount: 0,
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
