import { SyntaxFailure, type Words } from "../parsing/tokens.js";
import { type Expression, joined } from "./expression.js";

/** How a language writes expressions. */
export interface ExpressionGrammar {
  /** Comparisons by signs. */
  readonly comparisons: readonly string[];
  /** Comparisons by words, which `not` may stand before, and which may take a list in brackets: `in`, `like`. */
  readonly wordComparisons: readonly string[];
  /** Comparisons by signs that may take a list in brackets too. */
  readonly listComparisons?: readonly string[];
  /** Signs between values, those that bind more first. */
  readonly arithmetic: readonly (readonly string[])[];
  /** A field, a constant or a call. */
  readonly primary: (words: Words, expression: () => Expression) => Expression;
}

/** The most signs between values in a row. */
const longestSum = 200;

/** Reads an expression: `or` binds less than `and`, that less than `not`, and that less than comparisons. */
export function parseExpression(words: Words, grammar: ExpressionGrammar): Expression {
  return either(words, grammar);
}

function either(words: Words, grammar: ExpressionGrammar): Expression {
  return words.nested(() => {
    const start = words.offset;
    const parts = [both(words, grammar)];
    while (words.accept("or")) parts.push(both(words, grammar));
    return joined("or", parts, words.spanFrom(start));
  });
}

function both(words: Words, grammar: ExpressionGrammar): Expression {
  const start = words.offset;
  const parts = [negation(words, grammar)];
  while (words.accept("and")) parts.push(negation(words, grammar));
  return joined("and", parts, words.spanFrom(start));
}

function negation(words: Words, grammar: ExpressionGrammar): Expression {
  const start = words.offset;
  if (!words.accept("not")) return comparison(words, grammar);
  const part = words.nested(() => negation(words, grammar));
  return { kind: "not", part, span: words.spanFrom(start) };
}

function comparison(words: Words, grammar: ExpressionGrammar): Expression {
  const start = words.offset;
  const left = sum(words, grammar);
  const sign = words.accept(...grammar.comparisons);
  if (sign !== undefined) {
    const takesList = grammar.listComparisons?.includes(sign.text) ?? false;
    const right = takesList && words.is("(") ? list(words, grammar) : [sum(words, grammar)];
    return { kind: "compare", operator: sign.text, left, right, span: words.spanFrom(start) };
  }
  if (words.accept("is")) {
    const isNot = words.accept("not") !== undefined;
    words.expect("null");
    const exists: Expression = { kind: "exists", of: left, span: words.spanFrom(start) };
    return isNot ? exists : { kind: "not", part: exists, span: exists.span };
  }
  const isNot = words.is("not") && grammar.wordComparisons.some((word) => words.is(word, 1));
  if (isNot) words.next();
  const word = words.accept(...grammar.wordComparisons);
  if (word === undefined) return left;
  const operator = word.text.toLowerCase();
  const right = words.is("(") ? list(words, grammar) : [sum(words, grammar)];
  const compare: Expression = { kind: "compare", operator, left, right, span: words.spanFrom(start) };
  return isNot ? { kind: "not", part: compare, span: compare.span } : compare;
}

function list(words: Words, grammar: ExpressionGrammar): Expression[] {
  words.expect("(");
  const items: Expression[] = [];
  while (!words.is(")")) {
    items.push(either(words, grammar));
    if (!words.accept(",")) break;
  }
  words.expect(")");
  if (items.length === 0) words.fail("a value of the list is missing");
  return items;
}

function sum(words: Words, grammar: ExpressionGrammar, level = grammar.arithmetic.length - 1): Expression {
  const signs = grammar.arithmetic[level];
  if (signs === undefined) return signed(words, grammar);
  const start = words.offset;
  let left = sum(words, grammar, level - 1);
  for (let count = 0; ; count += 1) {
    const sign = words.accept(...signs);
    if (sign === undefined) return left;
    if (count > longestSum) throw new SyntaxFailure(`more than ${longestSum} values in a row`, sign.span.start);
    const right = sum(words, grammar, level - 1);
    left = { kind: "arithmetic", operator: sign.text, left, right, span: words.spanFrom(start) };
  }
}

function signed(words: Words, grammar: ExpressionGrammar): Expression {
  const start = words.offset;
  const minus = words.accept("-", "+");
  if (minus === undefined) return primary(words, grammar);
  const part = words.nested(() => signed(words, grammar));
  const span = words.spanFrom(start);
  if (part.kind === "value" && typeof part.value === "number") {
    return { kind: "value", value: minus.text === "-" ? -part.value : part.value, span };
  }
  const zero: Expression = { kind: "value", value: 0, span };
  return { kind: "arithmetic", operator: minus.text, left: zero, right: part, span };
}

function primary(words: Words, grammar: ExpressionGrammar): Expression {
  if (!words.accept("(")) return grammar.primary(words, () => either(words, grammar));
  const inner = either(words, grammar);
  words.expect(")");
  return inner;
}
