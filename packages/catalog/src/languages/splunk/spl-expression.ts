import type { TestOperator, TestValue } from "../../detections/condition.js";
import { type Comparison, type Dialect, firstPresent, type PredicateCall } from "../expressions/dialect.js";
import { type Expression, joined } from "../expressions/expression.js";
import { type ExpressionGrammar, parseExpression } from "../expressions/parse-expression.js";
import { comparisonOf, hasSigns } from "../expressions/pattern.js";
import { numberOf } from "../parsing/literals.js";
import type { Token, Words } from "../parsing/tokens.js";
import { isFilterHook, macroUse } from "./macros.js";

/** Reads an expression of `eval` and `where`. */
export function evalExpression(words: Words): Expression {
  return parseExpression(words, grammar);
}

const grammar: ExpressionGrammar = {
  comparisons: ["==", "!=", "<=", ">=", "<", ">", "="],
  wordComparisons: ["in", "like"],
  arithmetic: [["*", "/", "%"], ["+", "-"], ["."]],
  primary,
};

function primary(words: Words, expression: () => Expression): Expression {
  const token = words.next();
  const { span } = token;
  switch (token.kind) {
    case "string":
      return { kind: "value", value: unescaped(token.text), span };
    case "quoted":
      return { kind: "name", name: token.text.slice(1, -1), span };
    case "number":
      return { kind: "value", value: numberOf(token.text), span };
    case "macro":
      return unknownMacro(token);
    case "sign":
      return words.fail("a field, a value or a function is missing");
    default:
  }
  if (!words.is("(")) {
    return token.text.toLowerCase() === "null"
      ? { kind: "value", value: null, span }
      : { kind: "name", name: token.text, span };
  }
  words.next();
  const parameters: Expression[] = [];
  while (!words.is(")")) {
    parameters.push(expression());
    if (!words.accept(",")) break;
  }
  words.expect(")");
  const whole = { start: span.start, end: words.lastEnd };
  const name = token.text.toLowerCase();
  if (name === "true" || name === "false") return { kind: "value", value: name === "true", span: whole };
  return name === "null"
    ? { kind: "value", value: null, span: whole }
    : { kind: "call", name, parameters, span: whole };
}

/** A macro that nothing defines: the author's hook lets everything through, others are unread. */
export function unknownMacro(token: Token): Expression {
  const use = macroUse(token.text);
  if (isFilterHook(use)) return { kind: "value", value: true, span: token.span };
  return {
    kind: "unread",
    why: `the macro \`${use.name}\`, whose definition is not beside the rule`,
    span: token.span,
  };
}

