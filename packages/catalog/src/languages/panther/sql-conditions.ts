import { allOf, anyOf, notOf } from "../../detections/combine.js";
import type { Condition, Test, TestOperator, TestValue, TextSpan } from "../../detections/condition.js";
import { lengthOf, numberOf } from "../parsing/literals.js";
import type { Words } from "../parsing/tokens.js";

/** A query that is being read. */
export interface SqlCx {
  readonly words: Words;
  readonly text: string;
  /** How far back it looks, once that is read. */
  within: number | undefined;
}

/** A side of a comparison. */
export type SqlOperand =
  | { readonly kind: "field"; readonly path: string; readonly through: readonly string[]; readonly span: TextSpan }
  | { readonly kind: "value"; readonly value: TestValue; readonly span: TextSpan }
  | { readonly kind: "other"; readonly span: TextSpan };

/** Reads a condition: `or` of `and` of `not`. */
export function condition(cx: SqlCx): Condition {
  return cx.words.nested(() => {
    const parts = [conjunction(cx)];
    while (cx.words.accept("or") !== undefined) parts.push(conjunction(cx));
    return anyOf(parts);
  });
}

function conjunction(cx: SqlCx): Condition {
  const parts = [negation(cx)];
  while (cx.words.accept("and") !== undefined) parts.push(negation(cx));
  return allOf(parts);
}

function negation(cx: SqlCx): Condition {
  if (cx.words.accept("not") !== undefined) return cx.words.nested(() => notOf(negation(cx)));
  if (cx.words.is("(") && !cx.words.is("select", 1)) {
    cx.words.next();
    const inner = condition(cx);
    cx.words.expect(")");
    return inner;
  }
  return comparison(cx);
}

const signs: Readonly<Record<string, TestOperator>> = {
  "=": "equals",
  "<": "less",
  "<=": "lessOrEqual",
  ">": "greater",
  ">=": "greaterOrEqual",
};

function comparison(cx: SqlCx): Condition {
  const { words } = cx;
  const start = words.offset;
  const asked = call(cx);
  if (asked !== undefined) return asked;
  const left = operand(cx);
  const isNot = words.accept("not") !== undefined;
  const test = rest(cx, left, start) ?? unread(cx, start, "a condition that is not followed");
  return isNot ? notOf(test) : test;
}

/** What stands behind the first side of a comparison. */
function rest(cx: SqlCx, left: SqlOperand, start: number): Condition | undefined {
  const { words } = cx;
  if (words.accept("is") !== undefined) {
    const isNot = words.accept("not") !== undefined;
    words.expect("null");
    const test = testOf(cx, left, "exists", [], start);
    return test === undefined || isNot ? test : notOf(test);
  }
  const like = ["like", "ilike", "rlike", "regexp"].find((one) => words.accept(one) !== undefined);
  if (like !== undefined) {
    if (words.is("any") || words.is("all")) return skipped(cx, start);
    const right = operand(cx);
    if (right.kind !== "value") return undefined;
    const isPattern = like === "rlike" || like === "regexp";
    const value = isPattern ? `^(?:${right.value})$` : wildcardOf(String(right.value));
    const test = value === undefined ? undefined : testOf(cx, left, isPattern ? "matches" : "wildcard", [value], start);
    return test?.kind === "test" && like === "ilike" ? { ...test, caseSensitive: false } : test;
  }
  if (words.accept("in") !== undefined) {
    words.expect("(");
    if (words.is("select")) return skipped(cx, start);
    const values: SqlOperand[] = [];
    do values.push(operand(cx));
    while (words.accept(",") !== undefined);
    words.expect(")");
    const plain = values.flatMap((one) => (one.kind === "value" ? [one.value] : []));
    return plain.length === values.length ? testOf(cx, left, "equals", plain, start) : undefined;
  }
  if (words.accept("between") !== undefined) {
    const low = operand(cx);
    words.expect("and");
    const high = operand(cx);
    if (low.kind !== "value" || high.kind !== "value") return undefined;
    return testOf(cx, left, "between", [low.value, high.value], start);
  }
  const sign = [...Object.keys(signs), "<>", "!="].find((one) => words.accept(one) !== undefined);
  // A column or call by itself: a truth value.
  if (sign === undefined) return testOf(cx, left, "equals", [true], start);
  const operator = signs[sign] ?? "equals";
  const right = operand(cx);
  const test = compare(cx, left, operator, right, start);
  return test !== undefined && (sign === "<>" || sign === "!=") ? notOf(test) : test;
}

const turned: Partial<Record<TestOperator, TestOperator>> = {
  equals: "equals",
  less: "greater",
  lessOrEqual: "greaterOrEqual",
  greater: "less",
  greaterOrEqual: "lessOrEqual",
};

function compare(
  cx: SqlCx,
  left: SqlOperand,
  operator: TestOperator,
  right: SqlOperand,
  start: number,
): Condition | undefined {
  if (right.kind === "value") return testOf(cx, left, operator, [right.value], start);
  if (left.kind === "value") return testOf(cx, right, turned[operator] ?? operator, [left.value], start);
  const test = testOf(cx, left, operator, [], start);
  return test?.kind === "test" && right.kind === "field" ? { ...test, other: { written: right.path } } : undefined;
}

