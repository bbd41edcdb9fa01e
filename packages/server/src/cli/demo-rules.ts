import type { Rule } from "@calypso/catalog";
import type { QueryPorts } from "../detect/extent.js";
import { type DetectEvent, detect } from "../detect/run.js";
import type { Window } from "../detect/ticks.js";

/**
 * Runs rules over the logs of the demo. One that looks at more time than lies between two of its runs compares what is new
 * with what was before: it runs on its schedule over the time in which something happens. The others run once over all.
 */
export async function* demoEvents(
  ports: QueryPorts,
  rules: readonly Rule[],
  eventful: Window,
): AsyncGenerator<DetectEvent> {
  for (const rule of rules) {
    const looksBack = (rule.queryPeriod ?? 0) > (rule.queryFrequency ?? 0);
    yield* detect(ports, [rule], { now: eventful.to, ...(looksBack ? { range: eventful } : {}) });
  }
}
