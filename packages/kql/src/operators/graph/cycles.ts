import type { Expression } from "../../plan/expression.js";
import type { Plan } from "../../plan/plan.js";
import type { Walk } from "../../plan/walk.js";
import { call } from "../scalar.js";
import type { Graph } from "./graph.js";
import { edgeName, keyName, wayName } from "./names.js";
import type { Pattern, PatternEdge } from "./pattern.js";

/** The rows in which no edge, or no node, stands for two parts of the pattern. */
export function apart(rows: Plan, pattern: Pattern, graph: Graph, once: Walk["once"]): Plan {
  const conditions = once === "nothing" ? [] : once === "edges" ? edgesApart(pattern) : nodesApart(pattern, graph);
  return conditions.reduce((input: Plan, condition) => ({ kind: "filter", input, condition }), rows);
}

/** No edge twice, in single edges and ways alike. */
function edgesApart({ edges }: Pattern): readonly Expression[] {
  return pairs(edges).map(([a, b]) => {
    const [one, other] = a.range === undefined ? [a, b] : [b, a];
    if (one.range !== undefined) return not("#meet", [list(a, "edges"), list(b, "edges")], a);
    const edge: Expression = { kind: "column", name: edgeName(one.index), type: "long" };
    if (other.range !== undefined) return not("#within", [list(other, "edges"), edge], other);
    return call("!=", [edge, { kind: "column", name: edgeName(other.index), type: "long" }], "bool", a.location);
  });
}

/** Different nodes of the pattern are different nodes, and ways pass through none of them, nor through one another. */
function nodesApart({ nodes, edges }: Pattern, graph: Graph): readonly Expression[] {
  const [first] = edges;
  if (first === undefined) return [];
  const key = (index: number): Expression => ({ kind: "column", name: keyName(index), type: graph.key.type });
  const ways = edges.filter(({ range }) => range !== undefined);
  return [
    ...pairs(nodes).map(([a, b]) => not("#same", [key(a.index), key(b.index)], first)),
    ...ways.flatMap((way) =>
      nodes
        .filter(({ index }) => index !== way.left && index !== way.right)
        .map(({ index }) => not("#within", [list(way, "nodes"), key(index)], way)),
    ),
    ...pairs(ways).flatMap(([a, b]) => [
      not("#meet", [inner(a), list(b, "nodes")], a),
      not("#meet", [list(a, "nodes"), inner(b)], b),
    ]),
  ];
}

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((item, index) => items.slice(index + 1).map((other) => [item, other] as const));
}

function list(way: PatternEdge, what: "edges" | "nodes"): Expression {
  return { kind: "column", name: wayName(way.index, what), type: "dynamic" };
}

function inner(way: PatternEdge): Expression {
  return call("#between-ends", [list(way, "nodes")], "dynamic", way.location);
}

function not(name: string, args: readonly Expression[], { location }: PatternEdge): Expression {
  return call("not", [call(name, args, "bool", location)], "bool", location);
}
