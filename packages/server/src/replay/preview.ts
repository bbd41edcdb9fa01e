import type { Rule } from "@calypso/catalog";
import type { Alert } from "../detect/alert.js";
import { printJson } from "../detect/cells.js";
import type { Diagnosis } from "../detect/diagnosis.js";
import type { RuleInForce } from "../service/rules-in-force.js";
import { Failure } from "../store/failures.js";
import type { Store } from "../store/store.js";
import { type ComparisonEvent, compareVersions, type Version } from "./compare-versions.js";
import { type ReplayEvent, type ReplayOptions, type RuleCost, replay } from "./replay.js";
import { inOrder } from "./windows.js";

/** What a preview tells, part by part. */
export type PreviewPart =
  | { readonly kind: "begun"; readonly windows: number; readonly compared: boolean; readonly query: string }
  /** So many windows of all have come to their end. */
  | { readonly kind: "progress"; readonly done: number }
  | { readonly kind: "told"; readonly version: Version; readonly diagnosis: Diagnosis }
  | { readonly kind: "alert"; readonly alert: Alert }
  | {
      readonly kind: "difference";
      readonly difference: "added" | "lost" | "changed";
      readonly alert: Alert;
      readonly because?: string;
      readonly changes?: readonly { readonly field: string; readonly before: string; readonly now: string }[];
    }
  | {
      readonly kind: "done";
      readonly cost?: RuleCost;
      readonly before?: RuleCost;
      readonly same?: number;
      /** Alerts and differences that were counted only. */
      readonly more: number;
    };

/** More windows than these, of both versions, are no preview. */
export const mostWindows = 6000;
/** Alerts, and differences, that are told one by one. */
const mostTold = 1000;

/**
 * Replays a version of a rule over a range, and where another is given, compares it with that. Windows are cut by the time of events,
 * as logs that were loaded later all arrived then.
 */
export async function* preview(
  store: Store,
  now: Rule,
  before: Rule | undefined,
  one: (rule: Rule) => RuleInForce,
  options: ReplayOptions,
): AsyncGenerator<PreviewPart> {
  const versions = { now: byEvent(one(now)), before: before === undefined ? undefined : byEvent(one(before)) };
  const rules = [versions.now, ...(versions.before === undefined ? [] : [versions.before])];
  const windows = rules.reduce((sum, rule) => sum + countOf(rule, options), 0);
  if (windows > mostWindows) {
    throw new Failure("preview-too-long", `a preview runs ${mostWindows} windows at most, and this range has more`, {
      hint: "choose a shorter range, or use `calypso replay`",
    });
  }
  yield { kind: "begun", windows, compared: versions.before !== undefined, query: now.query.text };
  const teller = new Teller();
  if (versions.before === undefined) {
    for await (const event of replay(store, [versions.now], options)) yield* teller.replayed(event);
  } else {
    for await (const event of compareVersions(store, [versions.now], [versions.before], options)) {
      yield* teller.compared(event);
    }
  }
  yield teller.end();
}

function byEvent(one: RuleInForce): RuleInForce {
  return { ...one, cutBy: "event" };
}

function countOf(one: RuleInForce, { range }: ReplayOptions): number {
  let count = 0;
  for (const _window of inOrder([one], range)) {
    count += 1;
    if (count > mostWindows) break;
  }
  return count;
}

/** Puts what happens into parts, and counts what is too much to tell. */
class Teller {
  #done = 0;
  #told = 0;
  #more = 0;
  #costs: Partial<Record<Version, RuleCost>> = {};
  #same: number | undefined;

  *replayed(event: ReplayEvent): Generator<PreviewPart> {
    if (event.kind === "alert") yield* this.#list({ kind: "alert", alert: event.alert });
    else if (event.kind === "cost") this.#costs = { now: event.cost };
    else yield* this.#onTheWay("now", event);
  }

  *compared(event: ComparisonEvent): Generator<PreviewPart> {
    if (event.kind === "told") {
      // The alerts of the version that is looked at stand on the time axis.
      if (event.version === "now" && event.event.kind === "window") {
        for (const alert of event.event.evaluation?.alerts ?? []) yield* this.#list({ kind: "alert", alert });
      }
      yield* this.#onTheWay(event.version, event.event);
    } else if (event.kind === "difference") {
      const { kind: difference, alert, ...rest } = event.difference;
      const changes = "changes" in rest ? rest.changes.map(changeText) : undefined;
      const because = "because" in rest ? rest.because : undefined;
      yield* this.#list({
        ...{ kind: "difference", difference, alert },
        ...(because === undefined ? {} : { because }),
        ...(changes === undefined ? {} : { changes }),
      });
    } else if (event.kind === "compared") {
      this.#costs = event.costs;
      this.#same = event.same;
    }
  }

  end(): PreviewPart {
    const { now, before } = this.#costs;
    return {
      kind: "done",
      more: this.#more,
      ...(now === undefined ? {} : { cost: now }),
      ...(before === undefined ? {} : { before }),
      ...(this.#same === undefined ? {} : { same: this.#same }),
    };
  }

  *#onTheWay(version: Version, event: ReplayEvent): Generator<PreviewPart> {
    if (event.kind === "window") {
      this.#done += 1;
      yield { kind: "progress", done: this.#done };
    } else if (event.kind === "warning" || event.kind === "failed") {
      yield { kind: "told", version, diagnosis: event.diagnosis };
    }
  }

  *#list(part: PreviewPart): Generator<PreviewPart> {
    this.#told += 1;
    if (this.#told <= mostTold) yield part;
    else this.#more += 1;
  }
}

function changeText({
  field,
  before,
  now,
}: {
  readonly field: string;
  readonly before: unknown;
  readonly now: unknown;
}) {
  const text = (value: unknown) => (typeof value === "string" ? value : printJson(value)).slice(0, 500);
  return { field, before: text(before), now: text(now) };
}
