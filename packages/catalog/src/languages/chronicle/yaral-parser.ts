import { lengthOf, numberOf, unquoted } from "../parsing/literals.js";
import { SyntaxFailure, type Token, type TokenRules, tokensOf, Words } from "../parsing/tokens.js";
import type { YaralExpression, YaralMatch, YaralOutcome, YaralRule } from "./yaral-tree.js";

const rules: TokenRules = [
  ["skip", /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/y],
  ["string", /"(?:[^"\\\n]|\\.)*"/y],
  ["raw", /`[^`]*`/y],
  // A slash begins an expression only where a value is to come.
  ["pattern", /(?=\/)(?<=(?:[=(,]|\bin|\bnot|\band|\bor)\s*)\/(?:[^/\\\n]|\\.)+\//y],
  ["variable", /[$#%][A-Za-z_]\w*/y],
  ["number", /\d+(?:\.\d+)?(?![A-Za-z_\d])/y],
  ["length", /\d+(?:\.\d+)?[a-z]+/y],
  ["word", /[A-Za-z_]\w*/y],
  ["sign", /!=|<=|>=|[-+*/%=<>(){}[\],.:!|@]/y],
];

/** Reads the rules of a file. Throws a SyntaxFailure, with the place, where the text is not YARA-L. */
export function parseYaral(text: string): readonly YaralRule[] {
  const words = new Words(text, tokensOf(text, rules));
  const found: YaralRule[] = [];
  while (words.peek() !== undefined) found.push(ruleOf(words));
  return found;
}

const sections = ["meta", "events", "match", "outcome", "condition", "options"];

/** True where a section begins, or the rule ends. */
function atEnd(words: Words): boolean {
  return words.is("}") || sections.some((name) => words.is(name) && words.is(":", 1));
}

function ruleOf(words: Words): YaralRule {
  const start = words.expect("rule").span.start;
  const name = words.expectKind("word", "the rule's name").text;
  words.expect("{");
  const rule = { meta: [], events: [], outcome: [], options: [] } as {
    meta: { key: string; value: string }[];
    events: YaralExpression[];
    match?: YaralMatch;
    outcome: YaralOutcome[];
    condition?: YaralExpression;
    options: { key: string; value: string }[];
  };
  while (words.accept("}") === undefined) {
    const section = sections.find((one) => words.is(one)) ?? words.fail("a section such as `events:` is missing");
    words.next();
    words.expect(":");
    switch (section) {
      case "meta":
      case "options":
        while (!atEnd(words)) rule[section].push(pairOf(words));
        break;
      case "events":
        while (!atEnd(words)) rule.events.push(disjunction(words));
        break;
      case "match":
        rule.match = matchOf(words);
        break;
      case "outcome":
        while (!atEnd(words)) rule.outcome.push(outcomeOf(words));
        break;
      default:
        rule.condition = disjunction(words);
        if (!atEnd(words)) words.fail("the condition goes on");
    }
  }
  return { name, span: words.spanFrom(start), ...rule };
}

function pairOf(words: Words): { key: string; value: string } {
  const key = words.expectKind("word", "a key").text;
  words.expect("=");
  const value = words.next();
  return { key, value: value.kind === "string" || value.kind === "raw" ? textOf(value) : value.text };
}

function matchOf(words: Words): YaralMatch {
  const start = words.offset;
  const variables: string[] = [];
  do variables.push(words.expectKind("variable", "a placeholder").text.slice(1));
  while (words.accept(",") !== undefined);
  if (words.accept("over", "by") === undefined) words.fail("`over` is missing");
  words.accept("every");
  const written = words.next().text;
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(written) ?? [];
  const within = amount === "" ? lengthOf(1, written) : lengthOf(Number(amount), unit);
  if (words.accept("before", "after") !== undefined) words.expectKind("variable", "an event");
  if (!atEnd(words)) words.fail("`match` goes on");
  return { variables, ...(within === undefined ? {} : { within }), span: words.spanFrom(start) };
}

function outcomeOf(words: Words): YaralOutcome {
  const start = words.offset;
  const name = words.expectKind("variable", "a value's name").text.slice(1);
  words.expect("=");
  const value = disjunction(words);
  return { name, value, span: words.spanFrom(start) };
}

function disjunction(words: Words): YaralExpression {
  return words.nested(() => joined(words, "or", () => joined(words, "and", () => negation(words))));
}

function joined(words: Words, kind: "and" | "or", read: () => YaralExpression): YaralExpression {
  const start = words.offset;
  const first = read();
  const parts = [first];
  while (words.accept(kind) !== undefined) parts.push(read());
  return parts.length === 1 ? first : { kind, parts, span: words.spanFrom(start) };
}

function negation(words: Words): YaralExpression {
  const start = words.offset;
  if (words.accept("not", "!") === undefined) return comparison(words);
  const part = words.nested(() => negation(words));
  return { kind: "not", part, span: words.spanFrom(start) };
}

const operators = ["=", "!=", "<=", ">=", "<", ">"];

function comparison(words: Words): YaralExpression {
  const start = words.offset;
  const left = sum(words);
  const operator = operators.find((sign) => words.is(sign));
  if (operator !== undefined) {
    words.next();
    const right = sum(words);
    const nocase = words.accept("nocase") !== undefined;
    return { kind: "comparison", operator, left, right, nocase, span: words.spanFrom(start) };
  }
  const isNot = words.is("not") && words.is("in", 1);
  if (isNot) words.next();
  if (words.accept("in") !== undefined) {
    const how = words.accept("regex", "cidr")?.text ?? "";
    const list = listName(words);
    const nocase = words.accept("nocase") !== undefined;
    const span = words.spanFrom(start);
    const test = { kind: "in", left, list, how, nocase, span } as const;
    return isNot ? { kind: "not", part: test, span } : test;
  }
  if (left.kind === "call" && words.accept("nocase") !== undefined)
    return { ...left, nocase: true, span: words.spanFrom(start) };
  return left;
}

/** `%list`, or a column of a data table: `%table.column`. */
function listName(words: Words): string {
  const start = words.expectKind("variable", "a reference list such as %names").span.start;
  while (words.accept(".") !== undefined) words.next();
  const { end } = words.spanFrom(start);
  return words.text.slice(start, end);
}

function sum(words: Words): YaralExpression {
  const start = words.offset;
  const first = operand(words);
  let isMore = false;
  while (["+", "-", "*", "/"].some((sign) => words.is(sign))) {
    isMore = true;
    words.next();
    operand(words);
  }
  return isMore ? { kind: "other", span: words.spanFrom(start) } : first;
}

function operand(words: Words): YaralExpression {
  const token = words.next();
  const { span } = token;
  switch (token.kind) {
    case "string":
    case "raw":
      return { kind: "value", value: textOf(token), span };
    case "pattern":
      return { kind: "pattern", pattern: token.text.slice(1, -1).replaceAll("\\/", "/"), span };
    case "number":
      return { kind: "value", value: numberOf(token.text), span };
    case "variable":
      return variableOf(words, token);
    case "word":
      return wordOf(words, token);
    default:
      if (token.text === "-" && words.isKind("number")) {
        const number = Number(words.next().text);
        return { kind: "value", value: -number, span: words.spanFrom(span.start) };
      }
      if (token.text !== "(") throw new SyntaxFailure(`a value is missing before \`${token.text}\``, span.start);
      return inBrackets(words);
  }
}

