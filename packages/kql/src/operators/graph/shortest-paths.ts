import { columnsRead, conjuncts, type Expression, partsOf } from "../../plan/expression.js";
import type { Plan, SortKey } from "../../plan/plan.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, nothing, report } from "../context.js";
import type { OperatorEntry } from "../operators.js";
import { parametersOf } from "../parameters.js";
import { share } from "../table.js";
import { columnOf, type Graph, kept, naturalJoin } from "./graph.js";
import { needsGraph } from "./lower-graph.js";
import { lowerClauses, projected } from "./match.js";
import { matchRows } from "./match-rows.js";
import { keyName, ownerOf, wayName } from "./names.js";
import { type PatternEdge, readPattern } from "./pattern.js";
import type { Uses } from "./scope.js";

export const graphShortestPathsOperator: OperatorEntry = {
  name: "graph-shortest-paths",
  about: "Finds the shortest ways of a graph between nodes: one for each pair of ends, or with `output=all` every one.",
  limit: "The pattern is one edge of variable length between two nodes, of at least one step: `(a)-[e*1..5]->(b)`.",
  lower: needsGraph,
  ofGraph: (node, graph, cx) => {
    const output = parametersOf(node).get("output") ?? "any";
    if (output !== "any" && output !== "all") {
      report(cx, node.location, "bad-argument", `\`output\` is \`any\` or \`all\`, not \`${output}\``);
      return nothing();
    }
    const pattern = readPattern(node, cx);
    const [way, ...others] = pattern?.edges ?? [];
    if (pattern === undefined) return nothing();
    if (way?.range === undefined || way.range.least < 1 || others.length > 0 || pattern.sequences > 1) {
      refuseShape(node, cx);
      return nothing();
    }
    const clauses = lowerClauses(node, pattern, graph, cx);
    if (clauses === undefined || !isTranslated(node, clauses.condition, cx)) return nothing();
    const one = output === "any" && isDecidedByEnds(way, clauses.condition, clauses.uses);
    const rows = matchRows({ pattern, graph, once: "nodes", ...(one ? { anyOfEach: true } : {}), ...clauses }, cx);
    const shortest = output === "any" ? firstOfEach(rows, way, graph) : allShortest(rows, way, graph, cx);
    return projected(shortest, clauses.columns, graph, cx);
  },
};

function refuseShape(node: SyntaxNode, cx: Context): void {
  report(cx, node.location, "unsupported-option", "`graph-shortest-paths` over such a pattern cannot be translated", {
    construct: "graph-shortest-paths",
    hint: "the pattern is one edge of variable length between two nodes: `(a)-[e*1..5]->(b)`",
  });
}

/** A condition may not compare two parts of the pattern: the engine refuses that too. */
function isTranslated(node: SyntaxNode, condition: Expression | undefined, cx: Context): boolean {
  const parts = condition === undefined ? [] : partsOf(condition);
  const compares = parts.some(
    (part) => part.kind === "call" && !/^(and|or|not)$/.test(part.name) && owners(part).size > 1,
  );
  if (!compares) return true;
  const where = node.child("WhereClause")?.child("Condition") ?? node;
  report(
    cx,
    where.location,
    "unsupported-option",
    "a condition on two parts of the pattern at once cannot be translated",
    {
      construct: "graph-shortest-paths where",
      hint: "compare each part with constants, or use `graph-match`",
    },
  );
  return false;
}

function owners(expression: Expression): ReadonlySet<string | undefined> {
  return new Set([...columnsRead(expression)].map(ownerOf));
}

/**
 * Whether any way to a node is as good as another of its length: then one for each length and pair of ends is enough, as
 * the shortest way to a node goes by shortest ways to all nodes before it.
 */
function isDecidedByEnds(way: PatternEdge, condition: Expression | undefined, uses: Uses): boolean {
  if (way.range === undefined || way.range.least > 1) return false;
  const every = new Set(uses.gathered.filter(({ item }) => item.how === "all").map(({ item }) => item.name));
  const parts = condition === undefined ? [] : conjuncts(condition);
  return parts.every((part) => (part.kind === "column" && every.has(part.name)) || !owners(part).has(`w${way.index}`));
}

/** One shortest way for each pair of ends: of several, the one whose edges come first. */
function firstOfEach(rows: Plan, way: PatternEdge, graph: Graph): Plan {
  const keys: readonly SortKey[] = [
    {
      expression: { kind: "column", name: wayName(way.index, "length"), type: "long" },
      descending: false,
      nullsFirst: true,
    },
    {
      expression: { kind: "column", name: wayName(way.index, "edges"), type: "dynamic" },
      descending: false,
      nullsFirst: true,
    },
  ];
  const count = { kind: "literal", type: "long", value: 1n } as const;
  return { kind: "limit", input: { kind: "sort", input: rows, keys }, count, by: endsOf(way, graph) };
}

function endsOf(way: PatternEdge, graph: Graph): readonly string[] {
  return [keyName(way.left), keyName(way.right), ...(graph.part === undefined ? [] : [graph.part.name])];
}

/** Every shortest way for each pair of ends. */
function allShortest(rows: Plan, way: PatternEdge, graph: Graph, cx: Context): Plan {
  const all = share("paths", rows, cx);
  const length = wayName(way.index, "length");
  const ends = [keyName(way.left), keyName(way.right)].map((name) => ({ name, type: graph.key.type }));
  const least: Plan = {
    kind: "aggregate",
    input: all,
    keys: [...kept(ends), ...kept(graph.part === undefined ? [] : [graph.part])],
    aggregates: [
      {
        name: length,
        function: "min",
        args: [columnOf({ name: length, type: "long" })],
        column: 0,
        type: "long",
        location: way.location,
      },
    ],
  };
  return naturalJoin(all, least);
}
