import type { Token, Words } from "../parsing/tokens.js";

/** A command's options and other words. */
export interface SplOptions {
  /** `name=value`, by names in lower case; values in brackets by their first word. */
  readonly named: ReadonlyMap<string, string>;
  /** Texts in double quotes that belong to no option, quotes included. */
  readonly strings: readonly string[];
  /** Other words, without commas. */
  readonly rest: readonly string[];
}

/** Reads all words of a command up to the end or to `until`. */
export function optionsOf(words: Words, until?: string): SplOptions {
  const named = new Map<string, string>();
  const strings: string[] = [];
  const rest: string[] = [];
  while (words.peek() !== undefined && !(until !== undefined && words.is(until))) {
    const token = words.next();
    if (token.text === "," || token.text === ")" || token.text === "(") continue;
    if (token.kind === "word" && words.accept("=")) named.set(token.text.toLowerCase(), optionValue(words));
    else if (token.kind === "string") strings.push(token.text);
    else rest.push(plainText(token));
  }
  return { named, strings, rest };
}

function optionValue(words: Words): string {
  if (words.peek() === undefined) return "";
  const token = words.next();
  if (token.text !== "(" && token.text !== "[") return plainText(token);
  for (let depth = 1; depth > 0; ) {
    const next = words.next();
    if (next.text === "(" || next.text === "[") depth += 1;
    if (next.text === ")" || next.text === "]") depth -= 1;
  }
  return token.text;
}

/** A name, which may stand in quotes. */
export function nameIn(words: Words): string {
  const token = words.next();
  if (token.kind === "sign") words.fail("a field is missing");
  return plainText(token);
}

/** The word without its quotes. */
export function plainText(token: Token): string {
  return token.kind === "string" || token.kind === "quoted" ? token.text.slice(1, -1) : token.text;
}

/** All the words that are left, as one text. */
export function allText(words: Words): string {
  const texts: string[] = [];
  while (words.peek() !== undefined) texts.push(plainText(words.next()));
  return texts.join(" ");
}
