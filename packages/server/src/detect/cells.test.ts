import { expect, test } from "vitest";
import { arrayOfCell, parseRow, printJson, textOfCell } from "./cells.js";

const columns = [
  { name: "A", type: "dynamic" },
  { name: "B", type: "long" },
  { name: "C", type: "string" },
] as const;

test.each([
  ['[{"a":1},2,"x"]', ["dynamic", "long", "string"]],
  ['[{"a":[12345678901234567890,"]"],"b":"\\",{"},"12345678901234567","x"]', ["big"]],
  ["[12345678901234567890,null,null]", ["big scalar"]],
  ['["12345678901234567890",1,"12345678901234567"]', ["digits in strings"]],
  ["[1.25,1,null]", ["real"]],
])("%s prints as it came", (line) => {
  expect(printJson(parseRow(line, columns))).toBe(line);
});

test("cells as text", () => {
  const cells = parseRow('["bare",7,null]', columns);
  expect(cells.map(textOfCell)).toEqual(["bare", "7", ""]);
  expect(textOfCell(parseRow('[{"a":12345678901234567890},1,""]', columns)[0])).toBe('{"a":12345678901234567890}');
  expect(textOfCell([1, { a: true }])).toBe('[1,{"a":true}]');
});

test("arrays, and texts of arrays", () => {
  expect(arrayOfCell('[{"Id": 12345678901234567890, "Name": "5, 12345678901234567"}]')).toEqual([
    { Id: "12345678901234567890", Name: "5, 12345678901234567" },
  ]);
  expect(arrayOfCell(["a"])).toEqual(["a"]);
  expect(arrayOfCell("a, b")).toBeUndefined();
  expect(arrayOfCell(null)).toBeUndefined();
});
