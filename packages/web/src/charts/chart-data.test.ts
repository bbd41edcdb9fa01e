import { describe, expect, test } from "vitest";
import { type Cell, ResultRows } from "../grid/rows.ts";
import { chartOf } from "./chart-data.ts";

function of(
  kind: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  properties: Readonly<Record<string, string>> = {},
) {
  const result = new ResultRows(
    columns.map((column) => {
      const [name = "", type = ""] = column.split(":");
      return { name, type };
    }),
  );
  result.add(rows);
  return chartOf(result, { kind, properties });
}

test("a time chart has a series for each name and value, in the order of time, with gaps where nothing is", () => {
  const rows = [
    ["2026-10-14T02:00:00.0000000Z", "Ada", 3],
    ["2026-10-14T01:00:00.0000000Z", "Ada", 1],
    ["2026-10-14T02:00:00.0000000Z", "Bob\u202e", "9007199254740993"],
  ];
  expect(of("timechart", ["TimeGenerated:datetime", "User:string", "Count:long"], rows)).toMatchObject({
    ...{ kind: "line", scale: "time", stacked: "no", xTitle: "TimeGenerated", yTitle: "Count", notes: [] },
    xs: [Date.parse("2026-10-14T01:00:00Z"), Date.parse("2026-10-14T02:00:00Z")],
    series: [
      { name: "Ada", ys: [1, 3] },
      { name: "Bob⟨U+202E⟩", ys: [undefined, 9007199254740992] },
    ],
  });
});

test("series of arrays, as make-series gives them", () => {
  const rows = [["Ada", "[1,null,3]", '["2026-10-14T00:00:00Z","2026-10-15T00:00:00Z","2026-10-16T00:00:00Z"]']];
  expect(of("timechart", ["User:string", "Count:dynamic", "TimeGenerated:dynamic"], rows)).toMatchObject({
    scale: "time",
    xs: [14, 15, 16].map((day) => Date.UTC(2026, 9, day)),
    series: [{ name: "Ada", ys: [1, undefined, 3] }],
  });
});

test("columns, bars and pies stand on labels; what is named in the query counts", () => {
  const columns = ["Country:string", "Kind:string", "A:long", "B:real"];
  const rows = [
    ["DE", "x", 1, 0.5],
    ["FR", "x", 2, "NaN"],
  ];
  expect(of("columnchart", columns, rows, { xcolumn: "Country", ycolumns: "A", title: "T", ymax: "4" })).toMatchObject({
    ...{ kind: "column", scale: "label", labels: ["DE", "FR"], title: "T", notes: ["ymax has no effect on the chart"] },
    series: [{ name: "x", ys: [1, 2] }],
  });
  expect(of("piechart", columns, rows)).toMatchObject({ labels: ["DE", "FR"], series: [{ name: "A", ys: [1, 2] }] });
  expect(of("barchart", columns, rows)).toMatchObject({
    series: [
      { name: "x: A", ys: [1, 2] },
      { name: "x: B", ys: [0.5, undefined] },
    ],
  });
});

test("a pie has one share for all that are too small for a colour of their own", () => {
  const rows = Array.from({ length: 100 }, (_, n) => [`user${n}`, n]);
  expect(of("piechart", ["User:string", "Count:long"], rows)).toMatchObject({
    ...{ notes: [], xs: Array.from({ length: 12 }, (_, index) => index) },
    labels: [...Array.from({ length: 11 }, (_, index) => `user${99 - index}`), "89 others"],
    series: [{ ys: [99, 98, 97, 96, 95, 94, 93, 92, 91, 90, 89, (88 * 89) / 2] }],
  });
});

test("points of a scatter chart stay apart, values at one place of another chart are added up and that is said", () => {
  const columns = ["x:long", "y:long"];
  const rows = [
    [2, 5],
    [1, 1],
    [1, 2],
  ];
  expect(of("scatterchart", columns, rows)).toMatchObject({ xs: [1, 1, 2], series: [{ ys: [1, 2, 5] }], notes: [] });
  expect(of("linechart", columns, rows)).toMatchObject({
    ...{ xs: [1, 2], series: [{ ys: [3, 5] }] },
    notes: ["values of one series at one place are added up"],
  });
});

