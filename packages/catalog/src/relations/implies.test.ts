import { describe, expect, test } from "vitest";
import type { Condition, Test } from "../detections/condition.js";
import { clausesOf } from "./clause.js";
import { canMeetBoth, implies } from "./implies.js";

const is = (field: string, operator: Test["operator"], ...values: Test["values"]): Test => ({
  ...{ kind: "test", field: { written: field, field }, operator, values, caseSensitive: false },
});
const exactly = (one: Test): Test => ({ ...one, caseSensitive: true });
const all = (...parts: Condition[]): Condition => ({ kind: "all", parts });
const any = (...parts: Condition[]): Condition => ({ kind: "any", parts });
const not = (part: Condition): Condition => ({ kind: "not", part });

const app = is("AppDisplayName", "equals", "Azure Portal");
const failed = not(is("ResultType", "equals", "0"));

describe("an event that meets the first meets the second", () => {
  test.each<[string, Condition, Condition]>([
    ["the same", app, app],
    ["more conditions", all(app, failed), failed],
    ["one of fewer values", is("ResultType", "equals", "50126"), is("ResultType", "equals", "50053", "50126")],
    ["a value and its part", app, is("AppDisplayName", "contains", "portal")],
    ["a value and its word", app, is("AppDisplayName", "has", "azure")],
    ["a beginning and a longer one", is("a", "startswith", "abc"), is("a", "startswith", "ab")],
    ["a part and what is in it", is("a", "contains", "xaby"), is("a", "contains", "ab")],
    ["a word that stands between others", is("a", "contains", "x mail y"), is("a", "has", "mail")],
    ["any value is there", app, is("AppDisplayName", "exists")],
    ["a number of another kind", is("n", "equals", 4625), is("n", "equals", "4625")],
    ["a narrower range", is("n", "between", 3, 4), is("n", "greater", 2)],
    ["a range whose end has more digits", is("n", "between", 3, 10), is("n", "lessOrEqual", 10)],
    ["a range of one number", is("n", "between", 5, 5), is("n", "greater", 4)],
    ["a value is not another", is("ResultType", "equals", "50126"), failed],
    ["not one of more values", not(is("a", "equals", "x", "y")), not(is("a", "equals", "x"))],
    ["a choice of fewer", any(app, failed), any(failed, app, is("b", "equals", "c"))],
    ["a choice of one value each", any(is("a", "equals", "x"), is("a", "equals", "y")), is("a", "equals", "y", "x")],
    ["what not and or say together", not(any(app, failed)), all(not(app), not(failed))],
    ["a pattern that only ends open", is("a", "wildcard", "abc*"), is("a", "startswith", "ab")],
    ["exactly a value, and in any case", exactly(is("a", "equals", "Xy")), is("a", "equals", "xy")],
  ])("%s", (_, stricter, looser) => {
    expect(implies(clausesOf(stricter), clausesOf(looser))).toBe(true);
  });
});

describe("an event that meets the first may not meet the second", () => {
  test.each<[string, Condition, Condition]>([
    ["fewer conditions", failed, all(app, failed)],
    ["one of more values", is("ResultType", "equals", "50053", "50126"), is("ResultType", "equals", "50126")],
    ["another field", is("a", "equals", "x"), is("b", "equals", "x")],
    ["a part and a word", is("a", "contains", "mail"), is("a", "has", "mail")],
    ["a word's beginning", is("a", "startswith", "mail"), is("a", "has", "mail")],
    ["in any case, and exactly", is("a", "equals", "xy"), exactly(is("a", "equals", "xy"))],
    ["an empty value is not there", is("a", "equals", ""), is("a", "exists")],
    ["not one of fewer values", not(is("a", "equals", "x")), not(is("a", "equals", "x", "y"))],
    ["a choice of more", any(app, failed), app],
    ["patterns that are not understood", is("a", "matches", "x+"), is("a", "matches", "x")],
    ["a wider range", is("n", "greaterOrEqual", 2), is("n", "greater", 2)],
    ["a range whose end has more digits, and its beginning", is("n", "between", 3, 10), is("n", "greaterOrEqual", 10)],
    ["one of two bounds", any(is("n", "less", 9), is("n", "less", 5)), is("n", "less", 6)],
    ["bounds of which one is enough", is("n", "greater", 5, 1), is("n", "greater", 3)],
    [
      "a value in any case, and not a part in capitals",
      is("a", "equals", "abc"),
      not(exactly(is("a", "contains", "B"))),
    ],
    ["what no parser follows", { kind: "unread", text: "f(x)", why: "" }, { kind: "unread", text: "g(x)", why: "" }],
  ])("%s", (_, stricter, looser) => {
    expect(implies(clausesOf(stricter), clausesOf(looser))).toBe(false);
  });
});

test("conditions that exclude each other are told from those that do not", () => {
  const both = (one: Condition, other: Condition) => canMeetBoth(clausesOf(one), clausesOf(other));
  expect(both(is("r", "equals", "0"), failed)).toBe(true);
  expect(both(is("ResultType", "equals", "0"), failed)).toBe(false);
  expect(both(is("a", "equals", "x"), is("a", "equals", "y", "z"))).toBe(false);
  expect(both(is("a", "equals", "x"), is("a", "contains", "x"))).toBe(true);
  expect(both(any(app, is("b", "equals", "1")), is("AppDisplayName", "equals", "Teams"))).toBe(true);
});

test("a choice that would be multiplied out beyond all measure stays one condition", () => {
  const many = Array.from({ length: 12 }, (_, at) =>
    all(...Array.from({ length: 12 }, (_, of) => is(`f${at}.${of}`, "equals", "1"))),
  );
  expect(clausesOf(any(...many))).toHaveLength(1);
});
