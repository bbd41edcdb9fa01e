import type { Plan } from "../../plan/plan.js";
import { stepNames } from "../../plan/walk.js";
import type { Column } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, report } from "../context.js";
import type { OperatorEntry } from "../operators.js";
import { parametersOf } from "../parameters.js";
import { type Graph, keysOf, naturalJoin, renamed } from "./graph.js";
import { needsGraph } from "./lower-graph.js";

export const graphMarkComponentsOperator: OperatorEntry = {
  name: "graph-mark-components",
  about: "Numbers the parts of a graph that hang together, and gives each node the number of its part.",
  limit: "The parts are numbered as they come; in which order, the reference leaves open.",
  lower: needsGraph,
};

/** The graph whose nodes have the number of their component as one property more. */
export function markComponents(node: SyntaxNode, graph: Graph, cx: Context): Graph | undefined {
  const options = parametersOf(node);
  const kind = options.get("kind") ?? "weak";
  const name = options.get("with_component_id") ?? "ComponentId";
  if (kind !== "weak" && kind !== "strong") {
    report(cx, node.location, "bad-argument", `\`kind\` is \`weak\` or \`strong\`, not \`${kind}\``);
    return undefined;
  }
  if (graph.properties.some((property) => property.name === name)) {
    report(cx, node.location, "unsupported-option", `the nodes have a property \`${name}\` already`, {
      construct: "graph-mark-components",
      hint: "name the number with `with_component_id=Name`",
    });
    return undefined;
  }
  const component: Column = { name, type: "long" };
  const numbered: Plan = {
    kind: "project",
    input: components(graph, kind),
    columns: [
      renamed(stepNames.key, { name: "key", type: graph.key.type }),
      ...(graph.part === undefined ? [] : [renamed(stepNames.part, { name: "part", type: graph.part.type })]),
      renamed(name, { name: "component", type: "long" }),
    ],
  };
  const nodes: Plan = {
    kind: "shared",
    id: ++cx.gathered.counter,
    name: "nodes",
    input: naturalJoin(graph.nodes, numbered),
    once: true,
  };
  return { ...graph, nodes, properties: [...graph.properties, component] };
}

/** Nodes and the number of their component, found outside the engine, which has no form for a search of unknown depth. */
function components(graph: Graph, kind: string): Plan {
  const { key, part } = graph;
  const parts: readonly Column[] = part === undefined ? [] : [{ name: "part", type: part.type }];
  return {
    kind: "hybrid",
    input: links(graph),
    transform: { kind: "components", options: { strong: kind === "strong" } },
    columns: [{ name: "key", type: key.type }, ...parts, { name: "component", type: "long" }],
    ordered: false,
    construct: "graph-mark-components",
  };
}

/** The edges, and each node of a table as an edge to itself; `place` and `number` say in which order they come. */
function links(graph: Graph): Plan {
  const rows = (input: Plan, place: number, from: string, to: string, of: string): Plan => ({
    kind: "project",
    input,
    columns: [
      { name: "place", expression: { kind: "literal", type: "long", value: BigInt(place) } },
      renamed("number", { name: of, type: "long" }),
      renamed("from", { name: from, type: graph.key.type }),
      renamed("to", { name: to, type: graph.key.type }),
      ...keysOf(graph)
        .slice(1)
        .map((part) => renamed("part", part)),
    ],
  });
  const tables = graph.tables.map((table, place) => {
    const numbered: Plan = { kind: "numbered", input: table, name: stepNames.edge };
    return rows(numbered, place, stepNames.key, stepNames.key, stepNames.edge);
  });
  const edges = rows(graph.edges, tables.length, stepNames.from, stepNames.to, stepNames.edge);
  const columns: readonly Column[] = [
    { name: "place", type: "long" },
    { name: "number", type: "long" },
    { name: "from", type: graph.key.type },
    { name: "to", type: graph.key.type },
    ...(graph.part === undefined ? [] : [{ name: "part", type: graph.part.type }]),
  ];
  return { kind: "union", inputs: [...tables, edges], columns };
}
