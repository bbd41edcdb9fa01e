import type { Column } from "../../schema/types.js";
import { nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { share } from "../table.js";
import { analysisOf, resultOf } from "./analysis.js";
import { everyWindow } from "./every-window.js";
import { lookingBack, stepsBack } from "./look-back.js";
import { byColumns, freshColumn, grouped, paired, partsAt, ref, same } from "./parts.js";
import { spread } from "./spread.js";

const plugin = "activity_engagement";

export const activityEngagementPlugin: PluginEntry = {
  name: plugin,
  about: "Gives for each window of time the ids in it, those in a longer window that ends with it, and their ratio.",
  limit:
    "The start and the end have to be given, and the longer window is a multiple of the shorter. Counts are exact. Rows that leave a window of the analysis empty, or that are in the first longer windows but before the start, are refused when the query runs.",
  lower: (call, node, input, cx) => {
    const analysis = analysisOf(plugin, call, input, { step: 4, dimensions: 6 }, cx);
    const steps = analysis === undefined ? undefined : stepsBack(analysis, 5, 4);
    if (analysis === undefined) return nothing();
    if (steps === undefined || steps.rest !== 0n) {
      report(cx, node.location, "bad-argument", `\`${plugin}\`: the outer window has to be a multiple of the inner`);
      return nothing();
    }
    const { timeline } = analysis;
    const { aggregate, ratio } = partsAt(timeline.location);
    const activity = lookingBack(plugin, timeline, input, steps, cx);
    const keys = [...timeline.dimensions, activity.at];
    const [inner, outer] = [freshColumn(cx, "inner"), freshColumn(cx, "outer")];
    const distinct = (column: Column) => [aggregate(column.name, "dcount", [ref(activity.id)])];
    const own = share("windows", grouped(activity.plan, same(keys), distinct(inner)), cx);
    const longer = grouped(spread(activity.plan, activity.at, steps.count, timeline, cx), same(keys), distinct(outer));
    const both = paired(everyWindow(plugin, own, timeline, cx), longer, byColumns(keys));
    const metrics = [ref(inner), ref(outer), ratio(ref(inner), ref(outer))];
    return resultOf(node, both, [timeline.value(ref(activity.at))], timeline.dimensions, metrics, cx);
  },
};
