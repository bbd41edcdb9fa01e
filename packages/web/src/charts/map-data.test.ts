import { expect, test } from "vitest";
import { type Cell, ResultRows } from "../grid/rows.ts";
import { chartOf } from "./chart-data.ts";

function of(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  properties: Readonly<Record<string, string>> = {},
  kind = "scatterchart",
) {
  const result = new ResultRows(
    columns.map((column) => {
      const [name = "", type = ""] = column.split(":");
      return { name, type };
    }),
  );
  result.add(rows);
  return chartOf(result, { kind, properties: { kind: "map", ...properties } });
}

const place = (longitude: number, latitude: number, size: number, ...parts: readonly (readonly [string, number])[]) =>
  expect.objectContaining({
    ...{ longitude, latitude, size },
    parts: parts.map(([name, own]) => expect.objectContaining({ name, size: own })),
  });

test("the first two numbers are longitude and latitude unless their names say otherwise; a third one is the size", () => {
  const rows = [
    [13.4, 52.5, 3],
    [2.35, 48.86, 7],
  ];
  const expected = {
    kind: "map",
    sizeTitle: "Count",
    places: [place(2.35, 48.86, 7, ["", 7]), place(13.4, 52.5, 3, ["", 3])],
  };
  expect(of(["a:real", "b:real", "Count:long"], rows)).toMatchObject(expected);
  const turned = rows.map(([longitude = 0, latitude = 0, count = 0]) => [count, latitude, longitude]);
  expect(of(["Count:long", "Latitude:real", "Longitude:real"], turned)).toMatchObject(expected);
  expect(of(["x:long", "y:real", "z:real"], turned, { xcolumn: "z", ycolumns: "y" })).toMatchObject({
    ...expected,
    sizeTitle: "x",
  });
});

test("GeoJSON points are places, and what is none is counted", () => {
  const columns = ["At:dynamic", "User:string"];
  const point = (...degrees: readonly number[]) => JSON.stringify({ type: "Point", coordinates: degrees });
  expect(
    of(columns, [
      [null, "nobody"],
      [point(10, 20), "Ada\u202e"],
      [point(10, 20), "Ada\u202e"],
      [point(190, 20), "far"],
      [JSON.stringify({ type: "Polygon", coordinates: [] }), "shape"],
    ]),
  ).toMatchObject({
    ...{ series: ["Ada⟨U+202E⟩"], sizeTitle: "", places: [place(10, 20, 2, ["Ada⟨U+202E⟩", 2])] },
    notes: ["3 of 5 rows have no place on the Earth"],
  });
});

test("rows of one place are a point for each name, or one pie", () => {
  const columns = ["Longitude:real", "Latitude:real", "Result:string", "Count:long"];
  const rows = [
    [1, 2, "ok", 5],
    [1, 2, "bad", 1],
    [1, 2, "bad", 2],
    [3, 4, "ok", null],
  ];
  expect(of(columns, rows)).toMatchObject({
    ...{ series: ["ok", "bad"], notes: [] },
    places: [place(1, 2, 5, ["ok", 5]), place(1, 2, 3, ["bad", 3]), place(3, 4, 0, ["ok", 0])],
  });
  expect(of(columns, rows, {}, "piechart")).toMatchObject({
    places: [place(1, 2, 8, ["ok", 5], ["bad", 3]), place(3, 4, 0, ["ok", 0])],
  });
});

test("more names than colours share the last one and keep their own name, and more places than can be drawn are counted", () => {
  const columns = ["Longitude:real", "Latitude:real", "User:string"];
  const many = Array.from({ length: 20 }, (_, n) => [n, n, `user${n}`]);
  const drawn = of(columns, many);
  expect(drawn).toMatchObject({ series: expect.arrayContaining(["9 others"]) });
  expect(JSON.stringify(drawn)).toContain(`"name":"user19","series":11`);
  const rows = Array.from({ length: 6000 }, (_, n) => [n / 100, 1, "x"]);
  expect(of(columns, rows)).toMatchObject({ notes: ["the 5000 largest of 6000 places are drawn"] });
});

test("what is no map says why", () => {
  expect(of(["a:string"], [["x"]])).toMatch(/needs the longitude and the latitude/);
  expect(of(["a:real", "b:real"], [[500, 1]])).toMatch(/no row has a place/);
  expect(of(["a:real", "b:real"], [[1, 1]], { xcolumn: "c" })).toMatch(/a column c that/);
});
