import { expect, test } from "vitest";
import { arranged, type Sorting } from "./order.ts";
import { type Cell, ResultRows } from "./rows.ts";

async function sorted(type: string, cells: readonly Cell[], descending = false): Promise<readonly Cell[]> {
  const rows = new ResultRows([{ name: "a", type }]);
  rows.add(cells.map((cell) => [cell]));
  const sorting: Sorting = { column: 0, descending };
  const answer = await arranged(rows, { filter: "", columns: [0], sorting }, new AbortController().signal);
  return Array.from(answer?.shown ?? [], (row) => rows.cell(row, 0));
}

test("values are sorted by what they are, nulls last", async () => {
  const longs = ["9223372036854775807", 9, null, "-9223372036854775808", 10];
  expect(await sorted("long", longs)).toEqual(["-9223372036854775808", 9, 10, "9223372036854775807", null]);
  expect(await sorted("long", longs, true)).toEqual(["9223372036854775807", 10, 9, "-9223372036854775808", null]);
  expect(await sorted("real", [2, "NaN", "-Infinity", 10])).toEqual(["NaN", "-Infinity", 2, 10]);
  const spans = ["1.00:00:00", "-00:00:01", "00:00:00.0000001", "23:59:59"];
  expect(await sorted("timespan", spans)).toEqual(["-00:00:01", "00:00:00.0000001", "23:59:59", "1.00:00:00"]);
  expect(await sorted("string", ["b", "B", "", "a"])).toEqual(["", "B", "a", "b"]);
});

test("a filter keeps rows that hold its text in a column that is shown", async () => {
  const rows = new ResultRows([
    { name: "a", type: "string" },
    { name: "b", type: "long" },
  ]);
  rows.add([
    ["Ada", 1],
    ["Bob", 21],
    ["21", 3],
  ]);
  const of = async (filter: string, columns: readonly number[]) =>
    (await arranged(rows, { filter, columns, sorting: undefined }, new AbortController().signal))?.shown;
  expect(await of("", [0, 1])).toBe(undefined);
  expect([...((await of("ADA", [0, 1])) ?? [])]).toEqual([0]);
  expect([...((await of("21", [0, 1])) ?? [])]).toEqual([1, 2]);
  expect([...((await of("21", [0])) ?? [])]).toEqual([2]);
});
