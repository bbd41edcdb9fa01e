import type { Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { activeUsersCountPlugin } from "./plugins/active-users.js";
import { activityCountsMetricsPlugin } from "./plugins/activity-counts.js";
import { activityMetricsPlugin } from "./plugins/activity-metrics.js";
import { bagUnpackPlugin } from "./plugins/bag-unpack.js";
import { dcountIntersectPlugin } from "./plugins/dcount-intersect.js";
import { activityEngagementPlugin } from "./plugins/engagement.js";
import { funnelSequenceCompletionPlugin } from "./plugins/funnel-completion.js";
import { geoLineLookupPlugin, geoPolygonLookupPlugin } from "./plugins/geo-lookup.js";
import { estimateRowsCountPlugin, identityPlugin } from "./plugins/identity.js";
import { ipv4LookupPlugin, ipv6LookupPlugin } from "./plugins/ip-lookup.js";
import { narrowPlugin } from "./plugins/narrow.js";
import { newActivityMetricsPlugin } from "./plugins/new-activity.js";
import { pivotPlugin } from "./plugins/pivot.js";
import { refusedPlugins } from "./plugins/refused.js";
import { rollingPercentilePlugin } from "./plugins/rolling-percentile.js";
import { rowsNearPlugin } from "./plugins/rows-near.js";
import { schemaMergePlugin } from "./plugins/schema-merge.js";
import { sequenceDetectPlugin } from "./plugins/sequence-detect.js";
import { slidingWindowCountsPlugin } from "./plugins/sliding-window.js";

/** A plugin of `evaluate`: how its call becomes plan nodes over the input. `node` is the whole operator. */
export interface PluginEntry {
  readonly name: string;
  readonly about: string;
  readonly lower: (call: SyntaxNode, node: SyntaxNode, input: Plan, cx: Context) => Plan;
  readonly limit?: string;
}

/** The plugins that are translated. */
export const plugins: ReadonlyMap<string, PluginEntry> = new Map(
  [
    activeUsersCountPlugin,
    activityCountsMetricsPlugin,
    activityEngagementPlugin,
    activityMetricsPlugin,
    bagUnpackPlugin,
    dcountIntersectPlugin,
    estimateRowsCountPlugin,
    funnelSequenceCompletionPlugin,
    geoLineLookupPlugin,
    geoPolygonLookupPlugin,
    identityPlugin,
    ipv4LookupPlugin,
    ipv6LookupPlugin,
    narrowPlugin,
    newActivityMetricsPlugin,
    pivotPlugin,
    rollingPercentilePlugin,
    rowsNearPlugin,
    schemaMergePlugin,
    sequenceDetectPlugin,
    slidingWindowCountsPlugin,
  ].map((entry) => [entry.name, entry]),
);

/** Plugins whose columns follow from the rows, so that a query may declare them. */
const openPlugins = new Set(["bag_unpack", "pivot"]);

export const evaluateOperator: OperatorEntry = {
  name: "evaluate",
  about: "Runs a plugin over the rows.",
  limit: `The plugins that are translated: ${[...plugins.keys()].join(", ")}.`,
  lower: (node, input, cx) => {
    const call = node.child("FunctionCall");
    const name = call?.child("Name")?.name ?? "";
    const plugin = plugins.get(name);
    if (node.child("Schema") !== undefined && plugin !== undefined && !openPlugins.has(name)) {
      report(
        cx,
        node.location,
        "unsupported-option",
        `\`evaluate ${name}\` has columns of its own; it takes no others`,
        {
          construct: `evaluate ${name}`,
        },
      );
      return nothing();
    }
    if (call !== undefined && plugin !== undefined) return plugin.lower(call, node, input, cx);
    const known = Object.hasOwn(refusedPlugins, name) ? refusedPlugins[name] : undefined;
    const why = known?.why ?? "cannot be translated to ClickHouse yet";
    report(cx, node.location, "unsupported-operator", `\`evaluate ${name}\` ${why}`, {
      construct: `evaluate ${name}`,
      ...(known === undefined ? {} : { hint: known.hint }),
    });
    return nothing();
  },
};