test("what is no chart says why", () => {
  expect(of("treemap", ["a:string", "b:long"], [["a", 1]])).toMatch(/render treemap is shown as a table/);
  expect(of("timechart", ["a:string", "b:long"], [["a", 1]])).toMatch(/column of times/);
  expect(of("columnchart", ["a:string", "b:string"], [["a", "b"]])).toMatch(/column of numbers/);
  expect(of("columnchart", ["a:string", "b:long"], [["a", 1]], { xcolumn: "c" })).toMatch(/a column c that/);
  expect(of("table", ["a:string"], [["a"]])).toBe(undefined);
});

test("areas, bars and columns stand on each other where they are asked to, as values or as shares", () => {
  const stacking = (kind: string, way?: string) =>
    of(kind, ["x:string", "a:long", "b:long"], [["p", 1, 3]], way === undefined ? {} : { kind: way });
  for (const kind of ["areachart", "barchart", "columnchart"]) {
    expect(stacking(kind)).toMatchObject({ stacked: "no" });
    expect(stacking(kind, "unstacked")).toMatchObject({ stacked: "no" });
    expect(stacking(kind, "stacked")).toMatchObject({ stacked: "values" });
    expect(stacking(kind, "stacked100")).toMatchObject({ stacked: "shares", notes: [] });
    expect(stacking(kind, "map")).toMatchObject({ stacked: "no", notes: ["kind=map has no effect on this chart"] });
  }
  expect(stacking("stackedareachart")).toMatchObject({ stacked: "values" });
  expect(stacking("linechart", "stacked")).toMatchObject({ notes: ["kind=stacked has no effect on this chart"] });
  expect(stacking("columnchart")).toMatchObject({ legend: true });
  expect(of("columnchart", ["x:string", "a:long"], [["p", 1]], { legend: "hidden" })).toMatchObject({ legend: false });
});

describe("anomalies", () => {
  const days = JSON.stringify(["2026-10-14T00:00:00Z", "2026-10-15T00:00:00Z", "2026-10-16T00:00:00Z"]);

  test("are the values of a series whose flag is not 0", () => {
    const columns = ["User:string", "At:dynamic", "Count:dynamic", "Baseline:dynamic", "Odd:dynamic"];
    const rows = [
      ["ada", days, "[1,90,3]", "[2,2,2]", "[0,1,0]"],
      ["bob", days, "[5,6,-70]", "[5,5,5]", "[0,0,-1]"],
    ];
    const drawn = of("anomalychart", columns, rows, { anomalycolumns: "Odd", title: "T" });
    expect(drawn).toMatchObject({
      ...{ kind: "line", scale: "time", title: "T", notes: [] },
      series: [
        { name: "ada: Count", ys: [1, 90, 3], anomalies: new Set([1]) },
        { name: "ada: Baseline", anomalies: new Set() },
        { name: "bob: Count", anomalies: new Set([2]) },
        { name: "bob: Baseline", anomalies: new Set() },
      ],
    });
  });

  test("are known by the names that series_decompose_anomalies gives, and by rows too", () => {
    const own = "series_decompose_anomalies_Count";
    const columns = ["At:dynamic", "Count:dynamic", `${own}_ad_flag:dynamic`, `${own}_ad_score:dynamic`];
    expect(of("anomalychart", columns, [[days, "[1,90,3]", "[0,1,0]", "[0,7.5,0]"]])).toMatchObject({
      series: [{ name: "Count", anomalies: new Set([1]) }],
    });
    const rows = [
      ["2026-10-14T00:00:00Z", 1, 0],
      ["2026-10-15T00:00:00Z", 9, 1],
    ];
    expect(of("anomalychart", ["At:datetime", "n:long", "odd:int"], rows, { anomalycolumns: "odd" })).toMatchObject({
      series: [{ name: "n", ys: [1, 9], anomalies: new Set([1]) }],
    });
  });

  test("are asked for where no column says which they are", () => {
    const rows = [["2026-10-14T00:00:00Z", 1]];
    expect(of("anomalychart", ["At:datetime", "n:long"], rows)).toMatchObject({
      notes: ["no column says which values are anomalies: name it with `anomalycolumns`"],
    });
    expect(of("anomalychart", ["At:datetime", "n:long"], rows, { anomalycolumns: "odd" })).toMatch(/a column odd that/);
  });
});
