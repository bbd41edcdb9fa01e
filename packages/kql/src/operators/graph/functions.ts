/** The functions that stand over a graph's pattern only, each with a sentence for the manual. */
export const graphFunctions: Readonly<Record<string, { readonly about: string; readonly limit?: string }>> = {
  all: {
    about:
      "Whether a condition holds for all edges, or inner nodes, of a variable-length edge; true where there are none.",
    limit: bodyLimit(),
  },
  any: {
    about: "Whether a condition holds for any edge, or inner node, of a variable-length edge.",
    limit: bodyLimit(),
  },
  map: {
    about: "The values of an expression for the edges, or inner nodes, of a variable-length edge, as an array.",
    limit: bodyLimit(),
  },
  inner_nodes: { about: "The nodes between the ends of a variable-length edge, inside `all`, `any` and `map`." },
  labels: { about: "The labels of a node or edge, of which graphs that `make-graph` builds have none." },
  node_degree_in: { about: "How many edges lead to a node." },
  node_degree_out: { about: "How many edges lead away from a node." },
  node_id: { about: "The id of a node, as text." },
};

function bodyLimit(): string {
  return "The expression reads the properties of the edge or inner node, and no other part of the pattern.";
}

/** Whether a function stands over a graph's pattern only. */
export function isGraphFunction(name: string): boolean {
  return Object.hasOwn(graphFunctions, name);
}
