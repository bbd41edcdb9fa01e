import type { TextSpan } from "../../detections/condition.js";
import type { Expression } from "../expressions/expression.js";
import { type Parsed, parsing, SyntaxFailure, type Token, tokensOf, Words } from "../parsing/tokens.js";
import { esqlExpression, esqlRules, fieldName, textOf } from "./esql-words.js";

/** A command of ES|QL. */
export type EsqlCommand = { readonly span: TextSpan } & (
  | { readonly kind: "from"; readonly sources: readonly string[]; readonly metadata: readonly string[] }
  | { readonly kind: "where"; readonly condition: Expression }
  | { readonly kind: "eval"; readonly names: readonly Named[] }
  | {
      readonly kind: "stats";
      readonly isInline: boolean;
      readonly names: readonly Named[];
      readonly by: readonly Named[];
    }
  | { readonly kind: "keep" | "drop"; readonly patterns: readonly string[] }
  | { readonly kind: "rename"; readonly pairs: readonly (readonly [from: string, to: string])[] }
  /** `dissect` and `grok`: names cut out of a field. */
  | { readonly kind: "cut"; readonly operator: string; readonly of: string; readonly names: readonly string[] }
  /** `enrich` and `lookup join`: names that come from elsewhere. */
  | { readonly kind: "joined"; readonly operator: string; readonly names: readonly string[] }
  | { readonly kind: "other"; readonly operator: string }
);

/** An expression with the name that it gets. */
export interface Named {
  readonly name: string;
  readonly expression: Expression;
  /** What `where` after an aggregate asks of the events that it counts. */
  readonly where?: Expression;
}

/** The most commands of one query. */
const mostCommands = 1000;

/** Reads a query of ES|QL. */
export function parseEsql(text: string): Parsed<readonly EsqlCommand[]> {
  return parsing(() => {
    const parts = commandsOf(tokensOf(text, esqlRules), text.length);
    if (parts.length > mostCommands) throw new SyntaxFailure(`more than ${mostCommands} commands`, 0);
    return parts.map(({ tokens, end }) => {
      const words = new Words(text, tokens, end);
      const command = readCommand(words);
      if (words.peek() !== undefined) words.fail("the end of the command is missing");
      return command;
    });
  });
}

/** The words between pipes that stand in no brackets. */
function commandsOf(tokens: readonly Token[], end: number): { tokens: Token[]; end: number }[] {
  const parts: { tokens: Token[]; end: number }[] = [];
  let part: Token[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "sign" && /^[([]$/.test(token.text)) depth += 1;
    if (token.kind === "sign" && /^[)\]]$/.test(token.text)) depth -= 1;
    if (token.text === "|" && depth <= 0) {
      parts.push({ tokens: part, end: token.span.start });
      part = [];
    } else part.push(token);
  }
  return [...parts, { tokens: part, end }];
}

function readCommand(words: Words): EsqlCommand {
  const start = words.offset;
  const first = words.next();
  const operator = first.text.toLowerCase();
  const spanned = (command: Unspanned): EsqlCommand => ({ ...command, span: words.spanFrom(start) });
  switch (operator) {
    case "from":
    case "ts":
      return spanned(from(words));
    case "where":
      return spanned({ kind: "where", condition: esqlExpression(words) });
    case "eval":
      return spanned({ kind: "eval", names: namedList(words) });
    case "stats":
    case "inlinestats":
      return spanned(stats(words, operator !== "stats"));
    case "inline":
      words.expect("stats");
      return spanned(stats(words, true));
    case "keep":
    case "drop":
      return spanned({ kind: operator, patterns: patterns(words) });
    case "rename":
      return spanned({ kind: "rename", pairs: renamed(words) });
    case "dissect":
    case "grok":
      return spanned(cut(words, operator));
    case "enrich":
      return spanned(enrich(words));
    case "lookup":
      words.expect("join");
      rest(words);
      return spanned({ kind: "joined", operator: "lookup join", names: [] });
    default:
      if (first.kind !== "name") throw new SyntaxFailure("a command is missing", first.span.start);
      rest(words);
      return spanned({ kind: "other", operator });
  }
}

