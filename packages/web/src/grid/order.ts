import { type Condition, testOf } from "./conditions.ts";
import type { ResultRows } from "./rows.ts";
import type { Work } from "./slices.ts";
import { type Key, keyOf, keyOrder } from "./sort-keys.ts";

/** By which column rows are sorted, and which way. */
export interface Sorting {
  readonly column: number;
  readonly descending: boolean;
}

/** What is shown of a result: all rows in the order they came, or these. */
export type Shown = Uint32Array | undefined;

/** Which rows are asked for, and in which order. */
export interface Arrangement {
  readonly filter: string;
  /** The columns in which the filter's text is looked for. */
  readonly columns: readonly number[];
  readonly sorting: Sorting | undefined;
  /** What the cells of single columns have to be; nothing where absent. */
  readonly conditions?: readonly Condition[];
}

/** A step is so many rows or comparisons. */
const step = 64;

/** The rows that meet all conditions and hold a text in one of these columns, in the order asked for. */
export function* arranged(rows: ResultRows, asked: Arrangement): Work<Shown> {
  const { filter, sorting, conditions = [] } = asked;
  const isWhole = filter === "" && conditions.length === 0;
  if (isWhole && sorting === undefined) return undefined;
  // With a sorting, finding the rows is the smaller part.
  const kept = isWhole ? all(rows.count) : yield* part(holding(rows, asked), 0, sorting ? 0.3 : 1);
  return sorting === undefined ? kept : yield* part(sorted(kept, rows, sorting), isWhole ? 0 : 0.3, 1);
}

/** The same work as a part of a greater one. */
export function* part<Result>(work: Work<Result>, from: number, to: number): Work<Result> {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
    yield from + next.value * (to - from);
  }
}

/** All numbers below `count`. */
export function all(count: number): Uint32Array {
  return new Uint32Array(count).map((_, row) => row);
}

function* holding(rows: ResultRows, { filter, columns, conditions = [] }: Arrangement): Work<Uint32Array> {
  const wanted = filter.toLowerCase();
  const meets = testOf(rows, conditions);
  const cells = columns.map((column) => rows.column(column));
  const holds = (row: number) =>
    wanted === "" ||
    cells.some((column) =>
      String(column[row] ?? "")
        .toLowerCase()
        .includes(wanted),
    );
  const kept = new Uint32Array(rows.count);
  let count = 0;
  for (let row = 0; row < kept.length; row++) {
    if (meets(row) && holds(row)) kept[count++] = row;
    if (row % step === 0) yield row / kept.length;
  }
  return kept.slice(0, count);
}

/** Rows by their keys, those without a value last either way; rows that are equal stay in their order. */
function* sorted(rows: Uint32Array, result: ResultRows, { column, descending }: Sorting): Work<Uint32Array> {
  const type = result.columns[column]?.type ?? "string";
  const cells = result.column(column);
  const keys: Key[] = [];
  const valued = new Uint32Array(rows.length);
  const nulls: number[] = [];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? 0;
    const cell = cells[row] ?? null;
    if (cell === null) nulls.push(row);
    else {
      valued[keys.length] = row;
      keys.push(keyOf(cell, type));
    }
    if (index % step === 0) yield (0.2 * index) / rows.length;
  }
  const way = descending ? -1 : 1;
  const compare = (one: number, other: number) => way * keyOrder(keys[one] ?? 0, keys[other] ?? 0);
  const order = yield* part(merged(keys.length, compare), 0.2, 1);
  const found = order.map((index) => valued[index] ?? 0);
  const whole = new Uint32Array(rows.length);
  whole.set(found);
  whole.set(nulls, found.length);
  return whole;
}

/** The numbers below `count` in order, by merging runs twice as long each time. */
export function* merged(count: number, compare: (one: number, other: number) => number): Work<Uint32Array> {
  let from: Uint32Array = all(count);
  let to: Uint32Array = new Uint32Array(count);
  const passes = Math.ceil(Math.log2(Math.max(count, 1)));
  for (let pass = 0, width = 1; width < count; pass++, width *= 2) {
    for (let low = 0; low < count; low += 2 * width) {
      const [middle, high] = [Math.min(low + width, count), Math.min(low + 2 * width, count)];
      let [left, right] = [low, middle];
      for (let at = low; at < high; at++) {
        const [one, other] = [from[left] ?? 0, from[right] ?? 0];
        if (right >= high || (left < middle && compare(one, other) <= 0)) {
          to[at] = one;
          left++;
        } else {
          to[at] = other;
          right++;
        }
        if (at % step === 0) yield (pass + at / count) / passes;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
