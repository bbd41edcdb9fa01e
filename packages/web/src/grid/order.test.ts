import { expect, test } from "vitest";
import { arranged, type Sorting } from "./order.ts";
import { type Cell, ResultRows } from "./rows.ts";
import { inSlices, type Work } from "./slices.ts";

/** All of a work at once. */
function done<Result>(work: Work<Result>): Result {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
    expect(next.value).toBeGreaterThanOrEqual(0);
    expect(next.value).toBeLessThanOrEqual(1);
  }
}

function sorted(type: string, cells: readonly Cell[], descending = false): readonly Cell[] {
  const rows = new ResultRows([{ name: "a", type }]);
  rows.add(cells.map((cell) => [cell]));
  const sorting: Sorting = { column: 0, descending };
  const shown = done(arranged(rows, { filter: "", columns: [0], sorting }));
  return Array.from(shown ?? [], (row) => rows.cell(row, 0));
}

test("values are sorted by what they are, nulls last", () => {
  const longs = ["9223372036854775807", 9, null, "-9223372036854775808", 10];
  expect(sorted("long", longs)).toEqual(["-9223372036854775808", 9, 10, "9223372036854775807", null]);
  expect(sorted("long", longs, true)).toEqual(["9223372036854775807", 10, 9, "-9223372036854775808", null]);
  expect(sorted("long", [2 ** 53, "9007199254740993", 2 ** 53 - 1])).toEqual([
    2 ** 53 - 1,
    2 ** 53,
    "9007199254740993",
  ]);
  const decimals = ["0.10000000000000000000000001", "0.1", "-3.5", "1e2", 20];
  expect(sorted("decimal", decimals)).toEqual(["-3.5", "0.1", "0.10000000000000000000000001", 20, "1e2"]);
  expect(sorted("bool", [true, false, null])).toEqual([false, true, null]);
  expect(sorted("real", [2, "NaN", "-Infinity", 10])).toEqual(["NaN", "-Infinity", 2, 10]);
  const spans = ["1.00:00:00", "-00:00:01", "00:00:00.0000001", "23:59:59"];
  expect(sorted("timespan", spans)).toEqual(["-00:00:01", "00:00:00.0000001", "23:59:59", "1.00:00:00"]);
  expect(sorted("string", ["b", "B", "", "a"])).toEqual(["", "B", "a", "b"]);
  // As the engine has them: by code points, not by halves of pairs.
  expect(sorted("string", ["👩", "\ufffd", "\ue000b", "\ue000a"])).toEqual(["\ue000a", "\ue000b", "\ufffd", "👩"]);
});

test("rows that are equal stay in their order, both ways and in any number", () => {
  const rows = new ResultRows([{ name: "a", type: "int" }]);
  rows.add(Array.from({ length: 1000 }, (_, row) => [row % 7 === 6 ? null : (row * 37) % 7]));
  for (const descending of [false, true]) {
    const shown = done(arranged(rows, { filter: "", columns: [0], sorting: { column: 0, descending } }));
    const value = (row: number) => rows.cell(row, 0) ?? (descending ? -1 : 7);
    const way = descending ? -1 : 1;
    const expected = Array.from({ length: 1000 }, (_, row) => row).sort(
      (one, other) => way * (Number(value(one)) - Number(value(other))) || one - other,
    );
    expect([...(shown ?? [])]).toEqual(expected);
  }
});

test("work in slices tells how far it is, and stops when it is told to", async () => {
  const rows = new ResultRows([{ name: "a", type: "string" }]);
  rows.add(Array.from({ length: 100_000 }, (_, row) => [`row ${(row * 7919) % 100_003}`]));
  const asked = { filter: "9", columns: [0], sorting: { column: 0, descending: true } };
  const shares: number[] = [];
  const shown = await inSlices(arranged(rows, asked), new AbortController().signal, (share) => shares.push(share));
  expect(rows.cell(shown?.[0] ?? 0, 0)).toBe("row 99999");
  expect(shares).toEqual([...shares].sort((one, other) => one - other));
  expect(shares.length).toBeGreaterThan(0);
  const stopped = new AbortController();
  expect(await inSlices(arranged(rows, asked), stopped.signal, () => stopped.abort())).toBe(undefined);
});

test("a filter keeps rows that hold its text in a column that is shown", () => {
  const rows = new ResultRows([
    { name: "a", type: "string" },
    { name: "b", type: "long" },
  ]);
  rows.add([
    ["Ada", 1],
    ["Bob", 21],
    ["21", 3],
  ]);
  const of = (filter: string, columns: readonly number[]) =>
    done(arranged(rows, { filter, columns, sorting: undefined }));
  expect(of("", [0, 1])).toBe(undefined);
  expect([...(of("ADA", [0, 1]) ?? [])]).toEqual([0]);
  expect([...(of("21", [0, 1]) ?? [])]).toEqual([1, 2]);
  expect([...(of("21", [0]) ?? [])]).toEqual([2]);
});
