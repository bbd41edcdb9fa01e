import { expect, test } from "vitest";
import type { Alert } from "../detect/alert.js";
import { ticksOf } from "../platform/clock.js";
import { rulesToRun } from "../service/rules-in-force.js";
import { failedSignIns } from "../service/testing/bench.js";
import { compareAlerts, type VersionResult } from "./compare.js";
import { incidentBook } from "./incidents.js";
import { pairRules } from "./pair-rules.js";
import type { WindowFate } from "./replay.js";

const minute = (value: number) => ticksOf(new Date(Date.UTC(2026, 4, 1, 10, value)));

function alertAt(end: number, user: string, parts: Partial<Alert> = {}): Alert {
  const time = (value: number) => new Date(Date.UTC(2026, 4, 1, 10, value)).toISOString().replace("Z", "0000Z");
  return {
    title: "Failed",
    description: "",
    severity: "Medium",
    tactics: [],
    techniques: [],
    subTechniques: [],
    start: time(end - 4),
    end: time(end - 1),
    rows: 1,
    entities: [{ type: "Account", fullName: user }],
    customDetails: {},
    dynamicProperties: {},
    sample: [],
    window: { from: minute(end - 5), to: minute(end) },
    notes: [],
    ...parts,
  };
}

function version(alerts: readonly Alert[], fates: Readonly<Record<number, WindowFate>> = {}, keys = ""): VersionResult {
  const all = { 5: "done", 10: "done", 15: "done", ...fates } as const;
  return {
    rule: failedSignIns("r-1", keys),
    alerts,
    fates: new Map(Object.entries(all).map(([end, fate]) => [minute(Number(end)), fate])),
    failed: false,
  };
}

const told = (now: VersionResult | undefined, before: VersionResult | undefined) => {
  const { differences, same } = compareAlerts(now, before);
  const lines = differences.map((one) => {
    const who = one.alert.entities[0]?.["fullName"];
    return one.kind === "changed"
      ? `changed ${who}: ${one.changes.map(({ field }) => field).join()}`
      : `${one.kind} ${who}${one.because === undefined ? "" : ` (${one.because})`}`;
  });
  return { lines, same };
};

test("the same alerts are the same, whatever their order and their samples", () => {
  const alerts = [alertAt(5, "ann"), alertAt(5, "bob"), alertAt(5, "ann")];
  const sampled = alerts.map((alert) => ({ ...alert, sample: [{ a: 1 }] }));
  expect(told(version(alerts), version(sampled.reverse()))).toEqual({ lines: [], same: 3 });
});

test("added, lost and changed alerts are told, with what changed", () => {
  const before = [alertAt(5, "ann"), alertAt(5, "bob"), alertAt(10, "cat"), alertAt(15, "dan")];
  const now = [
    alertAt(5, "ann", { severity: "High", rows: 7 }),
    alertAt(5, "eve"),
    alertAt(5, "fay"),
    alertAt(10, "gus", { title: "Other" }),
    alertAt(15, "dan"),
  ];
  expect(told(version(now), version(before))).toEqual({
    lines: ["added eve", "added fay", "lost bob", "changed ann: severity,rows", "changed gus: title,entities"],
    same: 1,
  });
});

test("an alert of a window that the other version did not run says why", () => {
  const alerts = [alertAt(5, "ann"), alertAt(10, "bob"), alertAt(12, "cat")];
  const other = version([], { 5: "failed", 10: "suppressed" });
  expect(told(version(alerts), other).lines).toEqual([
    "added ann (failed)",
    "added bob (suppressed)",
    "added cat (no-window)",
  ]);
  expect(told(other, version(alerts)).lines).toEqual([
    "lost ann (failed)",
    "lost bob (suppressed)",
    "lost cat (no-window)",
  ]);
  expect(told(undefined, version([alertAt(5, "ann")])).lines).toEqual(["lost ann (no-rule)"]);
  expect(told({ ...other, failed: true }, version([alertAt(15, "ann")])).lines).toEqual(["lost ann (failed)"]);
});

test("where the versions run at other times, alerts of the same entities that overlap belong together", () => {
  const before = version([alertAt(5, "ann"), alertAt(15, "bob")]);
  const often = {
    ...version([alertAt(4, "ann"), alertAt(25, "bob")]),
    rule: { ...before.rule, queryFrequency: 60_000 },
  };
  expect(told(often, before).lines).toEqual(["changed ann: start,end,window", "lost bob", "added bob (no-window)"]);
});

test("rules are paired by id, then by name, and two alone are versions of one; the later one's id decides the windows", () => {
  const one = (id: string, name: string) => rulesToRun([{ ...failedSignIns(id), name }]);
  const pairs = pairRules(
    [...one("a", "A"), ...one("b", "B"), ...one("c", "C")],
    [...one("x", "B"), ...one("A", "Z"), ...one("d", "D")],
  );
  expect(pairs.map(({ id, now, before }) => [id, now?.rule.name, before?.rule.name, before?.id])).toEqual([
    ["a", "A", "Z", "a"],
    ["b", "B", "B", "b"],
    ["c", "C", undefined, undefined],
    ["d", undefined, "D", "d"],
  ]);
  expect(pairRules(one("a", "A"), one("b", "B"))).toHaveLength(1);
});

test("alerts join the newest incident that is young enough and alike", () => {
  const keys = `incidentConfiguration:
  createIncident: true
  groupingConfiguration: { enabled: true, reopenClosedIncident: false, lookbackDuration: 20m, matchingMethod: AllEntities }
`;
  const [grouped] = rulesToRun([failedSignIns("g", keys)]);
  const [plain] = rulesToRun([failedSignIns("p")]);
  const [silent] = rulesToRun([failedSignIns("s", "incidentConfiguration: { createIncident: false }\n")]);
  if (grouped === undefined || plain === undefined || silent === undefined) throw new Error("no rules");
  const book = incidentBook();
  const at = (value: number) => new Date(Date.UTC(2026, 4, 1, 10, value));
  const high = { severity: "High", tactics: ["Impact"] } as const;
  expect(book.add(grouped, alertAt(0, "ann"), at(0))).toBe(1);
  expect(book.add(grouped, alertAt(5, "bob"), at(5))).toBe(2);
  expect(book.add(grouped, alertAt(20, "ann", high), at(20))).toBe(1);
  expect(book.add(grouped, alertAt(21, "ann"), at(21))).toBe(3);
  expect(book.add(plain, alertAt(21, "ann"), at(21))).toBe(4);
  expect(book.add(plain, alertAt(21, "ann"), at(21))).toBe(5);
  expect(book.add(silent, alertAt(21, "ann"), at(21))).toBeUndefined();
  expect(book.all()[0]).toMatchObject({
    alerts: 2,
    severity: "High",
    tactics: ["Impact"],
    lastActivity: alertAt(20, "ann").end,
  });
});
