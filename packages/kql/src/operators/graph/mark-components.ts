import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, report } from "../context.js";
import type { OperatorEntry } from "../operators.js";
import type { Graph } from "./graph.js";
import { needsGraph } from "./lower-graph.js";

export const graphMarkComponentsOperator: OperatorEntry = {
  name: "graph-mark-components",
  about: "Numbers the parts of a graph that hang together, and gives each node the number of its part.",
  lower: needsGraph,
};

export function markComponents(node: SyntaxNode, _graph: Graph, cx: Context): Graph | undefined {
  report(cx, node.location, "unsupported-operator", "`graph-mark-components` cannot be translated to ClickHouse yet");
  return undefined;
}
