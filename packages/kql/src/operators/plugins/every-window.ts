import type { Plan } from "../../plan/plan.js";
import type { Context } from "../context.js";
import { byColumns, filtered, freshColumn, grouped, long, paired, partsAt, ref, same } from "./parts.js";
import type { Timeline } from "./timeline.js";

/**
 * Rows of which each is a window of a combination of dimensions, provided that every window of the analysis is there:
 * the reference does not say whether an empty window gives a row, nor which window comes before the one after it.
 */
export function everyWindow(plugin: string, windows: Plan, timeline: Timeline, cx: Context): Plan {
  const { aggregate, compare, plus, settled } = partsAt(timeline.location);
  const count = freshColumn(cx, "windows");
  const counted = grouped(windows, same(timeline.dimensions), [aggregate(count.name, "count")]);
  return filtered(
    paired(windows, counted, byColumns(timeline.dimensions)),
    settled(
      plugin,
      compare("==", ref(count), plus(timeline.last, long(1n))),
      "some windows have no rows, and what comes of them is not documented; choose a start and an end between which every window has rows",
    ),
  );
}
