import type { SyntaxNode } from "@lezer/common";
import { allOf, anyOf, notOf } from "../../detections/combine.js";
import type { Condition, TestOperator, TestValue } from "../../detections/condition.js";
import { callOf } from "./python-calls.js";
import { constantsOf, type Evaluation, unknown } from "./python-evaluation.js";
import { compareField, compareFields, truthOf, unread } from "./python-tests.js";
import { partsOf, spanOf, stringOf, textOf } from "./python-tree.js";
import { imperative, type PythonValue } from "./python-value.js";

/** What an expression stands for; what is not followed is unknown, at its place. */
export function evaluate(cx: Evaluation, node: SyntaxNode): PythonValue {
  cx.budget.left -= 1;
  if (cx.budget.left < 0) return unknown(cx, node, "too much code to follow");
  switch (node.name) {
    case "String":
      return constant(stringOf(textOf(cx.file, node)), cx, node);
    case "ContinuedString": {
      const texts = partsOf(node).map((part) => stringOf(textOf(cx.file, part)));
      return constant(texts.some((text) => text === undefined) ? undefined : texts.join(""), cx, node);
    }
    case "Number":
      return constant(numberOf(textOf(cx.file, node)), cx, node);
    case "Boolean":
      return { kind: "constant", value: textOf(cx.file, node) === "True" };
    case "None":
      return { kind: "constant", value: null };
    case "VariableName":
      return cx.scope.get(textOf(cx.file, node)) ?? unknown(cx, node, imperative);
    case "ParenthesizedExpression": {
      const [inner] = partsOf(node);
      return inner === undefined ? unknown(cx, node, imperative) : evaluate(cx, inner);
    }
    case "ArrayExpression":
    case "TupleExpression":
    case "SetExpression":
      return { kind: "list", items: partsOf(node).map((part) => evaluate(cx, part)) };
    case "DictionaryExpression":
      return { kind: "list", items: keysOf(node).map((part) => evaluate(cx, part)) };
    case "UnaryExpression":
      return unary(cx, node);
    case "BinaryExpression":
      return binary(cx, node);
    case "ConditionalExpression":
      return conditional(cx, node);
    case "MemberExpression":
      return member(cx, node);
    case "CallExpression":
      return callOf(cx, node, evaluate);
    default:
      return unknown(cx, node, imperative);
  }
}

function constant(value: TestValue | undefined, cx: Evaluation, node: SyntaxNode): PythonValue {
  return value === undefined ? unknown(cx, node, imperative) : { kind: "constant", value };
}

function numberOf(written: string): TestValue | undefined {
  const plain = written.replaceAll("_", "");
  const number = Number(plain);
  if (Number.isNaN(number)) return undefined;
  return /^\d+$/.test(plain) && !Number.isSafeInteger(number) ? plain : number;
}

/** The keys of a dictionary: what stands before a colon. */
function keysOf(node: SyntaxNode): SyntaxNode[] {
  const keys: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.nextSibling?.name === ":") keys.push(child);
  }
  return keys;
}

function unary(cx: Evaluation, node: SyntaxNode): PythonValue {
  const [sign, operand] = partsOf(node);
  if (sign === undefined || operand === undefined) return unknown(cx, node, imperative);
  if (sign.name === "not") return { kind: "condition", condition: booleanOf(cx, node) };
  const value = evaluate(cx, operand);
  if (textOf(cx.file, sign) === "-" && value.kind === "constant" && typeof value.value === "number") {
    return { kind: "constant", value: -value.value };
  }
  return unknown(cx, node, imperative);
}

function conditional(cx: Evaluation, node: SyntaxNode): PythonValue {
  const [then, , test, , after] = partsOf(node);
  if (then === undefined || test === undefined || after === undefined) return unknown(cx, node, imperative);
  const condition = truthOf(evaluate(cx, test), spanOf(test));
  const [one, other] = [then, after].map((part) => truthOf(evaluate(cx, part), spanOf(part)));
  if (one === undefined || other === undefined) return unknown(cx, node, imperative);
  return { kind: "condition", condition: anyOf([allOf([condition, one]), allOf([notOf(condition), other])]) };
}

/**
 * `and`, `or` and `not` by Python's precedence: the parser's `not` takes all that stands behind it, also an `or`, so the
 * words are put in order here.
 */
function booleanOf(cx: Evaluation, node: SyntaxNode): Condition {
  const words = booleanWords(cx, node);
  let at = 0;
  const negation = (): Condition => {
    let isNot = false;
    while (words[at] === "not") {
      isNot = !isNot;
      at += 1;
    }
    const operand = words[at];
    at += 1;
    const condition =
      operand === undefined || typeof operand === "string"
        ? anyOf([])
        : truthOf(evaluate(cx, operand), spanOf(operand));
    return isNot ? notOf(condition) : condition;
  };
  const joined = (word: "and" | "or", part: () => Condition, join: (parts: Condition[]) => Condition) => () => {
    const parts = [part()];
    while (words[at] === word) {
      at += 1;
      parts.push(part());
    }
    return join(parts);
  };
  return joined("or", joined("and", negation, allOf), anyOf)();
}