/** A text in double quotes: `\"` and `\\` are what they stand for, all else is as written. */
export function unescaped(text: string): string {
  return text.slice(1, -1).replace(/\\(["\\])/g, "$1");
}

/** Words that end a search's conditions: `by` of `tstats`. */
export type EndsHere = (words: Words) => boolean;

/** Reads the terms of `search`: `OR` binds more than `AND`, which may be left out; only capitals count. */
export function searchExpression(words: Words, endsHere: EndsHere): Expression {
  return words.nested(() => {
    const start = words.offset;
    const parts: Expression[] = [];
    while (words.peek() !== undefined && !words.is(")") && !endsHere(words)) {
      if (parts.length > 0 && isOperator(words, "AND")) words.next();
      parts.push(eitherTerm(words, endsHere));
    }
    const span = parts.length === 0 ? { start, end: start } : words.spanFrom(start);
    return parts.length === 0 ? { kind: "value", value: true, span } : joined("and", parts, span);
  });
}

function eitherTerm(words: Words, endsHere: EndsHere): Expression {
  const start = words.offset;
  const parts = [negatedTerm(words, endsHere)];
  while (isOperator(words, "OR")) {
    words.next();
    parts.push(negatedTerm(words, endsHere));
  }
  return joined("or", parts, words.spanFrom(start));
}

function negatedTerm(words: Words, endsHere: EndsHere): Expression {
  const start = words.offset;
  if (isOperator(words, "NOT")) {
    words.next();
    const part = words.nested(() => negatedTerm(words, endsHere));
    return { kind: "not", part, span: words.spanFrom(start) };
  }
  if (words.accept("(")) {
    const inner = searchExpression(words, () => false);
    words.expect(")");
    return inner;
  }
  return term(words, start);
}

function isOperator(words: Words, name: string): boolean {
  return words.isKind("word") && words.peek()?.text === name;
}

/** `field=value`, `field IN (…)`, a macro, a subsearch or a text anywhere in the event. */
function term(words: Words, start: number): Expression {
  if (words.is("[")) return subsearch(words, start);
  const first = words.next();
  if (first.kind === "sign") words.fail("a term is missing");
  if (first.kind === "macro") return unknownMacro(first);
  const sign = words.accept("!=", "<=", ">=", "==", "=", "<", ">");
  const name: Expression = { kind: "name", name: plain(first), span: first.span };
  if (sign !== undefined) {
    if (words.is("[")) return subsearch(words, start);
    const value = searchValue(words);
    const operator = { "=": "search=", "==": "search=", "!=": "search!=" }[sign.text] ?? sign.text;
    const span = words.spanFrom(start);
    if (/^(?:earliest|latest|_index_earliest|_index_latest)$/i.test(name.name))
      return { kind: "value", value: true, span };
    return { kind: "compare", operator, left: name, right: [{ kind: "value", value, span }], span };
  }
  if (words.isKind("word") && words.is("in") && words.is("(", 1)) {
    words.next();
    words.next();
    const right: Expression[] = [];
    while (!words.is(")")) {
      const at = words.offset;
      const value = searchValue(words);
      right.push({ kind: "value", value, span: words.spanFrom(at) });
      words.accept(",");
    }
    words.expect(")");
    return { kind: "compare", operator: "search=", left: name, right, span: words.spanFrom(start) };
  }
  if (/^(?:TERM|CASE)$/.test(first.text) && words.accept("(")) {
    const inner = words.next();
    words.expect(")");
    return anywhere(inner, words.spanFrom(start));
  }
  return anywhere(first, first.span);
}

function anywhere(token: Token, span: Expression["span"]): Expression {
  const text = plain(token);
  if (text === "*") return { kind: "value", value: true, span };
  const left: Expression = { kind: "name", name: "_raw", span };
  return { kind: "compare", operator: "search has", left, right: [{ kind: "value", value: text, span }], span };
}

function plain(token: Token): string {
  return token.kind === "string"
    ? unescaped(token.text)
    : token.kind === "quoted"
      ? token.text.slice(1, -1)
      : token.text;
}

function searchValue(words: Words): TestValue {
  const token = words.next();
  if (token.kind === "sign" || token.kind === "macro") words.fail("a value is missing");
  const text = plain(token);
  const isNumber = token.kind === "word" && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text);
  return isNumber ? numberOf(text) : text;
}

function subsearch(words: Words, start: number): Expression {
  words.expect("[");
  for (let depth = 1; depth > 0; ) {
    const token = words.next();
    if (token.text === "[") depth += 1;
    if (token.text === "]") depth -= 1;
  }
  return { kind: "unread", why: "values that a subsearch gives", span: words.spanFrom(start) };
}

const orderings: Readonly<Record<string, TestOperator>> = {
  "<": "less",
  "<=": "lessOrEqual",
  ">": "greater",
  ">=": "greaterOrEqual",
};

/** How SPL compares: `search` knows `*` and does not heed case, `where` and `eval` take texts as they are. */
export const splDialect: Dialect = {
  comparison: (operator, value) => {
    const ordering = orderings[operator];
    if (ordering !== undefined) return { operator: ordering, value, caseSensitive: true };
    switch (operator) {
      case "=":
      case "==":
      case "in":
        return { operator: "equals", value, caseSensitive: true };
      case "!=":
        return { operator: "equals", value, caseSensitive: true, isNot: true };
      case "like":
        return { ...comparisonOf(String(value), { many: "%", one: "_" }), caseSensitive: true };
      case "search=":
        return searched(value);
      case "search!=":
        return { ...searched(value), isNot: true };
      case "search has":
        return hasSigns(String(value), { many: "*" })
          ? { ...comparisonOf(`*${String(value)}*`, { many: "*" }), caseSensitive: false }
          : { operator: "has", value, caseSensitive: false };
      default:
        return undefined;
    }
  },
  predicates: {
    match: (call) => pattern(call, (value) => ({ operator: "matches", value, caseSensitive: true })),
    like: (call) =>
      pattern(call, (value) => ({ ...comparisonOf(value, { many: "%", one: "_" }), caseSensitive: true })),
    cidrmatch: (call) => {
      const [network, address] = call.parameters;
      const value = call.constant(network);
      if (typeof value !== "string" || address === undefined) return undefined;
      return call.test(address, [{ operator: "cidr", value, caseSensitive: false }]);
    },
    in: ({ parameters: [of, ...others], constant, test }) => {
      const values = others.map((part) => constant(part));
      const known = values.flatMap((value) => (value === undefined ? [] : [value]));
      if (of === undefined || known.length < values.length) return undefined;
      return test(
        of,
        known.map((value) => ({ operator: "equals", value, caseSensitive: true })),
      );
    },
    isnotnull: ({ parameters: [of], condition }) =>
      of === undefined ? undefined : condition({ kind: "exists", of, span: of.span }),
    isnull: ({ parameters: [of], condition }) =>
      of === undefined
        ? undefined
        : condition({ kind: "not", part: { kind: "exists", of, span: of.span }, span: of.span }),
  },
  positions: {
    mvfind: (call) => pattern(call, (value) => ({ operator: "matches", value, caseSensitive: true })),
  },
  picks: new Set(["mvindex"]),
  functions: {
    lower: "tolower",
    upper: "toupper",
    trim: "trim",
    len: "strlen",
    tostring: "tostring",
    tonumber: "tolong",
    mvcount: "array_length",
    substr: "substring",
    replace: "replace_regex",
    split: "split",
    urldecode: "url_decode",
    mvjoin: "strcat_array",
  },
  choices: {
    if: (parameters) => (parameters.length === 3 ? parameters : undefined),
    case: (parameters) => (parameters.length % 2 === 0 ? parameters : undefined),
    coalesce: (parameters) => firstPresent(parameters),
  },
};

/** A value of `search`: with `*`, and networks where it is one. */
function searched(value: TestValue): Comparison {
  if (typeof value !== "string") return { operator: "equals", value, caseSensitive: false };
  if (/^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/.test(value)) return { operator: "cidr", value, caseSensitive: false };
  return { ...comparisonOf(value, { many: "*" }), caseSensitive: false };
}

function pattern(
  call: PredicateCall,
  comparison: (value: string) => Comparison,
): ReturnType<Dialect["predicates"][string]> {
  const [of, text] = call.parameters;
  const value = call.constant(text);
  return of === undefined || typeof value !== "string" ? undefined : call.test(of, [comparison(value)]);
}
