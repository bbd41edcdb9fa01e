import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allMatches, type Cycles, type ModelEdge, type ModelLink } from "./testing/graph-model.js";
import { type Laws, laws } from "./testing/law.js";

let engine: Laws;

beforeAll(async () => {
  engine = await laws();
});
afterAll(() => engine.close());

const ids = fc.constantFrom(1, 2, 3, 4, null);
const edges = fc.array(fc.record({ from: ids, to: ids, weight: fc.integer({ min: 0, max: 9 }) }), { maxLength: 6 });

/** Patterns as KQL writes them, and as the model reads them. */
const patterns: readonly (readonly [string, readonly ModelLink[]])[] = [
  ["(a)-[e]->(b)", [{ left: "a", right: "b", direction: "out" }]],
  ["(a)-[e]-(b)", [{ left: "a", right: "b", direction: "any" }]],
  ["(a)-[e]->(a)", [{ left: "a", right: "a", direction: "out" }]],
  [
    "(a)-[e]->(b)<-[f]-(c)",
    [
      { left: "a", right: "b", direction: "out" },
      { left: "b", right: "c", direction: "in" },
    ],
  ],
  [
    "(a)-[e]->(b)-[f]->(c)-[g]->(a)",
    [
      { left: "a", right: "b", direction: "out" },
      { left: "b", right: "c", direction: "out" },
      { left: "c", right: "a", direction: "out" },
    ],
  ],
  ["(a)-[p*1..3]->(b)", [{ left: "a", right: "b", direction: "out", range: [1, 3] }]],
  ["(a)-[p*2..3]-(b)", [{ left: "a", right: "b", direction: "any", range: [2, 3] }]],
  ["(a)<-[p*1..2]-(a)", [{ left: "a", right: "a", direction: "in", range: [1, 2] }]],
  [
    "(a)-[e]->(b)-[p*1..2]->(c)",
    [
      { left: "a", right: "b", direction: "out" },
      { left: "b", right: "c", direction: "out", range: [1, 2] },
    ],
  ],
  [
    "(a)-[p*1..2]->(b)-[q*1..2]->(c)",
    [
      { left: "a", right: "b", direction: "out", range: [1, 2] },
      { left: "b", right: "c", direction: "out", range: [1, 2] },
    ],
  ],
  [
    "(a)-[e]->(b), (c)-[p*1..2]->(b)",
    [
      { left: "a", right: "b", direction: "out" },
      { left: "c", right: "b", direction: "out", range: [1, 2] },
    ],
  ],
];

function table(rows: readonly ModelEdge[]): string {
  const cell = (id: number | null) => (id === null ? "long(null)" : String(id));
  const cells = rows.map(({ from, to, weight }) => `${cell(from)}, ${cell(to)}, ${weight}`);
  return `datatable(s: long, t: long, w: long)[${cells.join(", ")}]`;
}

/** What the model says, as lines of the answer to the query of `asked`. */
function expected(rows: readonly ModelEdge[], links: readonly ModelLink[], cycles: Cycles): readonly string[] {
  return allMatches(rows, links, cycles).map(({ nodes, ways }) => {
    const cells = ways.map((way, index) => {
      const weights = way.edges.map((edge) => rows[edge]?.weight ?? 0);
      if (links[index]?.range === undefined) return weights;
      return [
        weights,
        way.nodes.slice(1, -1),
        weights.every((weight) => weight < 7),
        weights.some((weight) => weight > 4),
      ];
    });
    return JSON.stringify([...nodes.values(), ...cells.flat()]);
  });
}

