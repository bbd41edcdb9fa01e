import { type Rule, readRules } from "@calypso/catalog";
import { afterAll, beforeAll, expect, test } from "vitest";
import { printJson } from "../detect/cells.js";
import { parseTicks, type Window } from "../detect/ticks.js";
import { rulesToRun } from "../service/rules-in-force.js";
import { failedSignIns, type TestBench, testBench } from "../service/testing/bench.js";
import { type TestPlace, testPlaces } from "../state/testing/places.js";
import { type ReplayEvent, replay } from "./replay.js";

let bench: TestBench;
const places: TestPlace[] = [];

beforeAll(async () => {
  bench = await testBench();
  await bench.load(
    "SigninLogs",
    Array.from({ length: 90 }, (_, minute) => ({
      TimeGenerated: new Date(Date.UTC(2026, 4, 1, 9, 40 + minute, 7)).toISOString(),
      UserPrincipalName: `user${minute % 4}@corp.example`,
      ResultType: minute % 7 < 3 ? "50126" : "0",
    })),
  );
});

afterAll(async () => {
  await bench.close();
  for (const place of places) await place.remove();
});

const grouped = (method: string) => `incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    reopenClosedIncident: false
    lookbackDuration: 3h
    matchingMethod: ${method}
`;

/** A rule of every kind that alerts, groups or rests differently. */
const rules: readonly Rule[] = [
  failedSignIns("single", grouped("AllEntities")),
  failedSignIns("each", `eventGroupingSettings:\n  aggregationKind: AlertPerResult\n${grouped("AllEntities")}`),
  failedSignIns("any", `eventGroupingSettings:\n  aggregationKind: AlertPerResult\n${grouped("AnyAlert")}`),
  failedSignIns("rests", "suppressionEnabled: true\nsuppressionDuration: 12m\n"),
  { ...failedSignIns("soon"), kind: "NRT", cutBy: "event" },
  failedSignIns("longer", "", "SigninLogs | summarize Failures = countif(ResultType != 0) by UserPrincipalName"),
  failedSignIns("broken", "", "SigninLogs | whre ResultType != 0"),
];

/** From before the first row; the service below begins later, and has seen nothing before. */
const range: Window = {
  from: parseTicks("2026-05-01T09:30:00Z") ?? 0n,
  to: parseTicks("2026-05-01T10:15:00Z") ?? 0n,
};

async function eventsOf(given: readonly Rule[], options: Partial<Parameters<typeof replay>[2]> = {}) {
  const events: ReplayEvent[] = [];
  for await (const event of replay(bench.workspace.store, rulesToRun(given), { range, ...options })) events.push(event);
  return events;
}

const instant = (ticks: bigint) => new Date(Number(ticks / 10_000n)).toISOString();

/** The alerts of each incident, one text each. */
function together(pairs: readonly (readonly [incident: unknown, alert: string])[]): readonly string[] {
  const groups = new Map<unknown, string[]>();
  for (const [incident, alert] of pairs) groups.set(incident, [...(groups.get(incident) ?? []), alert]);
  return [...groups.values()].map((group) => group.sort().join("\n")).sort();
}

test.each(Object.entries(testPlaces))(
  "a replay raises the alerts and makes the incidents that the service did: %s",
  async (_, makePlace) => {
    const place = await makePlace();
    places.push(place);
    bench.at("09:40:00");
    const one = await bench.start(place.place, rules);
    for (const time of ["09:40:00", "10:00:00", "10:30:00"]) {
      bench.at(time);
      while ((await one.service.tick()) > 0);
    }
    const last = new Date("2026-05-01T10:15:00Z");
    const windows = await one.state.db.selectFrom("windows").selectAll().where("window_to", "<=", last).execute();
    const rows = await one.state.db.selectFrom("alerts").selectAll().where("window_to", "<=", last).execute();
    await one.close();
    const byService = rows.map((row) => {
      const entities = printJson(JSON.parse(row.document).entities);
      return [row.incident_id, `${row.rule_id} ${row.window_to.toISOString()} ${row.title} ${entities}`] as const;
    });

    const events = await eventsOf(rules);
    const byReplay = events.flatMap((event) => {
      if (event.kind !== "alert") return [];
      const { rule, alert, incident } = event;
      const line = `${rule.id} ${instant(alert.window.to)} ${alert.title} ${printJson(alert.entities)}`;
      return [[incident, line] as const];
    });
    expect(byReplay.length).toBeGreaterThan(40);
    expect(together(byReplay)).toEqual(together(byService));
    expect(together(byReplay).length).toBeGreaterThan(20);
    expect(together(byReplay).length).toBeLessThan(byReplay.length);

    const fates = events.flatMap((event) =>
      event.kind === "window" ? [`${event.one.id} ${instant(event.window.to)} ${event.fate}`] : [],
    );
    const ledger = windows.filter(({ rule_id }) => rule_id !== "broken");
    for (const { rule_id, window_to, state } of ledger) {
      expect(fates).toContain(`${rule_id} ${window_to.toISOString()} ${state}`);
    }
    const known = new Set(ledger.map(({ rule_id, window_to }) => `${rule_id} ${window_to.toISOString()}`));
    expect(known.size).toBeGreaterThan(60);
    const more = fates.filter((fate) => !known.has(fate.split(" ").slice(0, 2).join(" ")));
    expect(more.every((fate) => (fate.split(" ")[1] ?? "~") < "2026-05-01T09:39")).toBe(true);
  },
);

