import { expect, test } from "vitest";
import { csvOf, jsonOf, tsvOf } from "./delimited.ts";

const columns = [
  { name: "Name", type: "string" },
  { name: "Count", type: "long" },
  { name: "=More", type: "dynamic" },
];

test("no cell of text begins like a formula; numbers are as they are", () => {
  const rows = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "plain"].map((text) => [text, -5, null]);
  expect(csvOf(columns, rows)).toBe(
    [
      "Name,Count,'=More",
      "'=cmd|' /C calc'!A0,-5,",
      "'+1,-5,",
      "'-1,-5,",
      "'@SUM(A1),-5,",
      "'\t=1,-5,",
      `"'\r=1",-5,`,
      "plain,-5,",
      "",
    ].join("\r\n"),
  );
});

test("quotes, commas and line ends stay within their cell", () => {
  const row = ['a "b", c\nd', "9223372036854775807", '{"n":9007199254740993}'];
  expect(csvOf(columns, [row])).toBe(
    `Name,Count,'=More\r\n"a ""b"", c\nd",9223372036854775807,"{""n"":9007199254740993}"\r\n`,
  );
  expect(tsvOf(columns, [row])).toBe(`Name\tCount\t'=More\na "b", c d\t9223372036854775807\t{"n":9007199254740993}\n`);
});

test("JSON loses no digit of a dynamic", () => {
  expect(
    jsonOf(columns, [
      ["=1", 2, '{"n":9007199254740993}'],
      ["", null, ""],
    ]),
  ).toBe(`[\n{"Name":"=1","Count":2,"=More":{"n":9007199254740993}},\n{"Name":"","Count":null,"=More":""}\n]\n`);
});
