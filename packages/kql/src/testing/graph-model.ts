/** A graph of a few nodes, matched by trying everything: what the compiler's translation is held against. */
export interface ModelEdge {
  /** Null is an id like any other. */
  readonly from: number | null;
  readonly to: number | null;
  readonly weight: number;
}

/** An edge of a pattern between two of its nodes; with a range a way of several edges. */
export interface ModelLink {
  readonly left: string;
  readonly right: string;
  readonly direction: "out" | "in" | "any";
  readonly range?: readonly [number, number];
}

export type Cycles = "all" | "none" | "unique_edges";

/** What a pattern's nodes and links stand for. */
export interface ModelMatch {
  readonly nodes: ReadonlyMap<string, number | null>;
  readonly ways: readonly Way[];
}

/** A way along edges; `nodes` are all that it meets, both ends included. */
interface Way {
  readonly edges: readonly number[];
  readonly nodes: readonly (number | null)[];
}

/** Every match of a pattern, found by trying all ways for all links. */
export function allMatches(
  edges: readonly ModelEdge[],
  links: readonly ModelLink[],
  cycles: Cycles,
): readonly ModelMatch[] {
  const ids = new Set(edges.flatMap(({ from, to }) => [from, to]));
  let matches: readonly ModelMatch[] = [{ nodes: new Map(), ways: [] }];
  for (const link of links) {
    const ways = [...ids].flatMap((start) => waysFrom(edges, start, link));
    matches = matches.flatMap((match) => ways.flatMap((way) => extended(match, link, way)));
  }
  return matches.filter((match) => isAllowed(match, links, cycles));
}

/** Every way from a node that a link allows, edges and nodes as often as may be. */
function waysFrom(
  edges: readonly ModelEdge[],
  start: number | null,
  { direction, range = [1, 1] }: ModelLink,
): readonly Way[] {
  const steps = edges.flatMap(({ from, to }, edge) => [
    ...(direction === "in" ? [] : [{ from, to, edge }]),
    ...(direction === "out" ? [] : [{ from: to, to: from, edge }]),
  ]);
  const found: Way[] = [];
  let current: readonly Way[] = [{ edges: [], nodes: [start] }];
  for (let length = 0; length <= range[1]; length++) {
    if (length >= range[0]) found.push(...current);
    current = current.flatMap((way) =>
      steps
        .filter(({ from }) => from === way.nodes.at(-1))
        .map(({ to, edge }) => ({ edges: [...way.edges, edge], nodes: [...way.nodes, to] })),
    );
  }
  return found;
}

function extended(match: ModelMatch, link: ModelLink, way: Way): readonly ModelMatch[] {
  const nodes = new Map(match.nodes);
  for (const [name, id] of [
    [link.left, way.nodes[0] ?? null],
    [link.right, way.nodes.at(-1) ?? null],
  ] as const) {
    if (nodes.has(name) && nodes.get(name) !== id) return [];
    nodes.set(name, id);
  }
  return [{ nodes, ways: [...match.ways, way] }];
}

function isAllowed({ nodes, ways }: ModelMatch, links: readonly ModelLink[], cycles: Cycles): boolean {
  if (cycles === "all") return true;
  if (cycles === "unique_edges") return areDifferent(ways.flatMap((way) => way.edges));
  const several = ways.filter((_, index) => links[index]?.range !== undefined);
  const inner = several.flatMap((way) => way.nodes.slice(1, -1));
  return (
    areDifferent([...nodes.values()]) &&
    several.every((way) => areDifferent(way.nodes)) &&
    areDifferent([...nodes.values(), ...inner])
  );
}

function areDifferent(items: readonly unknown[]): boolean {
  return new Set(items).size === items.length;
}
