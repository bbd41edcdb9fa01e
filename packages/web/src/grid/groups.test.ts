import { expect, test } from "vitest";
import { type GroupedRows, grouped, nothingOpened, type Opened } from "./groups.ts";
import { ResultRows } from "./rows.ts";
import type { Work } from "./slices.ts";

function done<Result>(work: Work<Result>): Result {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
    expect(next.value).toBeGreaterThanOrEqual(0);
    expect(next.value).toBeLessThanOrEqual(1);
  }
}

const rows = new ResultRows([
  { name: "User", type: "string" },
  { name: "Code", type: "long" },
]);
rows.add([
  ["bob", 0],
  ["ada", 0],
  ["bob", 1],
  ["ada", 0],
  ["", null],
  ["null", 2],
  ["ada", 1],
]);

/** What is seen: groups as `level value count`, rows by their numbers. */
function seen(grouping: GroupedRows): readonly (string | number)[] {
  return Array.from(grouping.lines, (line) => {
    if (line >= 0) return line;
    const { level, value, count, isOpen } = grouping.group(-1 - line);
    return `${level} ${JSON.stringify(value)} ${count}${isOpen ? " open" : ""}`;
  });
}

const byBoth = (opened: Opened = nothingOpened) => done(grouped(rows, undefined, [0, 1], undefined, opened));

test("groups are counted, the largest first, and are closed until they are opened", () => {
  const grouping = byBoth();
  expect(seen(grouping)).toEqual(['0 "ada" 3', '0 "bob" 2', '0 "" 1', '0 "null" 1']);
  expect([grouping.count, grouping.depth]).toEqual([4, 2]);
  grouping.open(0, true);
  expect(seen(grouping).slice(0, 4)).toEqual(['0 "ada" 3 open', "1 0 2", "1 1 1", '0 "bob" 2']);
  grouping.open(-1 - (grouping.lines[1] ?? 0), true);
  expect(seen(grouping).slice(0, 5)).toEqual(['0 "ada" 3 open', "1 0 2 open", 1, 3, "1 1 1"]);
  expect(grouping.path(-1 - (grouping.lines[1] ?? 0))).toBe('["ada",0]');
  expect(Array.from(grouping.order)).toEqual([1, 3, 6, 0, 2, 4, 5]);
  grouping.openAll(true);
  expect(seen(grouping).filter((line) => typeof line === "number")).toEqual([1, 3, 6, 0, 2, 4, 5]);
  grouping.openAll(false);
  expect(grouping.lines).toHaveLength(4);
});

test("what was opened is open again where rows are put into groups anew, and null is no text", () => {
  expect(seen(byBoth({ all: false, others: new Set(['["ada"]', '["ada",1]', '["",null]']) }))).toEqual([
    ...['0 "ada" 3 open', "1 0 2", "1 1 1 open", 6, '0 "bob" 2', '0 "" 1', '0 "null" 1'],
  ]);
  const others = new Set(['["ada"]', '["bob"]']);
  expect(seen(byBoth({ all: true, others }))).toEqual([
    ...['0 "ada" 3', '0 "bob" 2', '0 "" 1 open', "1 null 1 open", 4, '0 "null" 1 open', "1 2 1 open", 5],
  ]);
});

test("groups of the column by which rows are sorted stand in that order, and rows stay in theirs", () => {
  const shown = new Uint32Array([5, 2, 6, 3, 1, 0]);
  const grouping = done(grouped(rows, shown, [1], 1, { all: true, others: new Set() }));
  expect(seen(grouping)).toEqual(["0 2 1 open", 5, "0 1 2 open", 2, 6, "0 0 3 open", 3, 1, 0]);
});

test("no rows are no groups, and as many groups as rows are one for each", () => {
  expect(seen(done(grouped(rows, new Uint32Array(0), [0, 1], undefined, nothingOpened)))).toEqual([]);
  const many = new ResultRows([{ name: "n", type: "string" }]);
  many.add(Array.from({ length: 5000 }, (_, row) => [`row ${row}`]));
  const grouping = done(grouped(many, undefined, [0], undefined, nothingOpened));
  expect(grouping.count).toBe(5000);
  grouping.openAll(true);
  expect(grouping.lines).toHaveLength(10_000);
  expect(Array.from(grouping.order)).toEqual(Array.from({ length: 5000 }, (_, row) => row));
});
