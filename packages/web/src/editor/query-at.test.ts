import { expect, test } from "vitest";
import { queryAt } from "./query-at.ts";

/** The queries of a text, found from each of its places. */
function queriesOf(text: string): readonly string[] {
  const found = Array.from({ length: text.length + 1 }, (_, offset) => queryAt(text, offset));
  for (const { text: query, line, column } of found) {
    expect(column).toBe(1);
    expect(
      text
        .split("\n")
        .slice(line - 1)
        .join("\n")
        .startsWith(query),
    ).toBe(true);
  }
  return [...new Set(found.map(({ text: query }) => query))];
}

test("blank lines part queries", () => {
  expect(queriesOf("A | take 1\n\n  \nB\n| count\n")).toEqual(["A | take 1", "B\n| count"]);
  expect(queriesOf("A;\n\n// about B\nB")).toEqual(["A;", "// about B\nB"]);
  expect(queriesOf("A // about A\n\nB")).toEqual(["A // about A", "B"]);
  expect(queriesOf("")).toEqual([""]);
});

test("what belongs together is not parted", () => {
  for (const whole of [
    "let a = 1;\n\nlet f = (x: long) {\n\n  x + 1\n};\n\nT | where n > f(a)",
    "T\n\n| where a == 'x\\'' // why\n\n| take 1",
    "T | where Text == ```one\n\ntwo```",
    "T | join (\n\nU) on a",
    "union A,\n\nB",
    "// about\n\n// the query\nT",
  ]) {
    expect(queriesOf(whole)).toEqual([whole]);
  }
  expect(queriesOf(`T | where a == @"c:\\"\n\nU`)).toEqual([`T | where a == @"c:\\"`, "U"]);
  expect(queriesOf(`let a = "it's";\n\nT\n\nlet b = 2;\n\nU`)).toEqual([`let a = "it's";\n\nT`, "let b = 2;\n\nU"]);
});
