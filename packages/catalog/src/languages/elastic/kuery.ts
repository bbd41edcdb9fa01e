import { allOf, anyOf, notOf } from "../../detections/combine.js";
import type { Condition, Test, TestOperator, TestValue, TextSpan } from "../../detections/condition.js";
import { comparisonOf } from "../expressions/pattern.js";
import {
  type Parsed,
  parsing,
  SyntaxFailure,
  type Token,
  type TokenRules,
  tokensOf,
  Words,
} from "../parsing/tokens.js";

const rules: TokenRules = [
  ["skip", /\s+/y],
  ["string", /"(?:\\[\s\S]|[^"\\])*"/y],
  ["sign", /<=|>=|[():<>{}]/y],
  ["word", /(?:\\[\s\S]|[^\s\\():<>"{}])+/y],
];

/** Reads a query of Kibana's query language (`kuery`): what has to be true of an event. */
export function parseKuery(text: string): Parsed<Condition> {
  return parsing(() => {
    const words = new Words(text, tokensOf(text, rules));
    if (words.peek() === undefined) return allOf([]);
    const condition = either(words, "");
    if (words.peek() !== undefined) words.fail("`and` or `or` is missing");
    return condition;
  });
}

/** `or` binds less than `and`, and that less than `not`. `prefix` is the nested field in whose braces this stands. */
function either(words: Words, prefix: string): Condition {
  return words.nested(() => {
    const parts = [both(words, prefix)];
    while (words.accept("or")) parts.push(both(words, prefix));
    return anyOf(parts);
  });
}

function both(words: Words, prefix: string): Condition {
  const parts = [negation(words, prefix)];
  while (words.accept("and")) parts.push(negation(words, prefix));
  return allOf(parts);
}

function negation(words: Words, prefix: string): Condition {
  if (words.accept("not")) return words.nested(() => notOf(negation(words, prefix)));
  if (words.accept("(")) {
    const inner = either(words, prefix);
    words.expect(")");
    return inner;
  }
  return expression(words, prefix);
}

/** `field: value`, `field: (a or b)`, `field: { … }`, `field >= value`, or a value in any field. */
function expression(words: Words, prefix: string): Condition {
  const start = words.offset;
  const left = literal(words, "a field or a value");
  const name = prefix === "" ? left.text : `${prefix}.${left.text}`;
  const comparison = words.accept("<=", ">=", "<", ">");
  if (comparison !== undefined) {
    const right = literal(words, "a value");
    return test(name, ranges[comparison.text] ?? "less", [right.value], words.spanFrom(start));
  }
  if (!words.accept(":")) {
    return {
      kind: "unread",
      text: words.text.slice(start, words.lastEnd),
      why: "a text that is looked for in every field",
      span: words.spanFrom(start),
    };
  }
  if (words.accept("{")) {
    const inner = either(words, name);
    words.expect("}");
    return inner;
  }
  if (words.accept("(")) {
    const list = eitherValue(words, name);
    words.expect(")");
    return list;
  }
  return valueTest(words, name, start);
}

const ranges: Readonly<Record<string, TestOperator>> = {
  "<": "less",
  "<=": "lessOrEqual",
  ">": "greater",
  ">=": "greaterOrEqual",
};

/** The values in the brackets after a field, with the same precedence. */
function eitherValue(words: Words, field: string): Condition {
  return words.nested(() => {
    const parts = [bothValues(words, field)];
    while (words.accept("or")) parts.push(bothValues(words, field));
    return anyOf(parts);
  });
}

function bothValues(words: Words, field: string): Condition {
  const parts = [oneValue(words, field)];
  while (words.accept("and")) parts.push(oneValue(words, field));
  return allOf(parts);
}

function oneValue(words: Words, field: string): Condition {
  if (words.accept("not")) return words.nested(() => notOf(oneValue(words, field)));
  if (words.accept("(")) {
    const list = eitherValue(words, field);
    words.expect(")");
    return list;
  }
  return valueTest(words, field, words.offset);
}

function valueTest(words: Words, field: string, start: number): Condition {
  const { pattern, value } = literal(words, "a value");
  const span = words.spanFrom(start);
  if (pattern !== undefined) {
    const comparison = comparisonOf(pattern, { many: "*", guard: "\\" });
    return test(field, comparison.operator, comparison.operator === "exists" ? [] : [comparison.value], span);
  }
  return test(field, isNetwork(field, value) ? "cidr" : "equals", [value], span);
}

/** Addresses are compared with networks where the field is one of ECS's addresses. */
function isNetwork(field: string, value: TestValue): boolean {
  return /(?:^|\.)ip$/i.test(field) && typeof value === "string" && /^[\da-f.:]+\/\d{1,3}$/i.test(value);
}

function test(written: string, operator: TestOperator, values: readonly TestValue[], span: TextSpan): Test {
  return { kind: "test", field: { written }, operator, values, caseSensitive: false, span };
}

interface Literal {
  readonly text: string;
  readonly value: TestValue;
  /** With `*` as any text and `\` before what is meant literally; only where the literal has a `*` with meaning. */
  readonly pattern?: string;
}

/** A quoted text, or words up to the next sign or `and`, `or`, `not`: blanks are allowed within an unquoted value. */
function literal(words: Words, what: string): Literal {
  const quoted = words.acceptKind("string");
  if (quoted !== undefined) {
    const text = unquoted(quoted);
    return { text, value: text };
  }
  const first = words.isKind("word") && !isKeyword(words.peek()) ? words.next() : words.fail(`${what} is missing`);
  while (words.isKind("word") && !isKeyword(words.peek())) words.next();
  const written = words.text.slice(first.span.start, words.lastEnd);
  const { text, pattern, isPattern } = unescaped(written, first.span.start);
  if (isPattern) return { text, value: text, pattern };
  return { text, value: plainValue(written, text) };
}

function isKeyword(token: Token | undefined): boolean {
  return token !== undefined && /^(?:and|or|not)$/i.test(token.text);
}

function plainValue(written: string, text: string): TestValue {
  if (/^(?:true|false)$/i.test(written)) return written.toLowerCase() === "true";
  if (written.toLowerCase() === "null") return null;
  const number = Number(written);
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(written) && String(number) === written ? number : text;
}

function unescaped(written: string, start: number): { text: string; pattern: string; isPattern: boolean } {
  let text = "";
  let pattern = "";
  let isPattern = false;
  for (let at = 0; at < written.length; ) {
    const sign = written.charAt(at);
    if (sign !== "\\") {
      isPattern ||= sign === "*";
      text += sign;
      pattern += sign;
      at += 1;
      continue;
    }
    const found = /^\\(?:u[\da-f]{4}|and|or|not|[trn\\():<>"*{}])/i.exec(written.slice(at, at + 6))?.[0];
    if (found === undefined) throw new SyntaxFailure(`\`${written.slice(at, at + 2)}\` is no escape`, start + at);
    const meant = escapeMeaning(found);
    text += meant;
    pattern += meant === "*" || meant === "\\" ? `\\${meant}` : meant;
    at += found.length;
  }
  return { text, pattern, isPattern };
}

/** What stands between quotes: `\` has a meaning only before a quote, itself, `t`, `r`, `n` and `uXXXX`. */
function unquoted(token: Token): string {
  return token.text.slice(1, -1).replace(/\\(?:u[\da-fA-F]{4}|[\\"trn])/g, escapeMeaning);
}

function escapeMeaning(written: string): string {
  const letter = written.charAt(1);
  if (/^\\u[\da-f]{4}$/i.test(written)) return String.fromCharCode(Number.parseInt(written.slice(2), 16));
  return { t: "\t", r: "\r", n: "\n" }[letter] ?? written.slice(1);
}
