import { all, merged, part, type Shown } from "./order.ts";
import type { Cell, ResultRows } from "./rows.ts";
import type { Work } from "./slices.ts";

/** Groups of one level, in the order in which they stand; all lists are by the group's number within its level. */
interface Level {
  readonly column: number;
  /** Where in `order` the group's rows begin; one more at the end. */
  readonly starts: Uint32Array;
  /** Which groups of the next level are in it: from here on; one more at the end, and none for the last level. */
  readonly inner: Uint32Array;
  readonly isOpen: Uint8Array;
}

/** A group as it is shown. */
export interface Group {
  readonly level: number;
  readonly column: number;
  readonly value: Cell;
  readonly count: number;
  readonly isOpen: boolean;
}

/** Which groups are open: all but some, or only some, each by the values that lead to it. */
export interface Opened {
  readonly all: boolean;
  readonly others: ReadonlySet<string>;
}

export const nothingOpened: Opened = { all: false, others: new Set() };

/** Rows in groups by the values of columns, one within the other, of which some are open. */
export class GroupedRows {
  /** All rows, group after group. */
  readonly order: Uint32Array;
  readonly #rows: ResultRows;
  readonly #levels: readonly Level[];
  /** Before the numbers of a level come those of the levels above. */
  readonly #offsets: readonly number[];
  #lines: Int32Array = new Int32Array(0);

  constructor(rows: ResultRows, order: Uint32Array, levels: readonly Level[]) {
    this.#rows = rows;
    this.order = order;
    this.#levels = levels;
    const offsets = [0];
    for (const { starts } of levels) offsets.push((offsets.at(-1) ?? 0) + starts.length - 1);
    this.#offsets = offsets.slice(0, -1);
    this.#layOut();
  }

  /** What is seen, line by line: the number of a row, or `-1 - group`. */
  get lines(): Int32Array {
    return this.#lines;
  }

