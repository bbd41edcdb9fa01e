import { columnsOf, type Named, type Plan } from "../../plan/plan.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, freshName, type Group, nothing, report } from "../context.js";
import { boundColumns, living } from "../rows.js";
import { lowerOperator } from "../table.js";
import type { Graph } from "./graph.js";
import { applied, graphOfGraph } from "./lower-graph.js";
import { makeGraph } from "./make-graph.js";

/** `make-graph … partitioned-by Column (…)`: the operators in parentheses over a graph for each value of the column. */
export function partitioned(node: SyntaxNode, input: Plan, cx: Context): Plan {
  const graph = makeGraph(node, input, cx);
  const subquery = node.child("PartitionedByClause")?.child("Subquery");
  if (graph === undefined || subquery === undefined) return nothing();
  const group: Group = { id: freshName(cx, "part"), carried: [], alive: freshName(cx, "alive") };
  const inner: Context = { ...cx, group };
  const given = evaluated(subquery, graph, inner);
  if (given === undefined) return nothing();
  if (!("kind" in given)) {
    report(cx, subquery.location, "type-mismatch", "a graph is no table; an operator has to make rows of it");
    return nothing();
  }
  const result = living(given, inner);
  const columns = new Map(columnsOf(result).map((column) => [column.name, column]));
  return {
    kind: "project",
    input: result,
    columns: boundColumns(node).flatMap(({ name }): Named[] => {
      const column = columns.get(name);
      return column === undefined ? [] : [{ name, expression: { kind: "column", ...column } }];
    }),
  };
}

/** What the operators give so far: still a graph, or rows. */
function evaluated(node: SyntaxNode, graph: Graph, cx: Context): Graph | Plan | undefined {
  const inner = node.child("Expression");
  if (node.kind === "ParenthesizedExpression") return inner === undefined ? undefined : evaluated(inner, graph, cx);
  const operator = node.kind === "PipeExpression" ? node.child("Operator") : node;
  const before = node.kind === "PipeExpression" && inner !== undefined ? evaluated(inner, graph, cx) : graph;
  if (before === undefined || operator === undefined) return undefined;
  if ("kind" in before) return lowerOperator(operator, before, cx);
  if (operator.kind === "GraphMarkComponentsOperator") return graphOfGraph(operator, before, cx);
  return applied(operator, before, cx);
}
