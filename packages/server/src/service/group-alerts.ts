import type { IncidentConfiguration } from "@calypso/catalog";
import type { Alert, Entity } from "../detect/alert.js";

/** An incident of the same rule that an alert may belong to, newest first. */
export interface Candidate {
  readonly id: string;
  readonly isClosed: boolean;
  /** When its first alert was raised. */
  readonly firstAlertAt: Date;
  /** Its first alert, with which others are compared. */
  readonly first: Alert;
}

/** The incident that an alert joins, and whether it is opened again; undefined where the alert makes one of its own. */
export function incidentFor(
  alert: Alert,
  raisedAt: Date,
  candidates: Iterable<Candidate>,
  { grouping }: IncidentConfiguration,
): { readonly id: string; readonly reopen: boolean } | undefined {
  if (!grouping.enabled) return undefined;
  const earliest = raisedAt.getTime() - grouping.lookbackDuration;
  for (const candidate of candidates) {
    if (candidate.isClosed && !grouping.reopenClosedIncident) continue;
    if (candidate.firstAlertAt.getTime() < earliest || !isAlike(alert, candidate.first, grouping)) continue;
    return { id: candidate.id, reopen: candidate.isClosed };
  }
  return undefined;
}

function isAlike(alert: Alert, first: Alert, grouping: IncidentConfiguration["grouping"]): boolean {
  switch (grouping.matchingMethod) {
    case "AnyAlert":
      return true;
    case "AllEntities":
      return entityKey(alert.entities) === entityKey(first.entities);
    case "Selected":
      return (
        grouping.groupByEntities.every((type) => entityKey(ofType(alert, type)) === entityKey(ofType(first, type))) &&
        grouping.groupByAlertDetails.every((detail) => detailOf(alert, detail) === detailOf(first, detail)) &&
        grouping.groupByCustomDetails.every((key) => valuesOf(alert, key) === valuesOf(first, key))
      );
    default:
      return grouping.matchingMethod satisfies never;
  }
}

function ofType({ entities }: Alert, type: string): readonly Entity[] {
  return entities.filter((entity) => entity.type.toLowerCase() === type.toLowerCase());
}

/** The same for the same entities, in whatever order they come. */
export function entityKey(entities: readonly Entity[]): string {
  return JSON.stringify(entities.map((entity) => JSON.stringify(Object.entries(entity).sort())).sort());
}

function detailOf(alert: Alert, detail: string): string {
  return detail === "Severity" ? alert.severity : alert.title;
}

function valuesOf({ customDetails }: Alert, key: string): string {
  return JSON.stringify([...(customDetails[key] ?? [])].sort());
}
