import { columnsOf, type Named, type Plan } from "../../plan/plan.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, freshName, type Group, nothing } from "../context.js";
import { boundColumns, living } from "../rows.js";
import { lowerOperator } from "../table.js";
import type { Graph } from "./graph.js";
import { applied } from "./lower-graph.js";
import { makeGraph } from "./make-graph.js";

/** `make-graph … partitioned-by Column (…)`: the operators in parentheses over a graph for each value of the column. */
export function partitioned(node: SyntaxNode, input: Plan, cx: Context): Plan {
  const graph = makeGraph(node, input, cx);
  const subquery = node.child("PartitionedByClause")?.child("Subquery");
  if (graph === undefined || subquery === undefined) return nothing();
  const group: Group = { id: freshName(cx, "part"), carried: [], alive: freshName(cx, "alive") };
  const inner: Context = { ...cx, group };
  const result = living(rowsOf(subquery, graph, inner), inner);
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

/** The rows that the operators give: the first takes the graph, the others the rows before them. */
function rowsOf(node: SyntaxNode, graph: Graph, cx: Context): Plan {
  const inner = node.child("Expression");
  if (node.kind !== "PipeExpression" && node.kind !== "ParenthesizedExpression") return applied(node, graph, cx);
  const before = inner === undefined ? nothing() : rowsOf(inner, graph, cx);
  const operator = node.child("Operator");
  return operator === undefined ? before : lowerOperator(operator, before, cx);
}
