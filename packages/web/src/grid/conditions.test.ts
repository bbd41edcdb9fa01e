import { expect, test } from "vitest";
import { boundOf, type Condition, testOf } from "./conditions.ts";
import { type Cell, ResultRows } from "./rows.ts";

/** The cells of a column that meet conditions on it. */
function kept(type: string, cells: readonly Cell[], ...conditions: readonly Condition[]) {
  const rows = new ResultRows([{ name: "a", type }]);
  rows.add(cells.map((cell) => [cell]));
  const test = testOf(rows, conditions);
  return cells.filter((_, row) => test(row));
}

const held = (kind: "has" | "lacks" | "from" | "to") => (text: string) => ({ column: 0, kind, text });
const [has, lacks, from, to] = [held("has"), held("lacks"), held("from"), held("to")];

test("texts are held or lacked whatever their case, and a missing one holds nothing", () => {
  const cells = ["Ada.Lovelace", "bob", "", null, "[.*"];
  expect(kept("string", cells, has("LOVE"))).toEqual(["Ada.Lovelace"]);
  expect(kept("string", cells, lacks("b"))).toEqual(["Ada.Lovelace", "", null, "[.*"]);
  // No pattern: a text.
  expect(kept("string", cells, has("[.*"))).toEqual(["[.*"]);
});

test("values are themselves: null is no text, a number no text of it", () => {
  const cells = ["null", null, "", "5", true, 5];
  expect(kept("dynamic", cells, { column: 0, kind: "in", values: [null, 5] })).toEqual([null, 5]);
  expect(kept("dynamic", cells, { column: 0, kind: "out", values: ["", "null", true] })).toEqual([null, "5", 5]);
});

test("bounds are themselves within, and exact to the last digit", () => {
  const longs = ["-9223372036854775808", -1, 0, 9, 10, "9223372036854775806", "9223372036854775807", null];
  expect(kept("long", longs, from("9"), to("9223372036854775806"))).toEqual([9, 10, "9223372036854775806"]);
  expect(kept("long", longs, from("9.5"), to("1e3"))).toEqual([10]);
  expect(kept("real", [0.1, "NaN", "Infinity", "-Infinity", -3, null], from("-3"))).toEqual([0.1, "Infinity", -3]);
  expect(kept("decimal", ["0.1000000000000000001", "0.1", "-2"], from("0.1"), to("0.1"))).toEqual(["0.1"]);
  const times = ["2026-10-14T02:59:59.9999999Z", "2026-10-14T03:00:00.0000000Z", "2026-10-14T03:00:00.0000001Z", null];
  expect(kept("datetime", times, from("2026-10-14 03:00"), to("2026-10-14T03:00:00Z"))).toEqual([times[1]]);
  const spans = ["-00:00:01", "00:00:00.0000001", "23:59:59", "1.00:00:00"];
  expect(kept("timespan", spans, from("0s"), to("1.00:00:00"))).toEqual(spans.slice(1));
  expect(kept("timespan", spans, from("-1s"), to("1440m"))).toEqual(spans);
});

test("what is no bound is told from one, and has no effect", () => {
  for (const [text, type] of [
    ...[
      ["five", "long"],
      ["", "real"],
      ["0x10", "long"],
      ["Infinity", "real"],
      ["1e999", "decimal"],
    ],
    ...[
      ["2026-02-30", "datetime"],
      ["2026-10-14 25:00", "datetime"],
      ["yesterday", "datetime"],
      ["1w", "timespan"],
    ],
  ] as const) {
    expect([text, boundOf(text, type)]).toEqual([text, undefined]);
  }
  expect(kept("long", [1, null], from("five"))).toEqual([1, null]);
});
