import type { TextSpan } from "../../detections/condition.js";

/** A word of a query language, and where it stands. */
export interface Token {
  readonly kind: string;
  readonly text: string;
  readonly span: TextSpan;
}

/** How a language's words look: sticky expressions, of which the first that fits counts; `skip` is left out. */
export type TokenRules = readonly (readonly [kind: string, pattern: RegExp])[];

/** The text does not follow its language's grammar, or goes beyond what is read. Caught where a parser is called. */
export class SyntaxFailure extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** What a parser made of a text, or why and where it gave up. */
export type Parsed<Tree> =
  | { readonly kind: "parsed"; readonly tree: Tree }
  | { readonly kind: "failed"; readonly message: string; readonly offset: number };

/** Runs a parser; a text that it does not follow is a result, not an exception. */
export function parsing<Tree>(parse: () => Tree): Parsed<Tree> {
  try {
    return { kind: "parsed", tree: parse() };
  } catch (error) {
    if (error instanceof SyntaxFailure) return { kind: "failed", message: error.message, offset: error.offset };
    throw error;
  }
}

/** The longest query that is read, in characters. */
export const longestQuery = 200_000;

/** The words of a text from `start` on. */
export function tokensOf(text: string, rules: TokenRules, start = 0, end = text.length): Token[] {
  if (end - start > longestQuery) throw new SyntaxFailure(`the query is longer than ${longestQuery} characters`, start);
  const tokens: Token[] = [];
  let at = start;
  while (at < end) {
    const found = firstToken(text, rules, at, end);
    if (found === undefined) throw new SyntaxFailure(`\`${text.slice(at, at + 1)}\` has no meaning here`, at);
    if (found.kind !== "skip") tokens.push(found);
    at = found.span.end;
  }
  return tokens;
}

function firstToken(text: string, rules: TokenRules, at: number, end: number): Token | undefined {
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = at;
    const length = pattern.exec(text)?.[0].length ?? 0;
    if (length > 0 && at + length <= end) {
      return { kind, text: text.slice(at, at + length), span: { start: at, end: at + length } };
    }
  }
  return undefined;
}

/** How deep brackets, `not` and calls may nest. */
const deepest = 200;

/** Reads words one after the other. */
export class Words {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly end: number;
  #index = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly Token[], end = text.length) {
    this.text = text;
    this.tokens = tokens;
    this.end = end;
  }

  /** The next word, or the one `ahead` of it. */
  peek(ahead = 0): Token | undefined {
    return this.tokens[this.#index + ahead];
  }

  /** The words that were not read yet. */
  left(): readonly Token[] {
    return this.tokens.slice(this.#index);
  }

  /** The place of the next word, or the end. */
  get offset(): number {
    return this.peek()?.span.start ?? this.end;
  }

  /** The end of the last word that was read. */
  get lastEnd(): number {
    return this.tokens[this.#index - 1]?.span.end ?? 0;
  }

  /** True where the next word is written so, in any case for letters. */
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token !== undefined && token.kind !== "string" && token.text.toLowerCase() === text;
  }

  isKind(kind: string, ahead = 0): boolean {
    return this.peek(ahead)?.kind === kind;
  }

  next(): Token {
    const token = this.peek();
    if (token === undefined) throw new SyntaxFailure("the query ends in the middle", this.end);
    this.#index += 1;
    return token;
  }

  /** Takes the next word where it is written so. */
  accept(...texts: readonly string[]): Token | undefined {
    return texts.some((text) => this.is(text)) ? this.next() : undefined;
  }

  acceptKind(kind: string): Token | undefined {
    return this.isKind(kind) ? this.next() : undefined;
  }

  expect(text: string): Token {
    return this.accept(text) ?? this.fail(`\`${text}\` is missing`);
  }

  expectKind(kind: string, what: string): Token {
    return this.acceptKind(kind) ?? this.fail(`${what} is missing`);
  }

  /** Ends the parse at the next word. */
  fail(message: string): never {
    const token = this.peek();
    throw new SyntaxFailure(
      token === undefined ? `${message} at the end` : `${message} before \`${token.text}\``,
      this.offset,
    );
  }

  /** Reads one level deeper. */
  nested<Result>(read: () => Result): Result {
    this.#depth += 1;
    if (this.#depth > deepest) throw new SyntaxFailure(`brackets nest deeper than ${deepest} levels`, this.offset);
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** The span from a place to the last word that was read. */
  spanFrom(start: number): TextSpan {
    return { start, end: this.lastEnd };
  }
}
