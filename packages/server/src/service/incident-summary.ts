import { ruleSeverities } from "@calypso/catalog";
import type { Alert } from "../detect/alert.js";

/** What an incident says of its alerts. */
export interface IncidentSummary {
  readonly title: string;
  readonly description: string;
  readonly severity: string;
  readonly status: "New" | "Active" | "Closed";
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  /** The first and last instant of its alerts, in the spelling of KQL. */
  readonly firstActivity: string;
  readonly lastActivity: string;
}

/** An incident as its first alert makes it. */
export function summaryOf(alert: Alert): IncidentSummary {
  return {
    title: alert.title,
    description: alert.description,
    severity: alert.severity,
    status: "New",
    tactics: alert.tactics,
    techniques: alert.techniques,
    firstActivity: alert.start,
    lastActivity: alert.end,
  };
}

/** An incident that one more alert joins: severity is that of the gravest, tactics and techniques are those of all. */
export function joinedBy(known: IncidentSummary, alert: Alert, reopen: boolean): IncidentSummary {
  return {
    ...known,
    severity: ruleSeverities.find((name) => name === known.severity || name === alert.severity) ?? known.severity,
    status: reopen ? "Active" : known.status,
    tactics: [...new Set([...known.tactics, ...alert.tactics])],
    techniques: [...new Set([...known.techniques, ...alert.techniques])],
    firstActivity: ordered(alert.start, known.firstActivity)[0],
    lastActivity: ordered(alert.end, known.lastActivity)[1],
  };
}

/** Two times in the spelling of KQL, the earlier first. */
function ordered(one: string, other: string): readonly [string, string] {
  return one < other ? [one, other] : [other, one];
}
