import type { Rule } from "./rule.js";

/** Whether a run with so many rows fires. */
export function isTriggered(rule: Pick<Rule, "triggerOperator" | "triggerThreshold">, rows: number): boolean {
  switch (rule.triggerOperator) {
    case "gt":
      return rows > rule.triggerThreshold;
    case "lt":
      return rows < rule.triggerThreshold;
    case "eq":
      return rows === rule.triggerThreshold;
    case "ne":
      return rows !== rule.triggerThreshold;
    default:
      return rule.triggerOperator satisfies never;
  }
}
