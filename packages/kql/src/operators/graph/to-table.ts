import type { Expression } from "../../plan/expression.js";
import type { Named, Plan } from "../../plan/plan.js";
import { stepNames } from "../../plan/walk.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, nothing, report } from "../context.js";
import type { OperatorEntry } from "../operators.js";
import { parametersOf } from "../parameters.js";
import { call } from "../scalar.js";
import { share } from "../table.js";
import { columnOf, type Graph, kept } from "./graph.js";
import { needsGraph } from "./lower-graph.js";

export const graphToTableOperator: OperatorEntry = {
  name: "graph-to-table",
  about: "Gives the nodes or the edges of a graph as rows, with a hash of a node's id where it is asked for.",
  limit: "It is refused inside `partitioned-by`, and for nodes that have no properties.",
  lower: needsGraph,
  ofGraph: (node, graph, cx) => {
    if (cx.group !== undefined) {
      report(cx, node.location, "unsupported-option", "`graph-to-table` inside `partitioned-by` cannot be translated", {
        construct: "graph-to-table",
      });
      return nothing();
    }
    const outputs = node.list("OutputClause").map((clause) => {
      const plan =
        clause.token("EntityKeyword")?.trim() === "edges" ? edgeTable(clause, graph, cx) : nodeTable(clause, graph, cx);
      const name = clause.child("AsClause")?.child("Name")?.name;
      if (name === undefined) return plan;
      const named = share(name, plan, cx);
      cx.gathered.named.set(name, named);
      return named;
    });
    return outputs[0] ?? nothing();
  },
};

function nodeTable(clause: SyntaxNode, graph: Graph, cx: Context): Plan {
  const columns = [...hashed(clause, "with_node_id", stepNames.key, graph), ...kept(graph.properties)];
  if (columns.length === 0) {
    report(cx, clause.location, "unsupported-option", "these nodes have no properties, so there is nothing to show", {
      construct: "graph-to-table",
      hint: "give them their id with `make-graph … with_node_id=Id`",
    });
    return nothing();
  }
  return { kind: "project", input: graph.nodes, columns };
}

function edgeTable(clause: SyntaxNode, graph: Graph, _cx: Context): Plan {
  const columns = [
    ...hashed(clause, "with_source_id", stepNames.from, graph),
    ...hashed(clause, "with_target_id", stepNames.to, graph),
    ...kept(graph.columns),
  ];
  return { kind: "project", input: graph.edges, columns };
}

/** The hash of a key under the name that an option gives. */
function hashed(clause: SyntaxNode, option: string, key: string, graph: Graph): readonly Named[] {
  const name = parametersOf(clause).get(option);
  if (name === undefined) return [];
  const expression = columnOf({ name: key, type: graph.key.type });
  const hash = (of: Expression) => call("hash", [of], "long", clause.location);
  // A null id has the hash of no text.
  const none: Expression = { kind: "literal", type: "string", value: "" };
  return [{ name, expression: call("coalesce", [hash(expression), hash(none)], "long", clause.location) }];
}
