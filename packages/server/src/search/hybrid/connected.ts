/** For each of `count` nodes a number that it shares with those it is linked to, whatever the links' direction. */
export function weaklyConnected(
  count: number,
  from: readonly number[],
  to: readonly number[],
  check: () => void,
): Int32Array {
  const parent = Int32Array.from({ length: count }, (_, node) => node);
  const rootOf = (node: number): number => {
    let root = node;
    while (parent[root] !== root) root = parent[root] ?? root;
    for (let current = node; current !== root; ) {
      const next = parent[current] ?? root;
      parent[current] = root;
      current = next;
    }
    return root;
  };
  from.forEach((start, link) => {
    if (link % checkEvery === 0) check();
    const [a, b] = [rootOf(start), rootOf(to[link] ?? start)];
    if (a !== b) parent[Math.max(a, b)] = Math.min(a, b);
  });
  return parent.map((_, node) => rootOf(node));
}

/** For each of `count` nodes a number that it shares with those that it reaches and is reached from (Tarjan's search). */
export function stronglyConnected(
  count: number,
  from: readonly number[],
  to: readonly number[],
  check: () => void,
): Int32Array {
  const { first, ends } = linksByStart(count, from, to);
  const search = new Search(count);
  for (let root = 0; root < count; root++) {
    if (search.isMet(root)) continue;
    search.enter(root);
    for (let node = search.top(); node !== undefined; node = search.top()) {
      if (search.steps++ % checkEvery === 0) check();
      const link = (first[node] ?? 0) + search.nextLink(node);
      if (link < (first[node + 1] ?? 0)) search.follow(node, ends[link] ?? node);
      else search.leave(node);
    }
  }
  return search.component;
}

const checkEvery = 65_536;

/** The ends of all links, those of each start together: from `first[start]` up to `first[start + 1]`. */
function linksByStart(
  count: number,
  from: readonly number[],
  to: readonly number[],
): { readonly first: Int32Array; readonly ends: Int32Array } {
  const first = new Int32Array(count + 1);
  for (const start of from) first[start + 1] = (first[start + 1] ?? 0) + 1;
  for (let node = 0; node < count; node++) first[node + 1] = (first[node + 1] ?? 0) + (first[node] ?? 0);
  const filled = first.slice();
  const ends = new Int32Array(from.length);
  from.forEach((start, link) => {
    const place = filled[start] ?? 0;
    ends[place] = to[link] ?? start;
    filled[start] = place + 1;
  });
  return { first, ends };
}

/** A depth-first search with a stack of its own, so that no graph is too deep for it. */
class Search {
  readonly component: Int32Array;
  steps = 0;
  private readonly order: Int32Array;
  private readonly low: Int32Array;
  private readonly links: Int32Array;
  private readonly path: number[] = [];
  private readonly open: number[] = [];
  private met = 0;

  constructor(count: number) {
    this.component = new Int32Array(count).fill(-1);
    this.order = new Int32Array(count).fill(-1);
    this.low = new Int32Array(count);
    this.links = new Int32Array(count);
  }

  isMet(node: number): boolean {
    return this.order[node] !== -1;
  }

  top(): number | undefined {
    return this.path.at(-1);
  }

  /** The number of the node's link that comes next. */
  nextLink(node: number): number {
    return this.links[node] ?? 0;
  }

  enter(node: number): void {
    this.order[node] = this.met;
    this.low[node] = this.met;
    this.met += 1;
    this.path.push(node);
    this.open.push(node);
  }

  follow(node: number, end: number): void {
    this.links[node] = this.nextLink(node) + 1;
    if (!this.isMet(end)) this.enter(end);
    // A node that has a component already is none of this one.
    else if (this.component[end] === -1) this.low[node] = Math.min(this.low[node] ?? 0, this.order[end] ?? 0);
  }

  leave(node: number): void {
    this.path.pop();
    const before = this.top();
    const low = this.low[node] ?? 0;
    if (before !== undefined) this.low[before] = Math.min(this.low[before] ?? 0, low);
    if (low !== this.order[node]) return;
    for (let member = this.open.pop(); member !== undefined; member = this.open.pop()) {
      this.component[member] = node;
      if (member === node) break;
    }
  }
}
