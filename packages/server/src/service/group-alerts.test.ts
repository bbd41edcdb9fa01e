import type { IncidentConfiguration } from "@calypso/catalog";
import { expect, test } from "vitest";
import type { Alert, Entity } from "../detect/alert.js";
import { type Candidate, incidentFor } from "./group-alerts.js";

const account = (name: string): Entity => ({ type: "Account", name });
const address = (text: string): Entity => ({ type: "IP", address: text });

function alert(entities: readonly Entity[], more: Partial<Alert> = {}): Alert {
  return {
    title: "T",
    description: "",
    severity: "Low",
    tactics: [],
    techniques: [],
    subTechniques: [],
    start: "2026-05-01T00:00:00.0000000Z",
    end: "2026-05-01T00:00:00.0000000Z",
    rows: 1,
    entities,
    customDetails: {},
    dynamicProperties: {},
    sample: [],
    window: { from: 0n, to: 1n },
    notes: [],
    ...more,
  };
}

const now = new Date("2026-05-01T12:00:00Z");
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

function candidate(id: string, first: Alert, minutes = 10, isClosed = false): Candidate {
  return { id, first, firstAlertAt: minutesAgo(minutes), isClosed };
}

function configuration(more: Partial<IncidentConfiguration["grouping"]>): IncidentConfiguration {
  return {
    createIncident: true,
    grouping: {
      enabled: true,
      reopenClosedIncident: false,
      lookbackDuration: 3_600_000,
      matchingMethod: "AllEntities",
      groupByEntities: [],
      groupByAlertDetails: [],
      groupByCustomDetails: [],
      ...more,
    },
  };
}

const both = alert([account("ann"), address("192.0.2.1")]);

test.each<[string, Alert, readonly Candidate[], Partial<IncidentConfiguration["grouping"]>, string | undefined]>([
  ["without grouping each alert is its own", both, [candidate("a", both)], { enabled: false }, undefined],
  [
    "the same entities in another order",
    both,
    [candidate("a", alert([address("192.0.2.1"), account("ann")]))],
    {},
    "a",
  ],
  ["one entity more", both, [candidate("a", alert([account("ann")]))], {}, undefined],
  ["one entity less", alert([account("ann")]), [candidate("a", both)], {}, undefined],
  ["no entities on both sides", alert([]), [candidate("a", alert([]))], {}, "a"],
  ["any alert", alert([]), [candidate("b", both), candidate("a", both)], { matchingMethod: "AnyAlert" }, "b"],
  ["the newest that matches", both, [candidate("b", alert([])), candidate("a", both)], {}, "a"],
  ["older than the look-back", both, [candidate("a", both, 61)], {}, undefined],
  ["just inside the look-back", both, [candidate("a", both, 60)], {}, "a"],
  [
    "selected entities",
    both,
    [candidate("a", alert([account("ann"), address("192.0.2.9")]))],
    { matchingMethod: "Selected", groupByEntities: ["account"] },
    "a",
  ],
  [
    "selected details",
    both,
    [candidate("a", alert([], { severity: "High" }))],
    { matchingMethod: "Selected", groupByAlertDetails: ["Severity"] },
    undefined,
  ],
  [
    "selected custom details",
    alert([], { customDetails: { App: ["y", "x"] } }),
    [candidate("a", alert([], { customDetails: { App: ["x", "y"] } }))],
    { matchingMethod: "Selected", groupByCustomDetails: ["App"] },
    "a",
  ],
  ["a closed one stays closed", both, [candidate("a", both, 10, true)], {}, undefined],
  ["an open one behind a closed one", both, [candidate("b", both, 5, true), candidate("a", both)], {}, "a"],
])("%s", (_name, raised, candidates, grouping, expected) => {
  expect(incidentFor(raised, now, candidates, configuration(grouping))?.id).toBe(expected);
});

test("a closed one is opened again where the rule asks for it", () => {
  const found = incidentFor(both, now, [candidate("a", both, 10, true)], configuration({ reopenClosedIncident: true }));
  expect(found).toEqual({ id: "a", reopen: true });
});