test("costs add up, and what cannot run is told once for a reason", async () => {
  const events = await eventsOf(rules);
  const costs = new Map(events.flatMap((event) => (event.kind === "cost" ? [[event.one.id, event.cost]] : [])));
  const alerts = events.filter((event) => event.kind === "alert");
  expect([...costs.keys()].sort()).toEqual(rules.map(({ id }) => id).sort());
  expect([...costs.values()].reduce((sum, cost) => sum + cost.alerts, 0)).toBe(alerts.length);
  expect(costs.get("single")).toMatchObject({ windows: 9, failed: 0, suppressed: 0 });
  expect(costs.get("rests")).toMatchObject({ failed: 0, suppressed: expect.any(Number) });
  expect((costs.get("rests")?.windows ?? 0) + (costs.get("rests")?.suppressed ?? 0)).toBe(9);
  expect(costs.get("soon")?.windows).toBe(45);
  expect(costs.get("single")?.rowsRead).toBeGreaterThanOrEqual(BigInt(costs.get("single")?.rows ?? 0));
  expect(costs.get("broken")).toMatchObject({ windows: 0, alerts: 0, bytesRead: 0n });
  expect(events.flatMap((event) => (event.kind === "failed" ? [event.rule.id] : []))).toEqual(["broken"]);
});

test("a rule that fails in its windows only is told once for a reason, with the first of them", async () => {
  const limited = { ...failedSignIns("slow", "", "range i from 1 to 1000000000000 step 1 | count"), timeout: 1 };
  const events = await eventsOf([limited, failedSignIns("single")]);
  const failed = events.flatMap((event) => (event.kind === "failed" ? [event] : []));
  expect(failed.map(({ rule, diagnosis }) => [rule.id, diagnosis.code])).toEqual([["slow", "query-timeout"]]);
  expect(failed[0]?.window).toBeDefined();
  const slow = events.find((event) => event.kind === "cost" && event.one.id === "slow");
  expect(slow).toMatchObject({ cost: { windows: 9, failed: 9, rows: 0 } });
});

test("an alert limit holds back, a rule without a schedule cannot be replayed, and a strict replay takes no missing column", async () => {
  const each = failedSignIns("each", "eventGroupingSettings:\n  aggregationKind: AlertPerResult\n");
  const events = await eventsOf([each], { alertLimits: { alerts: 1 } });
  const cost = events.flatMap((event) => (event.kind === "cost" ? [event.cost] : []))[0];
  expect(cost?.alerts).toBeLessThan(cost?.rows ?? 0);
  expect(cost?.heldBack).toBe((cost?.rows ?? 0) - (cost?.alerts ?? 0));
  const [bare] = readRules({ name: "x.yaml", text: "id: x\nname: X\nkind: Scheduled\nquery: SigninLogs\n" }).rules;
  const missing = failedSignIns("missing", "", "SigninLogs | where column_of_none == 1");
  const told = await eventsOf([...(bare === undefined ? [] : [bare]), missing], { strict: true });
  expect(told.flatMap((event) => (event.kind === "failed" ? [event.rule.id] : [])).sort()).toEqual(["missing", "x"]);
});
