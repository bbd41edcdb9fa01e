import type { Logic, LogicCall, LogicField, LogicOperand } from "@calypso/kql";
import type { Condition, FieldName, Test, TestOperator, TestValue, TextSpan } from "../../detections/condition.js";

/** How the fields of a table are named. */
export type NameField = (written: string) => FieldName;

/** A condition of a query in the one form; what has no form there is `unread`. */
export function conditionOf(logic: Logic, name: NameField, text: string): Condition {
  switch (logic.kind) {
    case "and":
      return { kind: "all", parts: logic.parts.map((part) => conditionOf(part, name, text)) };
    case "or":
      return { kind: "any", parts: logic.parts.map((part) => conditionOf(part, name, text)) };
    case "not":
      return { kind: "not", part: conditionOf(logic.part, name, text) };
    default:
      return ofCall(logic, name, text);
  }
}

function ofCall(call: LogicCall, name: NameField, text: string): Condition {
  const span = spanOf(call);
  const written = /^!(?!=|~)/.test(call.operator) ? call.operator.slice(1) : call.operator;
  const negated =
    written !== call.operator || call.operator === "!=" || call.operator === "!~" || call.operator === "<>";
  const positive = { "!=": "==", "<>": "==", "!~": "=~" }[written] ?? written;
  const found = testOf(positive, call.operands, name) ?? unread(call, text);
  const placed = span === undefined ? found : { ...found, span };
  return negated ? { kind: "not", part: placed } : placed;
}

function unread(call: LogicCall, text: string): Condition {
  const span = spanOf(call);
  const own = span === undefined ? call.operator : text.slice(span.start, span.end);
  return {
    kind: "unread",
    text: own,
    why: "compares what is computed from more than one field, or with another query",
  };
}

function spanOf({ location }: LogicCall): TextSpan | undefined {
  return location === undefined ? undefined : { start: location.span.start, end: location.span.end };
}

interface Form {
  readonly operator: TestOperator;
  readonly caseSensitive: boolean;
}

const comparisons: Readonly<Record<string, Form>> = {
  "==": { operator: "equals", caseSensitive: true },
  "=~": { operator: "equals", caseSensitive: false },
  in: { operator: "equals", caseSensitive: true },
  "in~": { operator: "equals", caseSensitive: false },
  "<": { operator: "less", caseSensitive: true },
  "<=": { operator: "lessOrEqual", caseSensitive: true },
  ">": { operator: "greater", caseSensitive: true },
  ">=": { operator: "greaterOrEqual", caseSensitive: true },
  between: { operator: "between", caseSensitive: true },
  "matches regex": { operator: "matches", caseSensitive: true },
  has_any: { operator: "has", caseSensitive: false },
  ipv4_is_in_range: { operator: "cidr", caseSensitive: true },
  ipv6_is_in_range: { operator: "cidr", caseSensitive: true },
  ipv4_is_in_any_range: { operator: "cidr", caseSensitive: true },
  ipv6_is_in_any_range: { operator: "cidr", caseSensitive: true },
  ...Object.fromEntries(
    (["has", "contains", "startswith", "endswith"] as const).flatMap((operator): [string, Form][] => [
      [operator, { operator, caseSensitive: false }],
      [`${operator}_cs`, { operator, caseSensitive: true }],
    ]),
  ),
};

/** The one form of an operator as written, also of one that negates; undefined where it has none. */
export function formOf(written: string): Form | undefined {
  const positive = { "!=": "==", "<>": "==", "!~": "=~" }[written] ?? written.replace(/^!/, "");
  return Object.hasOwn(comparisons, positive) ? comparisons[positive] : undefined;
}

function testOf(operator: string, operands: readonly LogicOperand[], name: NameField): Condition | undefined {
  const [subject, ...others] = operands;
  if (subject?.kind !== "field") return undefined;
  const base = { kind: "test" as const, ...fieldOf(subject, name) };
  const presence = { ...base, operator: "exists" as const, values: [], caseSensitive: true };
  if (operator === "isnotempty" || operator === "isnotnull") return presence;
  if (operator === "isempty" || operator === "isnull") return { kind: "not", part: presence };
  const values = valuesOf(others);
  if (operator === "has_all" && values !== undefined) {
    const parts = values.map((value): Test => ({ ...base, operator: "has", values: [value], caseSensitive: false }));
    return { kind: "all", parts };
  }
  const form = comparisons[operator];
  if (form === undefined) return undefined;
  const [only] = others;
  if (only?.kind === "field" && others.length === 1 && only.through.length === 0) {
    return { ...base, ...form, values: [], other: fieldOf(only, name).field };
  }
  if (values === undefined) return undefined;
  return lowered({ ...base, ...form, values });
}

function fieldOf({ column, path, through }: LogicField, name: NameField): Pick<Test, "field" | "through"> {
  const field = name([column, ...path].join("."));
  return through.length === 0 ? { field } : { field, through };
}

/** `tolower(x) == "a"` is what `x =~ "a"` is. */
function lowered(test: Test): Test {
  const { through, ...rest } = test;
  const last = through?.at(-1);
  if (through === undefined || (last !== "tolower" && last !== "toupper")) return test;
  const folded = test.values.every(
    (value) => typeof value !== "string" || value === (last === "tolower" ? value.toLowerCase() : value.toUpperCase()),
  );
  if (!folded && test.caseSensitive) return test;
  const before = through.slice(0, -1);
  return { ...rest, caseSensitive: false, ...(before.length === 0 ? {} : { through: before }) };
}

function valuesOf(operands: readonly LogicOperand[]): readonly TestValue[] | undefined {
  const values: TestValue[] = [];
  for (const operand of operands) {
    if (operand.kind !== "value") return undefined;
    const own = constantValues(operand);
    if (own === undefined) return undefined;
    values.push(...own);
  }
  return values;
}

/** The values of a constant: of a list each, of an instant its ISO text. */
function constantValues({ value, type }: Extract<LogicOperand, { kind: "value" }>): readonly TestValue[] | undefined {
  if (value === null) return [null];
  if (type === "datetime" && typeof value === "bigint") return [new Date(Number(value / 10_000n)).toISOString()];
  if (type === "timespan" && typeof value === "bigint") return [`${Number(value) / 1e7}s`];
  if (type === "dynamic" && typeof value === "string") return listOf(value);
  if (typeof value === "bigint") {
    const number = Number(value);
    return [Number.isSafeInteger(number) ? number : String(value)];
  }
  return [value];
}

function listOf(text: string): readonly TestValue[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [text];
  }
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) =>
    item === null || typeof item === "string" || typeof item === "boolean" || typeof item === "number"
      ? item
      : JSON.stringify(item),
  );
}
