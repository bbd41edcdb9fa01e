import type { Cell, ResultRows } from "./rows.ts";

/** By which column rows are sorted, and which way. */
export interface Sorting {
  readonly column: number;
  readonly descending: boolean;
}

/** What is shown of a result: all rows in the order they came, or these. */
export type Shown = Uint32Array | undefined;

/** The rows that hold a text in one of these columns, in the order asked for; `undefined` where it was stopped. */
export async function arranged(
  rows: ResultRows,
  { filter, columns, sorting }: { filter: string; columns: readonly number[]; sorting: Sorting | undefined },
  signal: AbortSignal,
): Promise<{ readonly shown: Shown } | undefined> {
  const wanted = filter.toLowerCase();
  if (wanted === "" && sorting === undefined) return { shown: undefined };
  const kept = new Uint32Array(rows.count);
  const cells = columns.map((column) => rows.column(column));
  let count = 0;
  let until = performance.now() + 12;
  for (let row = 0; row < kept.length; row++) {
    if (
      wanted === "" ||
      cells.some((column) =>
        String(column[row] ?? "")
          .toLowerCase()
          .includes(wanted),
      )
    ) {
      kept[count++] = row;
    }
    if (row % 256 !== 0 || performance.now() < until) continue;
    // Between slices the page can draw and listen.
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return undefined;
    until = performance.now() + 12;
  }
  const shown = kept.slice(0, count);
  if (sorting !== undefined) sort(shown, rows, sorting);
  return { shown };
}

function sort(shown: Uint32Array, rows: ResultRows, { column, descending }: Sorting): void {
  const compare = comparisonOf(rows.columns[column]?.type ?? "string");
  const cells = rows.column(column);
  const way = descending ? -1 : 1;
  shown.sort((one, other) => {
    const [left, right] = [cells[one] ?? null, cells[other] ?? null];
    // Nulls are last either way, and rows that are equal stay in their order.
    if (left === null || right === null) return Number(left === null) - Number(right === null) || one - other;
    return way * compare(left, right) || one - other;
  });
}

/** How two cells of a KQL type that are not null stand to each other. */
export function comparisonOf(type: string): (left: Cell, right: Cell) => number {
  switch (type) {
    case "long":
    case "int":
      return (left, right) =>
        typeof left === "number" && typeof right === "number" ? left - right : order(whole(left), whole(right));
    case "real":
    case "decimal":
    case "bool":
      return (left, right) => order(Number(left), Number(right));
    case "timespan":
      return (left, right) => order(ticksOf(String(left)), ticksOf(String(right)));
    default:
      return (left, right) => order(String(left), String(right));
  }
}

function order<Value extends bigint | number | string>(left: Value, right: Value): number {
  if (left === right) return 0;
  if (left < right) return -1;
  if (left > right) return 1;
  // NaN is before all numbers.
  return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
}

function whole(cell: Cell): bigint {
  return BigInt(typeof cell === "boolean" || cell === null ? Number(cell) : cell);
}

/** The ticks of `[-][d.]hh:mm:ss[.fffffff]`. */
function ticksOf(text: string): bigint {
  const [, sign, days, hours, minutes, seconds, fraction] =
    /^(-?)(?:(\d+)\.)?(\d+):(\d+):(\d+)(?:\.(\d{1,7}))?$/.exec(text) ?? [];
  const whole =
    ((BigInt(days ?? 0) * 24n + BigInt(hours ?? 0)) * 60n + BigInt(minutes ?? 0)) * 60n + BigInt(seconds ?? 0);
  const ticks = whole * 10_000_000n + BigInt((fraction ?? "").padEnd(7, "0"));
  return sign === "-" ? -ticks : ticks;
}
