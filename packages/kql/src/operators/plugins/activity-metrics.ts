import type { Plan } from "../../plan/plan.js";
import { nothing } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { share } from "../table.js";
import { analysisOf, resultOf } from "./analysis.js";
import { everyWindow } from "./every-window.js";
import { byColumns, freshColumn, grouped, long, paired, partsAt, ref, same } from "./parts.js";
import { activityOf, known } from "./timeline.js";

const plugin = "activity_metrics";

export const activityMetricsPlugin: PluginEntry = {
  name: plugin,
  about: "Compares the ids of each window of time with those of the window before: new ones, returned and lost ones.",
  limit:
    "The start and the end have to be given. Counts are exact. Rows that leave a window of the analysis empty are refused when the query runs.",
  lower: (call, node, input, cx) => {
    const analysis = analysisOf(plugin, call, input, { step: 4, dimensions: 5 }, cx);
    if (analysis === undefined) return nothing();
    const { timeline } = analysis;
    const { aggregate, plus, minus, orZero, ratio } = partsAt(timeline.location);
    const activity = activityOf(timeline, input, timeline.start, cx);
    const [size, returned, before] = [freshColumn(cx, "size"), freshColumn(cx, "back"), freshColumn(cx, "before")];
    const keys = [...timeline.dimensions, activity.at];
    const windows = share(
      "windows",
      grouped(activity.plan, same(keys), [aggregate(size.name, "dcount", [ref(activity.id)])]),
      cx,
    );
    const earlier = { left: ref(activity.at), right: plus(ref(activity.at), long(1n)) };
    const ids = known(activity, timeline.location);
    const again = grouped(
      paired(ids, ids, [...byColumns([...timeline.dimensions, activity.id]), earlier]),
      same(keys),
      [aggregate(returned.name, "count")],
    );
    const sizes: Plan = grouped(windows, same(keys), [aggregate(before.name, "sum", [ref(size)])]);
    const compared = paired(
      paired(everyWindow(plugin, windows, timeline, cx), again, byColumns(keys), "leftouter"),
      sizes,
      [...byColumns(timeline.dimensions), earlier],
      "leftouter",
    );
    const [back, all] = [orZero(ref(returned)), orZero(ref(before))];
    const metrics = [ref(size), minus(ref(size), back), ratio(back, all), ratio(minus(all, back), all)];
    return resultOf(node, compared, [timeline.value(ref(activity.at))], timeline.dimensions, metrics, cx);
  },
};
