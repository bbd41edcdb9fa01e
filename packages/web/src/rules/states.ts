import type { AnswerOf, Routes } from "@calypso/contract";

export type RuleRow = AnswerOf<Routes["rules"]>["rules"][number];
export type RuleDetail = AnswerOf<Routes["rule"]>;
export type RuleWindow = AnswerOf<Routes["ruleWindows"]>["windows"][number];
export type HourState = NonNullable<RuleRow["health"]>["hours"][number];

/** What states of windows mean, in words; the worst first. */
export const stateNames: Readonly<Record<HourState, string>> = {
  failed: "failed",
  owed: "owed",
  running: "running",
  alerts: "with alerts",
  done: "done",
  suppressed: "passed over",
  planned: "planned",
  none: "nothing",
};

/** How a rule is, as one word, for lists and facets; the gravest first. */
export const ruleStates = ["cannot run", "failing", "owed", "off", "by hand", "new", "resting", "runs"] as const;
export type RuleState = (typeof ruleStates)[number];

export function stateOf(rule: RuleRow): RuleState {
  const { enabled, obstacle, health, kind } = rule;
  if (obstacle !== undefined) return "cannot run";
  if (!enabled) return "off";
  if (kind !== "Scheduled" && kind !== "NRT") return "by hand";
  if (health === undefined) return "new";
  const { lastFailure, lastGood, owed, suppressedUntil } = health;
  if (lastFailure !== undefined && (lastGood === undefined || lastFailure.to > lastGood.to)) return "failing";
  if (owed > 0) return "owed";
  if (lastGood === undefined) return "new";
  return suppressedUntil !== undefined && suppressedUntil > lastGood.to ? "resting" : "runs";
}

/** What each of those words means. */
export const ruleStateTitles: Readonly<Record<RuleState, string>> = {
  "cannot run": "its file says something that keeps it from running",
  failing: "its latest window failed",
  owed: "windows that were due have not been run yet",
  off: "it is turned off",
  "by hand": "it runs by no clock",
  new: "no window of it has been done yet",
  resting: "it raised an alert and asks for silence",
  runs: "its latest window was done",
};

/** A KQL query for the alerts of a rule. */
export function alertsQuery(key: string): string {
  return `SecurityAlert\n| where AlertType endswith ${JSON.stringify(`_${key}`)}`;
}

/** A query of a rule as the window ran it that ends then. */
export function queryOfWindow(query: string, end: string): string {
  return `set query_now = datetime(${end});\n${query}`;
}