function inBrackets(words: Words): YaralExpression {
  const inner = disjunction(words);
  words.expect(")");
  return inner;
}

function variableOf(words: Words, { text, span }: Token): YaralExpression {
  const name = text.slice(1);
  if (text.startsWith("#")) return { kind: "count", name, span };
  if (text.startsWith("%")) {
    while (words.accept(".") !== undefined) words.next();
    return { kind: "other", span: words.spanFrom(span.start) };
  }
  const path: string[] = [];
  for (;;) {
    if (words.accept(".") !== undefined) path.push(words.expectKind("word", "a field").text);
    else if (words.is("[") && (words.isKind("string", 1) || words.isKind("raw", 1))) {
      words.next();
      path.push(textOf(words.next()));
      words.expect("]");
    } else if (words.is("[") && words.isKind("number", 1)) {
      words.next();
      path.push(`[${words.next().text}]`);
      words.expect("]");
    } else break;
  }
  return { kind: "variable", name, path: path.join("."), span: words.spanFrom(span.start) };
}

/** `true`, `any $e.field`, or a function's name with dots. */
function wordOf(words: Words, token: Token): YaralExpression {
  const { text, span } = token;
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "false") return { kind: "value", value: lower === "true", span };
  if ((lower === "any" || lower === "all") && words.isKind("variable")) {
    const variable = variableOf(words, words.next());
    return variable.kind === "variable"
      ? { ...variable, quantity: lower, span: words.spanFrom(span.start) }
      : { kind: "other", span };
  }
  let name = text;
  while (words.accept(".") !== undefined) name += `.${words.expectKind("word", "a function's name").text}`;
  words.expect("(");
  const given: YaralExpression[] = [];
  if (!words.is(")")) {
    do given.push(disjunction(words));
    while (words.accept(",") !== undefined);
  }
  words.expect(")");
  return { kind: "call", name: name.toLowerCase(), given, nocase: false, span: words.spanFrom(span.start) };
}

function textOf({ kind, text }: Token): string {
  return kind === "raw" ? text.slice(1, -1) : unquoted(text);
}