type Unspanned = EsqlCommand extends infer Command
  ? Command extends EsqlCommand
    ? Omit<Command, "span">
    : never
  : never;

function rest(words: Words): void {
  while (words.peek() !== undefined) words.next();
}

function from(words: Words): Unspanned {
  const sources = [source(words)];
  while (words.accept(",")) sources.push(source(words));
  const isBracketed = words.is("[") && words.is("metadata", 1);
  if (isBracketed) words.next();
  const metadata = words.accept("metadata") ? patterns(words) : [];
  if (isBracketed) words.expect("]");
  return { kind: "from", sources, metadata };
}

/** An index pattern: words without blanks between them. */
function source(words: Words): string {
  const quoted = words.acceptKind("string");
  if (quoted !== undefined) return textOf(quoted.text);
  const first = words.next();
  let end = first.span.end;
  while (words.offset === end && words.peek() !== undefined && !words.is(",")) end = words.next().span.end;
  return words.text.slice(first.span.start, end);
}

function patterns(words: Words): string[] {
  const names = [patternName(words)];
  while (words.accept(",")) names.push(patternName(words));
  return names;
}

/** A name that may have `*` in it: words without blanks between them. */
function patternName(words: Words): string {
  const first = words.is("*") ? words.next() : words.expectKind("name", "a field");
  let end = first.span.end;
  while (words.offset === end && (words.is("*") || words.is(".") || words.isKind("name") || words.isKind("word"))) {
    end = words.next().span.end;
  }
  return fieldName(words.text.slice(first.span.start, end));
}

function namedList(words: Words): Named[] {
  const names = [named(words)];
  while (words.accept(",")) names.push(named(words));
  return names;
}

/** `name = expression`, or an expression that is its own name. */
function named(words: Words): Named {
  const start = words.offset;
  const given = words.isKind("name") && words.is("=", 1) ? fieldName(words.next().text) : undefined;
  if (given !== undefined) words.expect("=");
  const expression = esqlExpression(words);
  const text = words.text.slice(start, words.lastEnd);
  const where = words.accept("where") ? esqlExpression(words) : undefined;
  const own = expression.kind === "name" ? expression.name : text;
  return { name: given ?? own, expression, ...(where === undefined ? {} : { where }) };
}

function stats(words: Words, isInline: boolean): Unspanned {
  const names = words.is("by") || words.peek() === undefined ? [] : namedList(words);
  const by = words.accept("by") ? namedList(words) : [];
  return { kind: "stats", isInline, names, by };
}

function renamed(words: Words): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  do {
    const one = patternName(words);
    if (words.accept("=")) pairs.push([patternName(words), one]);
    else {
      words.expect("as");
      pairs.push([one, patternName(words)]);
    }
  } while (words.accept(","));
  return pairs;
}

function cut(words: Words, operator: string): Unspanned {
  const field = esqlExpression(words);
  const text: string[] = [];
  while (words.peek() !== undefined) {
    const token = words.next();
    if (token.kind === "string") text.push(textOf(token.text));
  }
  const sign =
    operator === "dissect"
      ? /%\{[+?*&]{0,5}([@\w.-]{0,200})[^}%]{0,100}\}/g
      : /%\{\w+:([@\w.-]+)(?::\w+)?\}|\(\?<([\w.]+)>/g;
  const names = text.flatMap((pattern) => [...pattern.matchAll(sign)].map((match) => match[1] ?? match[2] ?? ""));
  const of = field.kind === "name" ? field.name : words.text.slice(field.span.start, field.span.end);
  return { kind: "cut", operator, of, names: names.filter((name) => name !== "") };
}

/** `enrich policy on field with name = field, …`. */
function enrich(words: Words): Unspanned {
  const names: string[] = [];
  while (words.peek() !== undefined && !words.is("with")) words.next();
  if (words.accept("with")) {
    do {
      names.push(patternName(words));
      if (words.accept("=")) patternName(words);
    } while (words.accept(","));
  }
  return { kind: "joined", operator: "enrich", names };
}