  /** How many groups there are outside of all others. */
  get count(): number {
    return (this.#levels[0]?.starts.length ?? 1) - 1;
  }

  get depth(): number {
    return this.#levels.length;
  }

  group(group: number): Group {
    const { level, own, at } = this.#find(group);
    const first = own.starts[at] ?? 0;
    const value = this.#rows.cell(this.order[first] ?? 0, own.column);
    const count = (own.starts[at + 1] ?? 0) - first;
    return { level, column: own.column, value, count, isOpen: own.isOpen[at] === 1 };
  }

  /** The values that lead to a group, as one text. */
  path(group: number): string {
    const { level, own, at } = this.#find(group);
    return pathOf(this.#rows, this.#levels.slice(0, level + 1), this.order[own.starts[at] ?? 0] ?? 0);
  }

  open(group: number, isOpen: boolean): void {
    const { own, at } = this.#find(group);
    own.isOpen[at] = Number(isOpen);
    this.#layOut();
  }

  openAll(isOpen: boolean): void {
    for (const level of this.#levels) level.isOpen.fill(Number(isOpen));
    this.#layOut();
  }

  #find(group: number): { readonly level: number; readonly own: Level; readonly at: number } {
    const level = this.#offsets.findLastIndex((offset) => offset <= group);
    const own = this.#levels[level];
    if (own === undefined) throw new RangeError(`there is no group ${group}`);
    return { level, own, at: group - (this.#offsets[level] ?? 0) };
  }

  #layOut(): void {
    const groups = this.#levels.reduce((sum, { starts }) => sum + starts.length - 1, 0);
    const lines = new Int32Array(groups + this.order.length);
    let count = 0;
    const add = (depth: number, from: number, end: number): void => {
      const level = this.#levels[depth];
      if (level === undefined) return;
      const offset = this.#offsets[depth] ?? 0;
      const isLast = depth === this.#levels.length - 1;
      for (let at = from; at < end; at++) {
        lines[count++] = -1 - (offset + at);
        if (level.isOpen[at] !== 1) continue;
        if (!isLast) {
          add(depth + 1, level.inner[at] ?? 0, level.inner[at + 1] ?? 0);
          continue;
        }
        const stop = level.starts[at + 1] ?? 0;
        for (let row = level.starts[at] ?? 0; row < stop; row++) lines[count++] = this.order[row] ?? 0;
      }
    };
    add(0, 0, this.count);
    this.#lines = lines.slice(0, count);
  }
}

/** How often work that goes through rows may be interrupted. */
const step = 64;

/**
 * Puts rows into groups by columns. Groups of a column by which the rows are sorted stand in that order, others by how many rows they have;
 * rows within a group stay in their order.
 */
export function* grouped(
  rows: ResultRows,
  shown: Shown,
  columns: readonly number[],
  sortedBy: number | undefined,
  opened: Opened,
): Work<GroupedRows> {
  let order = shown ?? all(rows.count);
  let bounds: Uint32Array = new Uint32Array([0, order.length]);
  const levels: { column: number; starts: Uint32Array; inner: Uint32Array; isOpen: Uint8Array }[] = [];
  for (const [depth, column] of columns.entries()) {
    const share = (at: number) => (depth + at) / columns.length;
    const found = yield* part(divided(rows.column(column), order, bounds, column !== sortedBy), share(0), share(0.9));
    const before = levels.at(-1);
    if (before !== undefined) before.inner = found.inner;
    const { starts } = found;
    const isOpen = new Uint8Array(starts.length - 1);
    levels.push({ column, starts, inner: new Uint32Array(0), isOpen });
    order = found.order;
    bounds = starts;
    const above = levels.slice();
    for (let at = 0; at < isOpen.length; at++) {
      const isOther = opened.others.size > 0 && opened.others.has(pathOf(rows, above, order[starts[at] ?? 0] ?? 0));
      isOpen[at] = Number(opened.all !== isOther);
      if (at % step === 0) yield share(0.9 + (0.1 * at) / isOpen.length);
    }
  }
  return new GroupedRows(rows, order, levels);
}

interface Divided {
  readonly order: Uint32Array;
  readonly starts: Uint32Array;
  readonly inner: Uint32Array;
}

/** Divides each stretch of the rows into groups of one value. */
function* divided(cells: readonly Cell[], order: Uint32Array, bounds: Uint32Array, bySize: boolean): Work<Divided> {
  const to = new Uint32Array(order.length);
  const starts: number[] = [];
  const inner = new Uint32Array(bounds.length);
  /** For each place in `order` the number of its group within its stretch. */
  const groupOf = new Uint32Array(order.length);
  for (let stretch = 0; stretch + 1 < bounds.length; stretch++) {
    inner[stretch] = starts.length;
    const [from, end] = [bounds[stretch] ?? 0, bounds[stretch + 1] ?? 0];
    if (end - from === 1) {
      starts.push(from);
      to[from] = order[from] ?? 0;
      if (from % step === 0) yield (0.6 * from) / order.length;
      continue;
    }
    const known = new Numbers();
    const counts: number[] = [];
    for (let at = from; at < end; at++) {
      const group = known.of(cells[order[at] ?? 0] ?? null);
      groupOf[at] = group;
      counts[group] = (counts[group] ?? 0) + 1;
      if (at % step === 0) yield (0.6 * at) / order.length;
    }
    const largestFirst = (one: number, other: number) => (counts[other] ?? 0) - (counts[one] ?? 0);
    const sequence = bySize
      ? yield* part(merged(counts.length, largestFirst), share(from), share(end))
      : all(counts.length);
    /** Where the next row of a group goes. */
    const next = new Uint32Array(counts.length);
    let start = from;
    for (const group of sequence) {
      starts.push(start);
      next[group] = start;
      start += counts[group] ?? 0;
    }
    for (let at = from; at < end; at++) {
      const group = groupOf[at] ?? 0;
      const place = next[group] ?? 0;
      to[place] = order[at] ?? 0;
      next[group] = place + 1;
      if (at % step === 0) yield 0.6 + (0.4 * at) / order.length;
    }
  }
  inner[bounds.length - 1] = starts.length;
  starts.push(order.length);
  return { order: to, starts: new Uint32Array(starts), inner };

  function share(at: number): number {
    return order.length === 0 ? 1 : (0.6 * at) / order.length;
  }
}

/** Numbers for values, in the order in which they are met. A map that grows is made anew at once, so many small ones hold them. */
class Numbers {
  readonly #maps: (Map<Cell, number> | undefined)[] = [];
  #count = 0;

  of(cell: Cell): number {
    const shelf = shelfOf(cell);
    const map = this.#maps[shelf] ?? new Map<Cell, number>();
    this.#maps[shelf] = map;
    const known = map.get(cell);
    if (known !== undefined) return known;
    map.set(cell, this.#count);
    return this.#count++;
  }
}

/** Of which of 64 maps a value is, so that most results fill them evenly. */
function shelfOf(cell: Cell): number {
  if (typeof cell === "number") return cell & 63;
  if (typeof cell !== "string") return 0;
  let hash = cell.length;
  for (let at = Math.max(0, cell.length - 12); at < cell.length; at++) hash = (hash * 31 + cell.charCodeAt(at)) | 0;
  return hash & 63;
}

function pathOf(rows: ResultRows, levels: readonly { readonly column: number }[], row: number): string {
  return JSON.stringify(levels.map(({ column }) => rows.cell(row, column)));
}
