import type { TextSpan } from "../../detections/condition.js";
import type { Expression } from "../expressions/expression.js";
import { type ExpressionGrammar, parseExpression } from "../expressions/parse-expression.js";
import { numberOf, unquoted, writtenLength } from "../parsing/literals.js";
import { type Parsed, parsing, type TokenRules, tokensOf, Words } from "../parsing/tokens.js";

/** A query of EQL: one event, or several in their order. */
export interface EqlQuery {
  /** `event` for a query of single events. */
  readonly kind: "event" | "sequence" | "join" | "sample";
  readonly by: readonly string[];
  /** Milliseconds. */
  readonly maxspan?: number;
  readonly events: readonly EqlEvent[];
  readonly until?: EqlEvent;
  readonly pipes: readonly EqlPipe[];
}

export interface EqlEvent {
  /** The category of the events; `any` for all. */
  readonly category: string;
  readonly condition: Expression;
  readonly by: readonly string[];
  readonly runs?: number;
  /** True where the event must not be there: `![…]`. */
  readonly isMissing: boolean;
  readonly span: TextSpan;
}

export interface EqlPipe {
  readonly name: string;
  readonly span: TextSpan;
}

const rules: TokenRules = [
  ["skip", /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/y],
  ["string", /"""[\s\S]*?"""+|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/y],
  ["number", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w])/y],
  ["length", /\d+[a-z]+\b/y],
  ["name", /`[^`]+`(?:\.(?:`[^`]+`|[@\w]+))*|[@A-Za-z_][@\w]*(?:\[\d*\])?(?:\.(?:`[^`]+`|[@\w]+)(?:\[\d*\])?)*~?/y],
  ["sign", /==|!=|<=|>=|[-<>:=+*/%()[\],|!?]/y],
];

/** Reads a query of Elastic's Event Query Language. */
export function parseEql(text: string): Parsed<EqlQuery> {
  return parsing(() => {
    const words = new Words(text, tokensOf(text, rules));
    const query = several(words) ?? single(words);
    if (words.peek() !== undefined) words.fail("the end of the query, or a pipe, is missing");
    return query;
  });
}

function single(words: Words): EqlQuery {
  return { kind: "event", by: [], events: [event(words, words.offset, false)], pipes: pipes(words) };
}

function several(words: Words): EqlQuery | undefined {
  if (words.is("where", 1)) return undefined;
  const kind = (["sequence", "join", "sample"] as const).find((word) => words.accept(word));
  if (kind === undefined) return undefined;
  let by: string[] = [];
  let maxspan: number | undefined;
  while (words.is("by") || words.is("with")) {
    if (words.is("by")) by = keys(words);
    else {
      words.next();
      words.expect("maxspan");
      words.expect("=");
      maxspan = writtenLength(words.next().text) ?? words.fail("`maxspan` is a length of time such as `10m`");
    }
  }
  const events: EqlEvent[] = [];
  while (words.is("[") || words.is("!")) events.push(bracketed(words));
  if (events.length === 0) words.fail("`[` is missing");
  const until = words.accept("until") ? bracketed(words) : undefined;
  return {
    kind,
    by,
    ...(maxspan === undefined ? {} : { maxspan }),
    events,
    ...(until === undefined ? {} : { until }),
    pipes: pipes(words),
  };
}

/** `[category where …] by … with runs=n`. */
function bracketed(words: Words): EqlEvent {
  const start = words.offset;
  const isMissing = words.accept("!") !== undefined;
  words.expect("[");
  const inner = event(words, start, isMissing);
  words.expect("]");
  let by: string[] = [];
  let runs: number | undefined;
  while (words.is("by") || words.is("with")) {
    if (words.is("by")) by = keys(words);
    else {
      words.next();
      words.expect("runs");
      words.expect("=");
      runs = Number(words.expectKind("number", "a number of runs").text);
    }
  }
  return { ...inner, by, ...(runs === undefined ? {} : { runs }), span: words.spanFrom(start) };
}

function event(words: Words, start: number, isMissing: boolean): EqlEvent {
  const category = words.acceptKind("string") ?? words.expectKind("name", "a category of events, or `any`,");
  words.expect("where");
  const condition = parseExpression(words, grammar);
  const name = category.kind === "string" ? text(category.text) : category.text;
  return { category: name, condition, by: [], isMissing, span: words.spanFrom(start) };
}

function keys(words: Words): string[] {
  words.expect("by");
  const names = [key(words)];
  while (words.accept(",")) names.push(key(words));
  return names;
}

/** A field, or an expression, by its text. */
function key(words: Words): string {
  const start = words.offset;
  const expression = parseExpression(words, grammar);
  return expression.kind === "name" ? expression.name : words.text.slice(start, words.lastEnd);
}

function pipes(words: Words): EqlPipe[] {
  const found: EqlPipe[] = [];
  while (words.accept("|")) {
    const name = words.expectKind("name", "the name of a pipe");
    while (words.peek() !== undefined && !words.is("|")) words.next();
    found.push({ name: name.text, span: words.spanFrom(name.span.start) });
  }
  return found;
}

const grammar: ExpressionGrammar = {
  comparisons: ["==", "!=", "<=", ">=", "<", ">", ":"],
  listComparisons: [":"],
  wordComparisons: ["in", "in~", "like", "like~", "regex", "regex~"],
  arithmetic: [
    ["*", "/", "%"],
    ["+", "-"],
  ],
  primary,
};

function primary(words: Words, expression: () => Expression): Expression {
  const start = words.offset;
  const string = words.acceptKind("string");
  if (string !== undefined) return { kind: "value", value: text(string.text), span: string.span };
  const number = words.acceptKind("number");
  if (number !== undefined) return { kind: "value", value: numberOf(number.text), span: number.span };
  words.accept("?");
  const name = words.expectKind("name", "a field, a value or a function");
  if (words.accept("(")) {
    const parameters: Expression[] = [];
    while (!words.is(")")) {
      parameters.push(expression());
      if (!words.accept(",")) break;
    }
    words.expect(")");
    return { kind: "call", name: name.text.toLowerCase(), parameters, span: words.spanFrom(start) };
  }
  const constant = constants.get(name.text.toLowerCase());
  if (constant !== undefined) return { kind: "value", value: constant, span: name.span };
  if (name.text.endsWith("~")) words.fail("a function or a value is missing");
  return { kind: "name", name: name.text.replaceAll("`", ""), span: words.spanFrom(start) };
}

const constants = new Map<string, boolean | null>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

function text(written: string): string {
  return written.startsWith('"""') ? written.slice(3, -3) : unquoted(written);
}