/** Functions that are conditions by themselves. */
function call(cx: SqlCx): Condition | undefined {
  const { words } = cx;
  const start = words.offset;
  if (!words.isKind("word") || !words.is("(", 1)) return undefined;
  const name = words.peek()?.text.toLowerCase() ?? "";
  const operators: Readonly<Record<string, TestOperator>> = {
    contains: "contains",
    startswith: "startswith",
    endswith: "endswith",
    regexp_like: "matches",
    rlike: "matches",
    array_contains: "equals",
  };
  const isTime = /^p_occurs_/.test(name);
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined && !isTime) return undefined;
  words.next();
  words.next();
  const given: SqlOperand[] = [];
  if (!words.is(")")) {
    do given.push(operand(cx));
    while (words.accept(",") !== undefined);
  }
  words.expect(")");
  const [first, second, ...more] = given;
  if (isTime) {
    if (name === "p_occurs_since" && first?.kind === "value") cx.within = spanOfText(String(first.value)) ?? cx.within;
    return allOf([]);
  }
  const [field, value] = name === "array_contains" ? [second, first] : [first, second];
  const pattern = value?.kind === "value" ? (operator === "matches" ? `^(?:${value.value})$` : value.value) : undefined;
  const test =
    operator === undefined || field === undefined || pattern === undefined || more.length > 0
      ? undefined
      : testOf(cx, field, operator, [pattern], start);
  return test ?? unread(cx, start, `the function \`${name}\``);
}

function spanOfText(text: string): number | undefined {
  const match = /^(\d+)\s*([a-z]+)$/i.exec(text.trim());
  return match === null ? undefined : lengthOf(Number(match[1]), match[2] ?? "");
}

/** A column, also with a path into it and casts behind it, a constant, or `lower(…)`. */
export function operand(cx: SqlCx): SqlOperand {
  const { words } = cx;
  const start = words.offset;
  const found = plainOperand(cx);
  while (words.accept("::") !== undefined) {
    words.next();
    if (words.is("(")) skipBrackets(cx);
  }
  if (["+", "-", "*", "/", "||", "%"].some((sign) => words.is(sign))) {
    words.next();
    operand(cx);
    return { kind: "other", span: words.spanFrom(start) };
  }
  return found;
}

function plainOperand(cx: SqlCx): SqlOperand {
  const { words } = cx;
  const token = words.next();
  const { span, text } = token;
  if (token.kind === "string") return { kind: "value", value: text.slice(1, -1).replaceAll("''", "'"), span };
  if (token.kind === "number") return { kind: "value", value: numberOf(text), span };
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "false") return { kind: "value", value: lower === "true", span };
  if (lower === "null") return { kind: "value", value: null, span };
  if (token.kind === "word" && words.is("(")) return functionOperand(cx, lower, span.start);
  if (token.kind !== "word" && token.kind !== "name") {
    if (text === "(") {
      const inner = operand(cx);
      words.expect(")");
      return inner;
    }
    return words.fail(`a value is missing`);
  }
  let path = text.replaceAll('"', "");
  for (;;) {
    if (words.is("[") && words.isKind("string", 1)) {
      words.next();
      path += `.${words.next().text.slice(1, -1)}`;
      words.expect("]");
    } else if (words.accept(".", ":") !== undefined) path += `.${words.next().text.replaceAll('"', "")}`;
    else break;
  }
  return { kind: "field", path, through: [], span: words.spanFrom(span.start) };
}

function functionOperand(cx: SqlCx, name: string, start: number): SqlOperand {
  const { words } = cx;
  const through = { lower: "tolower", upper: "toupper", trim: "trim" }[name];
  if (through === undefined) {
    skipBrackets(cx);
    return { kind: "other", span: words.spanFrom(start) };
  }
  words.expect("(");
  const inner = operand(cx);
  words.expect(")");
  const span = words.spanFrom(start);
  return inner.kind === "field" ? { ...inner, through: [...inner.through, through], span } : { kind: "other", span };
}

function skipBrackets({ words }: SqlCx): void {
  words.expect("(");
  for (let depth = 1; depth > 0; ) {
    const { text } = words.next();
    if (text === "(") depth += 1;
    else if (text === ")") depth -= 1;
  }
}

/** A query inside the condition: passed over to its closing bracket. */
function skipped(cx: SqlCx, start: number): Condition {
  for (let depth = 1; depth > 0; ) {
    const { text } = cx.words.next();
    if (text === "(") depth += 1;
    else if (text === ")") depth -= 1;
  }
  return unread(cx, start, "a query within the condition");
}

function testOf(
  cx: SqlCx,
  of: SqlOperand,
  operator: TestOperator,
  values: readonly TestValue[],
  start: number,
): Test | undefined {
  if (of.kind !== "field") return undefined;
  const last = of.through.at(-1);
  const isFolded = (last === "tolower" || last === "toupper") && operator !== "matches";
  const through = isFolded ? of.through.slice(0, -1) : of.through;
  return {
    ...{ kind: "test", field: { written: of.path }, operator, values, caseSensitive: !isFolded },
    ...(through.length === 0 ? {} : { through }),
    span: cx.words.spanFrom(start),
  };
}

function unread({ words, text }: SqlCx, start: number, why: string): Condition {
  const span = words.spanFrom(start);
  return { kind: "unread", text: text.slice(span.start, span.end), why, span };
}

/** `%` and `_` of LIKE as `*` and `?`; undefined where the pattern holds those signs themselves. */
function wildcardOf(pattern: string): string | undefined {
  return /[*?\\]/.test(pattern) ? undefined : pattern.replaceAll("%", "*").replaceAll("_", "?");
}
