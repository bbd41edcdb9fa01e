import type { Rule } from "@calypso/catalog";
import type { Alert } from "../detect/alert.js";
import type { RuleInForce } from "../service/rules-in-force.js";
import type { Store } from "../store/store.js";
import { compareAlerts, type Difference, type VersionResult } from "./compare.js";
import type { ReplayedIncident } from "./incidents.js";
import { pairRules, type RulePair } from "./pair-rules.js";
import { type ReplayEvent, type ReplayOptions, type RuleCost, replay, type WindowFate } from "./replay.js";

/** Which version something is said of: the one that is looked at, or the one that it is compared with. */
export type Version = "now" | "before";

/** What two versions of rules differ in; what happens while they run comes first. */
export type ComparisonEvent =
  | {
      readonly kind: "told";
      readonly version: Version;
      readonly event: Extract<ReplayEvent, { kind: "warning" | "failed" | "window" }>;
    }
  | { readonly kind: "difference"; readonly rule: Rule; readonly difference: Difference }
  | {
      readonly kind: "compared";
      readonly rule: Rule;
      readonly same: number;
      readonly costs: Partial<Record<Version, RuleCost>>;
    }
  | { readonly kind: "incidents"; readonly now: number; readonly before: number };

/** Replays both versions of rules over the same range, and compares their alerts, rule by rule. */
export async function* compareVersions(
  store: Store,
  now: readonly RuleInForce[],
  before: readonly RuleInForce[],
  options: ReplayOptions,
): AsyncGenerator<ComparisonEvent> {
  const pairs = pairRules(now, before);
  const results = { now: new Results(), before: new Results() };
  for (const version of ["before", "now"] as const) {
    const rules = pairs.flatMap((pair) => pair[version] ?? []);
    for await (const event of replay(store, rules, options)) {
      results[version].add(event);
      if (event.kind === "warning" || event.kind === "failed" || event.kind === "window") {
        yield { kind: "told", version, event };
      }
    }
  }
  if (options.signal?.aborted === true) return;
  for (const pair of pairs) yield* differencesOf(pair, results);
  yield { kind: "incidents", now: results.now.incidents.length, before: results.before.incidents.length };
}

function* differencesOf(pair: RulePair, results: Readonly<Record<Version, Results>>): Generator<ComparisonEvent> {
  const rule = (pair.now ?? pair.before)?.rule;
  if (rule === undefined) return;
  const versions = { now: results.now.of(pair.now), before: results.before.of(pair.before) };
  const { differences, same } = compareAlerts(versions.now, versions.before);
  for (const difference of differences) yield { kind: "difference", rule, difference };
  const costs = { ...costOf("now", results, pair), ...costOf("before", results, pair) };
  yield { kind: "compared", rule, same, costs };
}

function costOf(version: Version, results: Readonly<Record<Version, Results>>, { id }: RulePair) {
  const cost = results[version].costs.get(id);
  return cost === undefined ? {} : { [version]: cost };
}

/** What a replay came to, without the samples of rows. */
class Results {
  readonly costs = new Map<string, RuleCost>();
  readonly incidents: ReplayedIncident[] = [];
  readonly #alerts = new Map<Rule, Alert[]>();
  readonly #failed = new Set<Rule>();
  readonly #fates = new Map<Rule, Map<bigint, WindowFate>>();

  add(event: ReplayEvent): void {
    switch (event.kind) {
      case "alert":
        this.#alertsOf(event.rule).push({ ...event.alert, sample: [] });
        return;
      case "window":
        this.#fatesOf(event.one.rule).set(event.window.to, event.fate);
        return;
      case "failed":
        if (event.window === undefined) this.#failed.add(event.rule);
        return;
      case "incident":
        this.incidents.push(event.incident);
        return;
      case "cost":
        this.costs.set(event.one.id, event.cost);
        return;
      case "warning":
        return;
      default:
        event satisfies never;
    }
  }

  of(one: RuleInForce | undefined): VersionResult | undefined {
    if (one === undefined) return undefined;
    const { rule } = one;
    return { rule, alerts: this.#alertsOf(rule), fates: this.#fatesOf(rule), failed: this.#failed.has(rule) };
  }

  #alertsOf(rule: Rule): Alert[] {
    const known = this.#alerts.get(rule) ?? [];
    this.#alerts.set(rule, known);
    return known;
  }

  #fatesOf(rule: Rule): Map<bigint, WindowFate> {
    const known = this.#fates.get(rule) ?? new Map<bigint, WindowFate>();
    this.#fates.set(rule, known);
    return known;
  }
}
