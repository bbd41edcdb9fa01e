import type { Expression } from "../expressions/expression.js";
import { type ExpressionGrammar, parseExpression } from "../expressions/parse-expression.js";
import { lengthOf, numberOf, unquoted } from "../parsing/literals.js";
import type { TokenRules, Words } from "../parsing/tokens.js";

/** The words of ES|QL. */
export const esqlRules: TokenRules = [
  ["skip", /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/y],
  ["string", /"""[\s\S]*?"""+|"(?:\\[\s\S]|[^"\\\n])*"/y],
  ["number", /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w])/y],
  ["name", /(?:`(?:``|[^`])+`|[@A-Za-z_][@\w]*)(?:\.(?:`(?:``|[^`])+`|[@\w]+))*/y],
  ["parameter", /\?\??\w*/y],
  ["word", /\d+\w*/y],
  ["sign", /::|==|!=|=~|<=|>=|[-<>=+*/%()[\],|:.{}]/y],
];

/** Reads an expression of ES|QL. */
export function esqlExpression(words: Words): Expression {
  return parseExpression(words, grammar);
}

const grammar: ExpressionGrammar = {
  comparisons: ["==", "!=", "<=", ">=", "<", ">", "=~", ":"],
  wordComparisons: ["in", "like", "rlike"],
  arithmetic: [
    ["*", "/", "%"],
    ["+", "-"],
  ],
  primary,
};

function primary(words: Words, expression: () => Expression): Expression {
  let value = plain(words, expression);
  while (words.accept("::")) {
    const type = words.expectKind("name", "a type");
    const span = words.spanFrom(value.span.start);
    value =
      value.kind === "value"
        ? { ...value, span }
        : { kind: "call", name: `to_${type.text.toLowerCase()}`, parameters: [value], span };
  }
  return value;
}

function plain(words: Words, expression: () => Expression): Expression {
  const start = words.offset;
  const string = words.acceptKind("string");
  if (string !== undefined) return { kind: "value", value: textOf(string.text), span: string.span };
  const number = words.acceptKind("number");
  if (number !== undefined) return amount(words, number.text, start);
  const parameter = words.acceptKind("parameter");
  if (parameter !== undefined)
    return { kind: "unread", why: "a parameter that is given from outside", span: parameter.span };
  if (words.accept("[")) {
    while (!words.is("]")) {
      expression();
      if (!words.accept(",")) break;
    }
    words.expect("]");
    return { kind: "call", name: "list", parameters: [], span: words.spanFrom(start) };
  }
  const name = words.expectKind("name", "a field, a value or a function");
  if (words.accept("(")) {
    const parameters: Expression[] = [];
    while (!words.is(")")) {
      parameters.push(words.is("*") && words.is(")", 1) ? star(words) : expression());
      if (!words.accept(",")) break;
    }
    words.expect(")");
    return { kind: "call", name: name.text.toLowerCase(), parameters, span: words.spanFrom(start) };
  }
  const constant = constants.get(name.text.toLowerCase());
  if (constant !== undefined) return { kind: "value", value: constant, span: name.span };
  return { kind: "name", name: fieldName(name.text), span: name.span };
}

function star(words: Words): Expression {
  const token = words.next();
  return { kind: "name", name: "*", span: token.span };
}

/** A number, or with a unit of time after it a length, which is a call `duration` of its milliseconds. */
function amount(words: Words, written: string, start: number): Expression {
  const value = numberOf(written);
  const next = words.peek();
  const length = next?.kind === "name" ? lengthOf(Number(written), next.text) : undefined;
  if (length === undefined) return { kind: "value", value, span: words.spanFrom(start) };
  words.next();
  const span = words.spanFrom(start);
  return { kind: "call", name: "duration", parameters: [{ kind: "value", value: length, span }], span };
}

const constants = new Map<string, boolean | null>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** A name without its back-quotes: ``source.`as`.number``. */
export function fieldName(written: string): string {
  return written.replace(/`((?:``|[^`])+)`/g, (_, inner: string) => inner.replaceAll("``", "`"));
}

export function textOf(written: string): string {
  return written.startsWith('"""') ? written.slice(3, -3) : unquoted(written);
}
