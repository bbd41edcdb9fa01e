import type { Constant } from "@calypso/kql";
import { stronglyConnected, weaklyConnected } from "./connected.js";
import type { Row, RowTransform, TransformScope } from "./transform.js";

/**
 * The connected components of graphs. Rows are links `[place, number, from, to, part?]`, a node alone one to itself;
 * every key comes back once as `[key, part?, component]`. Each part has its components numbered from 0, in the order in
 * which their first nodes are met by place and number.
 */
export const components: RowTransform = async function* (batches, scope) {
  const links = await linksOf(batches, scope);
  const { from, to, keys } = links;
  const found = scope.options["strong"] === true ? stronglyConnected : weaklyConnected;
  const component = found(keys.length, from, to, () => scope.check());
  const byPart = new Map<string, Map<number, bigint>>();
  for (const node of firstMet(links)) {
    const { key, part } = keys[node] ?? { key: null, part: [] };
    const name = partName(part);
    const numbers = byPart.get(name) ?? new Map<number, bigint>();
    byPart.set(name, numbers);
    const own = component[node] ?? 0;
    const number = numbers.get(own) ?? BigInt(numbers.size);
    numbers.set(own, number);
    yield [key, ...part, number];
  }
};

interface Links {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly places: readonly number[];
  readonly numbers: readonly number[];
  readonly keys: readonly { readonly key: Constant; readonly part: Row }[];
}

async function linksOf(batches: AsyncIterable<readonly Row[]>, scope: TransformScope): Promise<Links> {
  const links = { from: [] as number[], to: [] as number[], places: [] as number[], numbers: [] as number[] };
  const keys: { key: Constant; part: Row }[] = [];
  const known = new Map<string, number>();
  const indexOf = (key: Constant, part: Row): number => {
    const name = `${partName(part)}${partName([key])}`;
    const index = known.get(name);
    if (index !== undefined) return index;
    scope.hold(200 + 4 * name.length);
    known.set(name, keys.length);
    keys.push({ key, part });
    return keys.length - 1;
  };
  for await (const batch of batches) {
    scope.hold(64 * batch.length);
    for (const [place = null, number = null, from = null, to = null, ...part] of batch) {
      links.places.push(Number(place));
      links.numbers.push(Number(number));
      links.from.push(indexOf(from, part));
      links.to.push(indexOf(to, part));
    }
  }
  return { ...links, keys };
}

/** A text that is another for every other value; a null is none of the texts. */
function partName(part: Row): string {
  return part.map((value) => (value === null ? "-;" : `${String(value).length}:${String(value)};`)).join("");
}

/** The nodes in the order in which links name them, the start of a link before its end. */
function firstMet({ from, to, places, numbers, keys }: Links): readonly number[] {
  const order = Array.from(from.keys()).sort(
    (a, b) => (places[a] ?? 0) - (places[b] ?? 0) || (numbers[a] ?? 0) - (numbers[b] ?? 0),
  );
  const met = new Uint8Array(keys.length);
  const nodes: number[] = [];
  for (const link of order) {
    for (const node of [from[link] ?? 0, to[link] ?? 0]) {
      if (met[node] === 1) continue;
      met[node] = 1;
      nodes.push(node);
    }
  }
  return nodes;
}