function booleanWords(cx: Evaluation, node: SyntaxNode): (SyntaxNode | "and" | "or" | "not")[] {
  const [first, second, third] = partsOf(node);
  if (node.name === "UnaryExpression" && first?.name === "not" && second !== undefined) {
    return ["not", ...booleanWords(cx, second)];
  }
  const isJoin = node.name === "BinaryExpression" && (second?.name === "and" || second?.name === "or");
  if (!isJoin || first === undefined || third === undefined) return [node];
  return [...booleanWords(cx, first), second.name === "and" ? "and" : "or", ...booleanWords(cx, third)];
}

/** `event["key"]`, `field["key"]`. */
function member(cx: Evaluation, node: SyntaxNode): PythonValue {
  const [object, key, ...more] = partsOf(node);
  if (object === undefined || key === undefined || more.length > 0 || node.getChild("[") === null) {
    return unknown(cx, node, imperative);
  }
  const [value, name] = [evaluate(cx, object), evaluate(cx, key)];
  if (name.kind !== "constant") return unknown(cx, node, imperative);
  // Any element of a list stands for the list, as in paths of the vocabulary; one by its number is not followed.
  if (typeof name.value !== "string") return unknown(cx, node, "an element by its number");
  if (value.kind === "event") return { kind: "field", path: name.value, through: [] };
  if (value.kind === "field") return { kind: "field", path: `${value.path}.${name.value}`, through: [] };
  return unknown(cx, node, imperative);
}

function binary(cx: Evaluation, node: SyntaxNode): PythonValue {
  const parts = partsOf(node);
  const [left, right] = [parts[0], parts.at(-1)];
  if (left === undefined || right === undefined || parts.length < 3) return unknown(cx, node, imperative);
  const sign = parts
    .slice(1, -1)
    .map((part) => textOf(cx.file, part))
    .join(" ");
  if (sign === "and" || sign === "or") return { kind: "condition", condition: booleanOf(cx, node) };
  // `a < b < c` is a comparison of a comparison to the parser, and two of them to Python.
  if (left.name === "BinaryExpression" && isComparison(cx, left) && isComparisonSign(sign)) {
    return unknown(cx, node, "a chain of comparisons");
  }
  const [one, other] = [evaluate(cx, left), evaluate(cx, right)];
  if (sign === "+") return added(cx, node, one, other);
  const condition = compare(one, sign, other, node);
  if (condition !== undefined) return { kind: "condition", condition };
  const failed = [one, other].find((value) => value.kind === "unknown");
  return unknown(cx, node, failed?.kind === "unknown" ? failed.why : imperative);
}

function isComparison(cx: Evaluation, node: SyntaxNode): boolean {
  return partsOf(node)
    .slice(1, -1)
    .some((part) => isComparisonSign(textOf(cx.file, part)));
}

function isComparisonSign(sign: string): boolean {
  return sign in comparisons || ["==", "!=", "in", "not in", "is", "is not", "not"].includes(sign);
}

function added(cx: Evaluation, node: SyntaxNode, one: PythonValue, other: PythonValue): PythonValue {
  if (one.kind === "list" && other.kind === "list") return { kind: "list", items: [...one.items, ...other.items] };
  if (one.kind === "constant" && other.kind === "constant") {
    if (typeof one.value === "string" && typeof other.value === "string") {
      return { kind: "constant", value: one.value + other.value };
    }
  }
  return unknown(cx, node, imperative);
}

const comparisons: Readonly<Record<string, TestOperator>> = {
  "<": "less",
  "<=": "lessOrEqual",
  ">": "greater",
  ">=": "greaterOrEqual",
};
const flipped: Readonly<Record<string, string>> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  "==": "==",
  "!=": "!=",
  is: "is",
  "is not": "is not",
};

function compare(one: PythonValue, sign: string, other: PythonValue, node: SyntaxNode): Condition | undefined {
  const span = spanOf(node);
  if (sign === "!=" || sign === "is not" || sign === "not in") {
    const opposite = compare(one, { "!=": "==", "is not": "is", "not in": "in" }[sign], other, node);
    return opposite === undefined ? undefined : notOf(opposite);
  }
  if (sign === "in") return contained(one, other, node);
  if (one.kind === "condition" && other.kind === "constant") {
    // `re.match(…) is None`; a function may give back None where it seems to say no, and the other way round.
    if (one.from === "match") return other.value === null ? notOf(one.condition) : undefined;
    if (one.from === "function") return undefined;
    if (other.value === true) return one.condition;
    return other.value === false ? notOf(one.condition) : undefined;
  }
  if (one.kind === "constant" && (other.kind === "field" || other.kind === "condition")) {
    const turned = flipped[sign];
    return turned === undefined ? undefined : compare(other, turned, one, node);
  }
  if (one.kind !== "field") return undefined;
  const operator = sign === "==" || sign === "is" ? "equals" : comparisons[sign];
  if (operator === undefined) return undefined;
  if (other.kind === "field") return compareFields(one, operator, other, span);
  return other.kind === "constant" ? compareField(one, operator, [other.value], span) : undefined;
}

/** `field in LIST`, and `"text" in field`, which is a part of a text or an element of a list. */
function contained(one: PythonValue, other: PythonValue, node: SyntaxNode): Condition | undefined {
  const span = spanOf(node);
  if (one.kind === "field" && other.kind === "list") {
    const values = constantsOf(other);
    return values === undefined ? undefined : compareField(one, "equals", values, span);
  }
  if (one.kind === "constant" && other.kind === "field") {
    return compareField(other, other.otherwise?.kind === "list" ? "equals" : "contains", [one.value], span);
  }
  return one.kind === "unknown" ? unread(one) : undefined;
}
