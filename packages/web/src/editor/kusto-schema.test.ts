import { expect, test } from "vitest";
import { parametersOf } from "./kusto-schema.ts";

test("the parameters of functions are known with their types and defaults", () => {
  expect(parametersOf("(least: long = 2, names: dynamic = dynamic(['a, b', \")\"]), ['odd-name']: string)")).toEqual([
    { name: "least", type: "long", cslDefaultValue: "2" },
    { name: "names", type: "dynamic", cslDefaultValue: "dynamic(['a, b', \")\"])" },
    { name: "odd-name", type: "string" },
  ]);
  expect(parametersOf("(T: (a: string, b: long), any: (*))")).toEqual([
    {
      name: "T",
      columns: [
        { name: "a", type: "string" },
        { name: "b", type: "long" },
      ],
    },
    { name: "any", columns: [] },
  ]);
  expect(parametersOf("()")).toEqual([]);
});
