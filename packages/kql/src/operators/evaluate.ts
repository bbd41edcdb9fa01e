import type { Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { bagUnpackPlugin } from "./plugins/bag-unpack.js";
import { ipv4LookupPlugin, ipv6LookupPlugin } from "./plugins/ip-lookup.js";
import { narrowPlugin } from "./plugins/narrow.js";
import { pivotPlugin } from "./plugins/pivot.js";

/** A plugin of `evaluate`: how its call becomes plan nodes over the input. `node` is the whole operator. */
export interface PluginEntry {
  readonly name: string;
  readonly about: string;
  readonly lower: (call: SyntaxNode, node: SyntaxNode, input: Plan, cx: Context) => Plan;
  readonly limit?: string;
}

/** The plugins that are translated. */
export const plugins: ReadonlyMap<string, PluginEntry> = new Map(
  [bagUnpackPlugin, ipv4LookupPlugin, ipv6LookupPlugin, narrowPlugin, pivotPlugin].map((entry) => [entry.name, entry]),
);

export const evaluateOperator: OperatorEntry = {
  name: "evaluate",
  about: "Runs a plugin over the rows.",
  limit: `The plugins that are translated: ${[...plugins.keys()].join(", ")}.`,
  lower: (node, input, cx) => {
    const call = node.child("FunctionCall");
    const name = call?.child("Name")?.name ?? "";
    const plugin = plugins.get(name);
    if (call !== undefined && plugin !== undefined) return plugin.lower(call, node, input, cx);
    report(cx, node.location, "unsupported-operator", `\`evaluate ${name}\` cannot be translated to ClickHouse yet`, {
      construct: `evaluate ${name}`,
    });
    return nothing();
  },
};
