import type { Plan } from "../../plan/plan.js";
import type { Column } from "../../schema/types.js";
import { type Context, nothing } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { share } from "../table.js";
import { analysisOf, resultOf } from "./analysis.js";
import { everyWindow } from "./every-window.js";
import { byColumns, freshColumn, grouped, paired, partsAt, ref, same } from "./parts.js";
import { type Activity, activityOf, known, type Timeline } from "./timeline.js";

const plugin = "activity_counts_metrics";

export const activityCountsMetricsPlugin: PluginEntry = {
  name: plugin,
  about: "Counts for each window of time the rows, the ids, the ids that are new, and all ids so far.",
  limit: "Counts are exact. Rows that leave a window of the analysis empty are refused when the query runs.",
  lower: (call, node, input, cx) => {
    const analysis = analysisOf(plugin, call, input, { step: 4, dimensions: 5 }, cx);
    if (analysis === undefined) return nothing();
    const { timeline } = analysis;
    const { aggregate, compare, orZero } = partsAt(timeline.location);
    const activity = activityOf(timeline, input, timeline.start, cx);
    const [count, distinct] = [freshColumn(cx, "count"), freshColumn(cx, "distinct")];
    const windows = grouped(activity.plan, same([...timeline.dimensions, activity.at]), [
      aggregate(count.name, "sum", [ref(activity.rows)]),
      aggregate(distinct.name, "dcount", [ref(activity.id)]),
    ]);
    const first = freshColumn(cx, "first");
    const firsts = grouped(windows, same(timeline.dimensions), [aggregate(first.name, "min", [ref(activity.at)])]);
    const fresh = freshColumn(cx, "new");
    const counted = paired(
      everyWindow(plugin, share("windows", windows, cx), timeline, cx),
      newcomers(activity, timeline, fresh, cx),
      byColumns([...timeline.dimensions, activity.at]),
      "leftouter",
    );
    const placed = paired(counted, firsts, byColumns(timeline.dimensions));
    const order = [...timeline.dimensions, activity.at].map((key) => ({
      expression: ref(key),
      descending: false,
      nullsFirst: true,
    }));
    const total = freshColumn(cx, "total");
    const summed: Plan = {
      kind: "window",
      input: { kind: "sort", input: placed, keys: order },
      columns: [
        {
          name: total.name,
          function: "row_cumsum",
          args: [orZero(ref(fresh))],
          restart: compare("==", ref(activity.at), ref(first)),
          type: "long",
        },
      ],
    };
    const metrics = [ref(count), ref(distinct), orZero(ref(fresh)), ref(total)];
    return resultOf(node, summed, [timeline.value(ref(activity.at))], timeline.dimensions, metrics, cx);
  },
};

/** How many ids are in a window and in none before it. */
function newcomers(activity: Activity, timeline: Timeline, count: Column, cx: Context): Plan {
  const { aggregate } = partsAt(timeline.location);
  const first = freshColumn(cx, "first");
  const firsts = grouped(known(activity, timeline.location), same([...timeline.dimensions, activity.id]), [
    aggregate(first.name, "min", [ref(activity.at)]),
  ]);
  const keys = [...same(timeline.dimensions), { name: activity.at.name, expression: ref(first) }];
  return grouped(firsts, keys, [aggregate(count.name, "count")]);
}
