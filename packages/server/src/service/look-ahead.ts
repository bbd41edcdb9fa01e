import { type Compilation, isEmptyGiven } from "@calypso/kql";
import { compileRule } from "../detect/evaluate-window.js";
import { exceptionsAt } from "../detect/exceptions.js";
import type { Window } from "../detect/ticks.js";
import { secondsSince } from "../platform/clock.js";
import { readsWithoutRow } from "../search/reads-without-row.js";
import { queryPorts } from "../search/run-query.js";
import type { SelectOptions, Store } from "../store/store.js";
import type { RuleInForce } from "./rules-in-force.js";
import type { LookedAt } from "./run-window.js";

/** A window that is about to run. */
export interface Upcoming {
  readonly one: RuleInForce;
  readonly window: Window;
}

/**
 * Looks at windows before they run: one SELECT over each of their tables tells for all rules at once whether there is a row
 * that they could find. Most rules find nothing most of the time, and need no run of their own to know it. What cannot be
 * looked at is left out, and runs as it would have.
 */
export async function lookAhead<T extends Upcoming>(
  store: Store,
  upcoming: readonly T[],
  options: SelectOptions,
): Promise<ReadonlyMap<T, LookedAt>> {
  const compiled = new Map<T, { readonly compilation: Compilation; readonly seconds: number }>();
  for (const each of upcoming) {
    if (options.signal?.aborted === true) break;
    const seconds = secondsSince();
    const compilation = await compiledAhead(store, each, options);
    if (compilation !== undefined) compiled.set(each, { compilation, seconds: seconds() });
  }
  const wanted = [...compiled.values()].flatMap(({ compilation }) => compilation.emptiness?.() ?? []);
  const without = await readsWithoutRow(store, wanted, options);
  return new Map(
    [...compiled].map(([each, { compilation, seconds }]) => {
      const emptiness = compilation.emptiness?.();
      const hasNoRow = emptiness !== undefined && isEmptyGiven(emptiness, without);
      return [each, { compilation, seconds, hasNoRow }];
    }),
  );
}

/** Undefined for a rule that cannot run, or that has to ask the data first: its own run tells. */
async function compiledAhead(
  store: Store,
  { one, window }: Upcoming,
  options: SelectOptions,
): Promise<Compilation | undefined> {
  const { rule, cutBy } = one;
  if (rule.obstacle !== undefined) return undefined;
  const ports = queryPorts(store, options);
  try {
    return await compileRule(ports, rule, { cutBy }, window, exceptionsAt(rule, window));
  } catch {
    return undefined;
  }
}
