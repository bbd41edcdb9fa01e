import type { TestValue } from "../../detections/condition.js";
import type { Comparison } from "./dialect.js";

/** The operator with its sides exchanged. */
export function flipped(operator: string): string {
  return { "<": ">", "<=": ">=", ">": "<", ">=": "<=" }[operator] ?? operator;
}

/** The operator that holds where the other does not. */
export function inverted(operator: string): string | undefined {
  return { "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==" }[operator];
}

/** Whether a constant meets a comparison; undefined where that is not looked into. */
export function compareConstants(
  left: TestValue,
  { operator, value, caseSensitive, isNot }: Comparison,
): boolean | undefined {
  // A missing value meets nothing.
  if (left === null || value === null) return false;
  const holds = compared(left, operator, value, caseSensitive);
  return holds === undefined ? undefined : isNot ? !holds : holds;
}

type Present = Exclude<TestValue, null>;

function compared(left: Present, operator: string, right: Present, caseSensitive: boolean): boolean | undefined {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) {
    if (operator === "less") return a < b;
    if (operator === "lessOrEqual") return a <= b;
    if (operator === "greater") return a > b;
    if (operator === "greaterOrEqual") return a >= b;
    if (operator === "equals") return a === b;
  }
  if (operator === "exists") return left !== "";
  const texts = [String(left), String(right)].map((text) => (caseSensitive ? text : text.toLowerCase()));
  const [text = "", other = ""] = texts;
  if (operator === "equals") return text === other;
  if (operator === "contains") return text.includes(other);
  if (operator === "startswith") return text.startsWith(other);
  return operator === "endswith" ? text.endsWith(other) : undefined;
}

function numberOf(value: TestValue): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}