function asked(
  rows: readonly ModelEdge[],
  pattern: string,
  links: readonly ModelLink[],
  cycles: Cycles,
  where = "",
): string {
  const nodes = [...new Set(links.flatMap(({ left, right }) => [left, right]))];
  const named = [...pattern.matchAll(/\[(\w)(\*?)/g)].map(([, name, star]) =>
    star === ""
      ? `${name}.w`
      : `map(${name}, w), map(inner_nodes(${name}), id), all(${name}, w < 7), any(${name}, w > 4)`,
  );
  return `${table(rows)} | make-graph s --> t with_node_id=id
    | graph-match cycles=${cycles} ${pattern} ${where} project ${[...nodes.map((name) => `${name}.id`), ...named].join(", ")}`;
}

describe.each(patterns)("%s", (pattern, links) => {
  test.each(["all", "none", "unique_edges"] as const)(
    "with cycles=%s is matched as by trying everything",
    async (cycles) => {
      const property = fc.asyncProperty(edges, async (rows) => {
        const found = await engine.answer(asked(rows, pattern, links, cycles));
        expect([...found].sort()).toEqual([...expected(rows, links, cycles)].sort());
      });
      await fc.assert(property, { seed: 20_260_104, numRuns: 2 });
    },
  );

  test("a condition on one part is the same whenever it is asked", async () => {
    const last = links.at(-1)?.right ?? "a";
    const conditions = [`a.id == 1`, `${last}.id == 2`, `isnull(a.id)`, `not(${last}.id > 2)`];
    const property = fc.asyncProperty(edges, fc.constantFrom(...conditions), async (rows, condition) => {
      const before = await engine.answer(asked(rows, pattern, links, "unique_edges", `where ${condition}`));
      const column = condition.replace(/(\w)\.id/, "$1_id");
      const after = await engine.answer(`${asked(rows, pattern, links, "unique_edges")} | where ${column}`);
      expect([...before].sort()).toEqual([...after].sort());
    });
    await fc.assert(property, { seed: 20_260_104, numRuns: 2 });
  });
});

describe("shortest ways", () => {
  test.each([
    ["out", "(a)-[p*1..4]->(b)"],
    ["in", "(a)<-[p*1..4]-(b)"],
    ["any", "(a)-[p*1..4]-(b)"],
    ["out", "(a)-[p*2..4]->(b)"],
  ] as const)("%s %s are the shortest of those without a cycle", async (direction, pattern) => {
    const [least = 1, most = 4] = (/\*(\d)\.\.(\d)/.exec(pattern) ?? []).slice(1).map(Number);
    const links: readonly ModelLink[] = [{ left: "a", right: "b", direction, range: [least, most] }];
    const property = fc.asyncProperty(
      edges,
      fc.constantFrom("", "all(p, w < 7)", "any(p, w > 4)", "a.id == 1"),
      async (rows, condition) => {
        const simple = allMatches(rows, links, "none").flatMap(({ nodes, ways: [way] }) => {
          const weights = way?.edges.map((edge) => rows[edge]?.weight ?? 0) ?? [];
          const [a, b] = [nodes.get("a") ?? null, nodes.get("b") ?? null];
          const holds =
            condition === "" ||
            (condition === "a.id == 1"
              ? a === 1
              : condition.startsWith("all")
                ? weights.every((w) => w < 7)
                : weights.some((w) => w > 4));
          return holds ? [{ ends: `${a},${b}`, weights, length: weights.length }] : [];
        });
        const least = new Map<string, number>();
        for (const { ends, length } of simple) least.set(ends, Math.min(least.get(ends) ?? length, length));
        const shortest = simple.filter(({ ends, length }) => least.get(ends) === length);
        const line = ({ ends, weights }: { ends: string; weights: readonly number[] }) =>
          `[${ends},${JSON.stringify(weights)}]`;
        const query = (output: string) => `${table(rows)} | make-graph s --> t with_node_id=id
        | graph-shortest-paths output=${output} ${pattern} ${condition === "" ? "" : `where ${condition}`} project a.id, b.id, map(p, w)`;
        const all = await engine.answer(query("all"));
        expect([...all].sort()).toEqual(shortest.map(line).sort());
        const any = await engine.answer(query("any"));
        expect(any.map((row) => row.replace(/,\[.*/, "").slice(1)).sort()).toEqual([...least.keys()].sort());
        for (const row of any) expect(shortest.map(line)).toContain(row);
      },
    );
    await fc.assert(property, { seed: 20_260_104, numRuns: 3 });
  });
});
