import { allOf, anyOf, notOf } from "../../detections/combine.js";
import type { Condition, TestOperator, TestValue } from "../../detections/condition.js";
import { anchored, comparisonOf } from "../expressions/pattern.js";
import { numberOf, unquoted } from "../parsing/literals.js";
import { type Parsed, parsing, type TokenRules, tokensOf, Words } from "../parsing/tokens.js";

const rules: TokenRules = [
  ["skip", /\s+/y],
  ["string", /"(?:\\[\s\S]|[^"\\])*"/y],
  ["expression", /(?<=[:(\s])\/(?:\\[\s\S]|[^/\\\n])+\//y],
  ["sign", /&&|\|\||>=|<=|[():[\]{}<>!+^~-](?=\S|$)|[():[\]{}]/y],
  ["word", /(?:\\[\s\S]|[^\s\\():[\]{}"])+/y],
];

/**
 * Reads a query of Lucene's syntax where it is plain logic: `field:value`, ranges, `_exists_`, `AND`, `OR`, `NOT` and brackets.
 * `+` and `-` before clauses, clauses side by side, closeness and boosts are refused: they score rather than decide.
 */
export function parseLucene(text: string): Parsed<Condition> {
  return parsing(() => {
    const words = new Words(text, tokensOf(text, rules));
    const condition = either(words, undefined);
    if (words.peek() !== undefined)
      words.fail("`AND` or `OR` is missing: clauses side by side, closeness and boosts score rather than decide");
    return condition;
  });
}

function isWord(words: Words, ...texts: readonly string[]): boolean {
  const token = words.peek();
  return token !== undefined && token.kind !== "string" && texts.includes(token.text);
}

/** `AND` binds more than `OR`. `field` is the field before the brackets. */
function either(words: Words, field: string | undefined): Condition {
  return words.nested(() => {
    const parts = [both(words, field)];
    while (isWord(words, "OR", "||")) {
      words.next();
      parts.push(both(words, field));
    }
    return anyOf(parts);
  });
}

function both(words: Words, field: string | undefined): Condition {
  const parts = [negation(words, field)];
  while (isWord(words, "AND", "&&")) {
    words.next();
    parts.push(negation(words, field));
  }
  return allOf(parts);
}

function negation(words: Words, field: string | undefined): Condition {
  if (isWord(words, "NOT", "!")) {
    words.next();
    return words.nested(() => notOf(negation(words, field)));
  }
  if (words.accept("(")) {
    const inner = either(words, field);
    words.expect(")");
    return inner;
  }
  return clause(words, field);
}

function clause(words: Words, given: string | undefined): Condition {
  const start = words.offset;
  if (given !== undefined || !words.is(":", 1)) return value(words, given, start);
  const field = words.next().text.replace(/\\([\s\S])/g, "$1");
  words.expect(":");
  if (words.accept("(")) {
    const inner = either(words, field);
    words.expect(")");
    return inner;
  }
  return value(words, field, start);
}

function value(words: Words, field: string | undefined, start: number): Condition {
  if (words.is("[") || words.is("{")) return range(words, field, start);
  const comparison = words.accept(">=", "<=", ">", "<");
  const token = words.next();
  if (token.kind === "sign") words.fail("a value is missing");
  if (field === undefined) {
    const span = words.spanFrom(start);
    return {
      kind: "unread",
      text: words.text.slice(start, span.end),
      why: "a text that is looked for in every field",
      span,
    };
  }
  const test = (operator: TestOperator, values: readonly TestValue[], written = field): Condition => ({
    kind: "test",
    field: { written },
    operator,
    values,
    caseSensitive: false,
    span: words.spanFrom(start),
  });
  if (field === "_exists_") return test("exists", [], token.text);
  if (comparison !== undefined) return test(orderings[comparison.text] ?? "less", [numberOf(token.text)]);
  if (token.kind === "string") return test("equals", [unquoted(token.text)]);
  if (token.kind === "expression") return test("matches", [anchored(token.text.slice(1, -1))]);
  if (/[~^]\d*\.?\d*$/.test(token.text)) words.fail("closeness and boosts score rather than decide");
  const { operator, value: text } = comparisonOf(token.text, { many: "*", one: "?", guard: "\\" });
  if (operator === "exists") return test("exists", []);
  return test(operator, [operator === "equals" ? numberOf(text.replace(/\\([\s\S])/g, "$1")) : text]);
}

const orderings: Readonly<Record<string, TestOperator>> = {
  ">=": "greaterOrEqual",
  "<=": "lessOrEqual",
  ">": "greater",
  "<": "less",
};

/** `[1 TO 5]`, with braces for bounds that do not count. */
function range(words: Words, field: string | undefined, start: number): Condition {
  const isFromIncluded = words.next().text === "[";
  const from = words.next().text;
  words.expect("to");
  const to = words.next().text;
  const end = words.accept("]", "}") ?? words.fail("`]` is missing");
  const span = words.spanFrom(start);
  if (field === undefined)
    return { kind: "unread", text: words.text.slice(start, span.end), why: "a range of every field", span };
  const bound = (operator: TestOperator, written: string): Condition[] =>
    written === "*"
      ? []
      : [
          {
            kind: "test",
            field: { written: field },
            operator,
            values: [numberOf(written)],
            caseSensitive: false,
            span,
          },
        ];
  const bounds = [
    ...bound(isFromIncluded ? "greaterOrEqual" : "greater", from),
    ...bound(end.text === "]" ? "lessOrEqual" : "less", to),
  ];
  if (bounds.length > 0) return allOf(bounds);
  return { kind: "test", field: { written: field }, operator: "exists", values: [], caseSensitive: false, span };
}
