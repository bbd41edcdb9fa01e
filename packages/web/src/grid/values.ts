import type { Shown } from "./order.ts";
import type { Cell, ResultRows } from "./rows.ts";
import type { Work } from "./slices.ts";

/** A value of a column, and how many rows have it. */
export interface ValueCount {
  readonly value: Cell;
  readonly count: number;
}

/** The values of a column in some rows, those that most rows have first; nothing where there are more different ones than `most`. */
export function* valuesOf(
  rows: ResultRows,
  shown: Shown,
  column: number,
  most: number,
): Work<readonly ValueCount[] | undefined> {
  const cells = rows.column(column);
  const counts = new Map<Cell, number>();
  const count = shown?.length ?? rows.count;
  for (let at = 0; at < count; at++) {
    const cell = cells[shown?.[at] ?? at] ?? null;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
    if (counts.size > most) return undefined;
    if (at % 64 === 0) yield at / count;
  }
  return [...counts].map(([value, number]) => ({ value, count: number })).sort((one, other) => other.count - one.count);
}
