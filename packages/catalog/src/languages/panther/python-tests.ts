import { allOf, always, anyOf, never, notOf } from "../../detections/combine.js";
import type { Condition, Test, TestOperator, TestValue, TextSpan } from "../../detections/condition.js";
import type { PythonField, PythonValue } from "./python-value.js";

/** The condition under which Python takes a value for true. */
export function truthOf(value: PythonValue, span: TextSpan): Condition {
  switch (value.kind) {
    case "condition":
      return value.condition;
    case "constant":
      return value.value ? always : never;
    case "list":
      return value.items.length > 0 ? always : never;
    case "field": {
      const isThere = allOf([testOf(value, "exists", [], span), notOf(testOf(value, "equals", [false, 0], span))]);
      return withDefault(value, isThere, (other) => Boolean(other), span);
    }
    case "unknown":
      return unread(value);
    default:
      return always;
  }
}

/** A part that is not followed, at its place. */
export function unread({
  text,
  why,
  span,
}: {
  readonly text: string;
  readonly why: string;
  readonly span: TextSpan;
}): Condition {
  return { kind: "unread", text, why, span };
}

/** A comparison of a field with constants; true of a field that is not there where it is true of what stands for it. */
export function compareField(
  field: PythonField,
  operator: TestOperator,
  values: readonly TestValue[],
  span: TextSpan,
): Condition {
  const nothing = operator === "equals" && values.includes(null);
  const rest = nothing ? values.filter((value) => value !== null) : values;
  const test = rest.length === 0 && nothing ? never : foldCase(field, operator, rest, span);
  const holds = (other: TestValue) => values.some((value) => compares(operator, other, value));
  return withDefault(field, test, holds, span);
}

/** A comparison of two fields. */
export function compareFields(
  field: PythonField,
  operator: TestOperator,
  other: PythonField,
  span: TextSpan,
): Condition {
  return { ...testOf(field, operator, [], span), other: { written: other.path } };
}

function testOf(field: PythonField, operator: TestOperator, values: readonly TestValue[], span: TextSpan): Test {
  const { path, through } = field;
  return {
    kind: "test",
    ...{ field: { written: path }, operator, values, caseSensitive: true, span },
    ...(through.length === 0 ? {} : { through }),
  };
}

/** `x.lower() == "abc"` is a comparison in which case does not count; with `"ABC"` it never holds. */
function foldCase(field: PythonField, operator: TestOperator, values: readonly TestValue[], span: TextSpan): Condition {
  const last = field.through.at(-1);
  if ((last !== "tolower" && last !== "toupper") || operator === "matches")
    return testOf(field, operator, values, span);
  const fold = (value: TestValue) =>
    typeof value !== "string" ? value : last === "tolower" ? value.toLowerCase() : value.toUpperCase();
  const possible = values.filter((value) => fold(value) === value);
  if (possible.length === 0) return never;
  return {
    ...testOf({ ...field, through: field.through.slice(0, -1) }, operator, possible, span),
    caseSensitive: false,
  };
}

function withDefault(
  field: PythonField,
  test: Condition,
  holds: (value: TestValue) => boolean,
  span: TextSpan,
): Condition {
  const { otherwise } = field;
  const value = otherwise === undefined ? null : otherwise.kind === "constant" ? otherwise.value : undefined;
  if (value === undefined) return test;
  const plain = { kind: "field", path: field.path, through: [] } as const;
  return holds(value) ? anyOf([test, notOf(testOf(plain, "exists", [], span))]) : test;
}

function compares(operator: TestOperator, value: TestValue, wanted: TestValue): boolean {
  if (operator === "equals") return value === wanted;
  if (typeof value === "number" && typeof wanted === "number") {
    if (operator === "less") return value < wanted;
    if (operator === "lessOrEqual") return value <= wanted;
    if (operator === "greater") return value > wanted;
    if (operator === "greaterOrEqual") return value >= wanted;
  }
  if (typeof value !== "string" || typeof wanted !== "string") return false;
  if (operator === "contains") return value.includes(wanted);
  if (operator === "startswith") return value.startsWith(wanted);
  return operator === "endswith" && value.endsWith(wanted);
}
