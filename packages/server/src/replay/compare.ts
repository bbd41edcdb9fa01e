import type { Rule } from "@calypso/catalog";
import type { Alert } from "../detect/alert.js";
import { printJson } from "../detect/cells.js";
import { printTicks } from "../detect/ticks.js";
import { entityKey } from "../service/group-alerts.js";
import type { WindowFate } from "./replay.js";

/** What one version of a rule came to. */
export interface VersionResult {
  readonly rule: Rule;
  readonly alerts: readonly Alert[];
  /** What became of its windows, by their ends in ticks. */
  readonly fates: ReadonlyMap<bigint, WindowFate>;
  /** None of its windows could run. */
  readonly failed: boolean;
}

/** Why an alert has no counterpart, where it is not that the other version ran and did not raise it. */
export type Because = "no-rule" | "no-window" | "failed" | "suppressed";

/** A part of an alert that differs. */
export interface Change {
  readonly field: string;
  readonly before: unknown;
  readonly now: unknown;
}

/** One difference between the versions. */
export type Difference =
  | { readonly kind: "added" | "lost"; readonly alert: Alert; readonly because?: Because }
  | { readonly kind: "changed"; readonly alert: Alert; readonly changes: readonly Change[] };

/** All differences, by window, and how many alerts are the same. */
export interface Comparison {
  readonly differences: readonly Difference[];
  readonly same: number;
}

/**
 * Compares the alerts of two versions of a rule. Alerts of one window belong together where all of them is equal, else where
 * they name the same entities, else where each is the only one left there. Where the versions run at different times, those
 * that name the same entities and overlap in time do too. Samples of rows are not compared.
 */
export function compareAlerts(now: VersionResult | undefined, before: VersionResult | undefined): Comparison {
  const all: Unpaired = { now: now?.alerts ?? [], before: before?.alerts ?? [] };
  const equal = pairUp(all, (alert) => printJson([endOf(alert), ...comparedFields.map((field) => alert[field])]));
  const alike = pairUp(equal.left, (alert) => `${endOf(alert)} ${entityKey(alert.entities)}`);
  const alone = new Set([...aloneInWindow(alike.left.now), ...aloneInWindow(alike.left.before)]);
  const lonely = pairUp(alike.left, (alert) => (alone.has(alert) ? endOf(alert) : undefined));
  const moved = runAtOtherTimes(now?.rule, before?.rule)
    ? pairUp(lonely.left, (alert) => entityKey(alert.entities), overlap)
    : { pairs: [], left: lonely.left };
  const changed = [...alike.pairs, ...lonely.pairs, ...moved.pairs].map(
    ([alert, was]): Difference => ({ kind: "changed", alert, changes: changesOf(alert, was) }),
  );
  const added = moved.left.now.map((alert): Difference => ({ kind: "added", alert, ...becauseOf(alert, before) }));
  const lost = moved.left.before.map((alert): Difference => ({ kind: "lost", alert, ...becauseOf(alert, now) }));
  return { differences: [...added, ...lost, ...changed].sort(byWindow), same: equal.pairs.length };
}

/** What of an alert is compared, in the order in which differences are told. */
const comparedFields = [
  "title",
  "description",
  "severity",
  "tactics",
  "techniques",
  "subTechniques",
  "start",
  "end",
  "rows",
  "entities",
  "customDetails",
  "dynamicProperties",
  "notes",
] as const satisfies readonly (keyof Alert)[];

interface Unpaired {
  readonly now: readonly Alert[];
  readonly before: readonly Alert[];
}

interface Paired {
  readonly pairs: readonly (readonly [Alert, Alert])[];
  readonly left: Unpaired;
}

/** Pairs alerts of one key, each with one, in order; those without a key stay. */
function pairUp(
  { now, before }: Unpaired,
  keyOf: (alert: Alert) => string | undefined,
  fits: (one: Alert, other: Alert) => boolean = () => true,
): Paired {
  const waiting = new Map<string, Alert[]>();
  for (const alert of before) {
    const key = keyOf(alert);
    if (key !== undefined) waiting.set(key, [...(waiting.get(key) ?? []), alert]);
  }
  const pairs: (readonly [Alert, Alert])[] = [];
  for (const alert of now) {
    const candidates = waiting.get(keyOf(alert) ?? "") ?? [];
    const position = candidates.findIndex((other) => fits(alert, other));
    const [other] = position < 0 ? [] : candidates.splice(position, 1);
    if (other !== undefined) pairs.push([alert, other]);
  }
  const paired = new Set(pairs.flat());
  const isLeft = (alert: Alert) => !paired.has(alert);
  return { pairs, left: { now: now.filter(isLeft), before: before.filter(isLeft) } };
}

function aloneInWindow(alerts: readonly Alert[]): readonly Alert[] {
  const counts = new Map<string, number>();
  for (const alert of alerts) counts.set(endOf(alert), (counts.get(endOf(alert)) ?? 0) + 1);
  return alerts.filter((alert) => counts.get(endOf(alert)) === 1);
}

function endOf({ window }: Alert): string {
  return String(window.to);
}

function runAtOtherTimes(now: Rule | undefined, before: Rule | undefined): boolean {
  return now?.kind !== before?.kind || now?.queryFrequency !== before?.queryFrequency;
}

function overlap(one: Alert, other: Alert): boolean {
  return one.start <= other.end && other.start <= one.end;
}

function changesOf(now: Alert, before: Alert): readonly Change[] {
  const fields = comparedFields.filter((field) => printJson(now[field]) !== printJson(before[field]));
  const changes = fields.map((field): Change => ({ field, before: before[field], now: now[field] }));
  if (now.window.to === before.window.to) return changes;
  return [...changes, { field: "window", before: ends(before), now: ends(now) }];
}

function ends({ window }: Alert): { readonly from: string; readonly to: string } {
  return { from: printTicks(window.from), to: printTicks(window.to) };
}

function becauseOf({ window }: Alert, other: VersionResult | undefined): { readonly because?: Because } {
  if (other === undefined) return { because: "no-rule" };
  if (other.failed) return { because: "failed" };
  const fate = other.fates.get(window.to);
  return fate === "done" ? {} : { because: fate ?? "no-window" };
}

function byWindow({ alert: one }: Difference, { alert: other }: Difference): number {
  return one.window.to < other.window.to ? -1 : one.window.to > other.window.to ? 1 : 0;
}
