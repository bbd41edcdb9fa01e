import type { Place } from "@calypso/kql";
import type { RuleQuery } from "./rule-query.js";

/** Rows of some rules' results that are known to be harmless: they are kept out of the rules' alerts, and counted. */
export interface RuleException {
  readonly id: string;
  /** Ids of rules in lower case, or all rules in the folder of the file and below. */
  readonly rules: "all" | readonly string[];
  /** One KQL expression over the columns of a rule's result. */
  readonly condition: RuleQuery;
  readonly owner: string;
  readonly reason: string;
  readonly ticket?: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly created?: number;
  /** The first instant at which it holds no more, as `created`. */
  readonly expiry?: number;
  readonly enabled: boolean;
  readonly file: string;
  /** Where its id stands. */
  readonly place: Place;
}

/** How long an exception should hold that says nothing else: a quarter of a year, in milliseconds. */
export const usualLifetime = 90 * 86_400_000;

/** What an exception is at a time, in milliseconds since 1970-01-01 UTC. */
export function exceptionState(
  { enabled, expiry }: Pick<RuleException, "enabled" | "expiry">,
  at: number,
): "active" | "expired" | "disabled" {
  if (!enabled) return "disabled";
  return expiry !== undefined && at >= expiry ? "expired" : "active";
}

/** Whether an exception is about a rule. */
export function covers({ rules, file }: RuleException, rule: { readonly id: string; readonly file: string }): boolean {
  if (rules !== "all") return rule.id !== "" && rules.includes(rule.id.toLowerCase());
  return rule.file.startsWith(file.replace(/[^\\/]*$/, ""));
}
