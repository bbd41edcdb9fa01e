import { describe, expect, test } from "vitest";
import { stronglyConnected, weaklyConnected } from "./connected.js";

const nothing = () => {};

/** Numbers from 0 to `below`, the same for the same seed. */
function numbers(seed: number, count: number, below: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  });
}

/** Whether each node reaches each other one, found by trying all. */
function reachable(count: number, from: readonly number[], to: readonly number[], both: boolean): boolean[][] {
  const reach = Array.from({ length: count }, (_, a) => Array.from({ length: count }, (_, b) => a === b));
  const set = (a: number | undefined, b: number | undefined) => {
    const row = reach[a ?? 0];
    if (row !== undefined) row[b ?? 0] = true;
  };
  from.forEach((start, link) => {
    set(start, to[link]);
    if (both) set(to[link], start);
  });
  for (let k = 0; k < count; k++)
    for (let a = 0; a < count; a++) for (let b = 0; b < count; b++) if (reach[a]?.[k] && reach[k]?.[b]) set(a, b);
  return reach;
}

describe.each([
  ["weak", weaklyConnected, true],
  ["strong", stronglyConnected, false],
] as const)("%s components", (_name, connected, both) => {
  test.each(numbers(7, 60, 1_000_000).map((seed) => [seed] as const))(
    "are those that a trial of all pairs finds (%i)",
    (seed) => {
      const count = 2 + (seed % 9);
      const links = seed % 17;
      const [from, to] = [numbers(seed + 1, links, count), numbers(seed + 2, links, count)];
      const reach = reachable(count, from, to, both);
      const component = connected(count, from, to, nothing);
      for (let a = 0; a < count; a++)
        for (let b = 0; b < count; b++) {
          expect(component[a] === component[b]).toBe(reach[a]?.[b] === true && reach[b]?.[a] === true);
        }
    },
  );

  test("of a chain of a million nodes", () => {
    const count = 1_000_000;
    const from = Array.from({ length: count - 1 }, (_, node) => node);
    const to = from.map((node) => node + 1);
    const component = connected(count, from, to, nothing);
    expect(component[0] === component[count - 1]).toBe(both);
    const closed = connected(count, [...from, count - 1], [...to, 0], nothing);
    expect(closed[0]).toBe(closed[count - 1]);
  });
});
