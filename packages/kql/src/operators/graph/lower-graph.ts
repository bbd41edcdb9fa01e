import type { Plan } from "../../plan/plan.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, lookUp, nothing, report } from "../context.js";
import { callFunction } from "../functions.js";
import { operators } from "../operators.js";
import { lowerTable } from "../table.js";
import type { Graph } from "./graph.js";
import { makeGraph } from "./make-graph.js";
import { markComponents } from "./mark-components.js";

/** Turns a bound expression that gives a graph into one; undefined, with a diagnostic, where that cannot be. */
export function lowerGraph(node: SyntaxNode, cx: Context): Graph | undefined {
  const inner = node.child("Expression");
  switch (node.kind) {
    case "PipeExpression": {
      const operator = node.child("Operator");
      if (inner === undefined || operator === undefined) return undefined;
      if (operator.kind === "MakeGraphOperator") return makeGraph(operator, lowerTable(inner, cx), cx);
      const graph = inner.isGraph ? lowerGraph(inner, cx) : undefined;
      return graph === undefined ? undefined : graphOfGraph(operator, graph, cx);
    }
    case "ParenthesizedExpression":
    case "MaterializeExpression":
      return inner === undefined ? undefined : lowerGraph(inner, cx);
    case "NameReference":
      return lowerName(node.name, node, cx);
    case "FunctionCallExpression":
      return lowerName(node.child("Name")?.name ?? "", node, cx);
    default:
      return refuse(node, node.text.split(/[\s(]/)[0] ?? node.kind, cx);
  }
}

/** An operator that makes a graph out of a graph. */
function graphOfGraph(operator: SyntaxNode, graph: Graph, cx: Context): Graph | undefined {
  if (operator.kind === "GraphMarkComponentsOperator") return markComponents(operator, graph, cx);
  return refuse(operator, operator.text.split(/[\s(]/)[0] ?? operator.kind, cx);
}

function refuse(node: SyntaxNode, name: string, cx: Context): undefined {
  report(cx, node.location, "unsupported-operator", `\`${name}\` of a graph cannot be translated yet`, {
    construct: name,
  });
  return undefined;
}

function lowerName(name: string, node: SyntaxNode, cx: Context): Graph | undefined {
  const binding = lookUp(cx.scope, name);
  if (binding?.kind === "graph") return binding.graph();
  if (name === "graph" && binding === undefined) {
    report(cx, node.location, "unsupported-function", "`graph` reads a stored graph, and this workspace has none", {
      construct: "graph",
      hint: "build the graph in the query with `make-graph`",
    });
    return undefined;
  }
  const body = callFunction(name, node, cx);
  const result = body?.node.child("Expression");
  return body === undefined || result === undefined ? undefined : lowerGraph(result, body.cx);
}

/** Applies an operator to an input that is a graph. */
export function lowerOfGraph(operator: SyntaxNode, input: SyntaxNode, cx: Context): Plan {
  const graph = lowerGraph(input, cx);
  return graph === undefined ? nothing() : applied(operator, graph, cx);
}

/** The rows that an operator gives of a graph. */
export function applied(operator: SyntaxNode, graph: Graph, cx: Context): Plan {
  const ofGraph = operators[operator.kind]?.ofGraph;
  if (ofGraph !== undefined) return ofGraph(operator, graph, cx);
  const name = operator.text.split(/[\s(]/)[0] ?? operator.kind;
  if (operator.kind === "GraphMarkComponentsOperator") return noRows(operator, cx);
  const known = operators[operator.kind] !== undefined;
  const message = known ? `\`${name}\` works on rows, and a graph is none` : `\`${name}\` cannot be translated yet`;
  report(cx, operator.location, known ? "type-mismatch" : "unsupported-operator", message, {
    ...(known ? { hint: toRows } : { construct: name }),
  });
  return nothing();
}

/** Says that a graph stands where rows are needed. */
export function noRows(node: SyntaxNode, cx: Context): Plan {
  report(cx, node.location, "type-mismatch", "a graph is no table; an operator has to make rows of it", {
    hint: toRows,
  });
  return nothing();
}

const toRows = "`graph-match` finds patterns in it, and `graph-to-table` gives its nodes or edges";

/** The `lower` of an operator that takes a graph: there is none before it. */
export function needsGraph(node: SyntaxNode, _input: Plan, cx: Context): Plan {
  const name = node.text.split(/[\s(]/)[0] ?? node.kind;
  report(cx, node.location, "type-mismatch", `\`${name}\` works on a graph, and there is none before it`, {
    hint: "`make-graph` builds a graph of rows",
  });
  return nothing();
}
