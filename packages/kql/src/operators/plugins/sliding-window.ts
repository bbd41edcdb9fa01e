import { nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { analysisOf, resultOf } from "./analysis.js";
import { lookingBack, stepsBack } from "./look-back.js";
import { freshColumn, grouped, partsAt, ref, same } from "./parts.js";
import { spread } from "./spread.js";

const plugin = "sliding_window_counts";

export const slidingWindowCountsPlugin: PluginEntry = {
  name: plugin,
  about: "Counts for each window of time the rows and the ids of a longer window that ends with it.",
  limit:
    "Counts are exact. A look-back that is not a multiple of the step is cut to one. Rows before the start that the first look-backs would reach are refused when the query runs.",
  lower: (call, node, input, cx) => {
    const analysis = analysisOf(plugin, call, input, { step: 5, dimensions: 6 }, cx);
    if (analysis === undefined) return nothing();
    const steps = stepsBack(analysis, 4, 5);
    if (steps === undefined) {
      report(cx, node.location, "bad-argument", `\`${plugin}\`: the look-back has to be a constant, at least one step`);
      return nothing();
    }
    const { timeline } = analysis;
    const { aggregate } = partsAt(timeline.location);
    const activity = lookingBack(plugin, timeline, input, steps, cx);
    const [count, distinct] = [freshColumn(cx, "count"), freshColumn(cx, "distinct")];
    const rows = spread(activity.plan, activity.at, steps.count, timeline, cx);
    const counted = grouped(rows, same([...timeline.dimensions, activity.at]), [
      aggregate(count.name, "sum", [ref(activity.rows)]),
      aggregate(distinct.name, "dcount", [ref(activity.id)]),
    ]);
    const metrics = [ref(count), ref(distinct)];
    return resultOf(node, counted, [timeline.value(ref(activity.at))], timeline.dimensions, metrics, cx);
  },
};
