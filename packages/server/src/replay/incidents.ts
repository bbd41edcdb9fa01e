import type { Rule } from "@calypso/catalog";
import type { Alert } from "../detect/alert.js";
import { type Candidate, incidentFor } from "../service/group-alerts.js";
import { type IncidentSummary, joinedBy, summaryOf } from "../service/incident-summary.js";
import type { RuleInForce } from "../service/rules-in-force.js";

/** An incident as a replay leaves it. */
export interface ReplayedIncident extends IncidentSummary {
  /** From 1, in the order in which they were opened. */
  readonly number: number;
  readonly rule: Rule;
  readonly createdAt: Date;
  readonly alerts: number;
}

/** Makes incidents of alerts as the service does, and forgets them with the replay. */
export interface IncidentBook {
  /** The number of the incident that an alert makes or joins; undefined where its rule makes none. */
  add(one: RuleInForce, alert: Alert, raisedAt: Date): number | undefined;
  /** All of them, in order. */
  all(): readonly ReplayedIncident[];
}

/** An empty book. Nobody closes an incident during a replay, so none is opened again. */
export function incidentBook(): IncidentBook {
  const incidents = new Map<string, ReplayedIncident>();
  const byRule = new Map<string, Candidate[]>();
  return {
    add({ id, rule }, alert, raisedAt) {
      if (!rule.incidents.createIncident) return undefined;
      const own = byRule.get(id) ?? [];
      byRule.set(id, own);
      const joined = incidentFor(alert, raisedAt, newestFirst(own), rule.incidents);
      const known = incidents.get(joined?.id ?? "");
      if (joined !== undefined && known !== undefined) {
        incidents.set(joined.id, { ...known, ...joinedBy(known, alert, joined.reopen), alerts: known.alerts + 1 });
        return known.number;
      }
      const number = incidents.size + 1;
      incidents.set(String(number), { ...summaryOf(alert), number, rule, createdAt: raisedAt, alerts: 1 });
      // What is never grouped need not be compared with.
      if (rule.incidents.grouping.enabled)
        own.push({ id: String(number), isClosed: false, firstAlertAt: raisedAt, first: alert });
      return number;
    },
    all: () => [...incidents.values()],
  };
}

function* newestFirst(candidates: readonly Candidate[]): Generator<Candidate> {
  for (let index = candidates.length - 1; index >= 0; index -= 1) {
    const candidate = candidates[index];
    if (candidate !== undefined) yield candidate;
  }
}
