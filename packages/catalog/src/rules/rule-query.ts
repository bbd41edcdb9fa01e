import type { Place } from "@calypso/kql";

/** A rule's KQL, and where its lines stand in the file. */
export interface RuleQuery {
  readonly text: string;
  readonly file: string;
  /** Path of the key that holds the text; empty where the file is the text. */
  readonly key: string;
  readonly origin: QueryOrigin;
}

/**
 * `lines`: line n of the text is line `line + n - 1` of the file, `indent` columns to the right.
 * `escaped`: the text is one double-quoted string, `source`, whose quote stands at the place.
 * `start`: only where the text begins is known.
 * `each`: line n of the text was made of what stands at the nth place.
 */
export type QueryOrigin =
  | { readonly kind: "lines"; readonly line: number; readonly indent: number }
  | { readonly kind: "escaped"; readonly line: number; readonly column: number; readonly source: string }
  | { readonly kind: "start"; readonly line: number; readonly column: number }
  | { readonly kind: "each"; readonly places: readonly Place[] };

/** The place in the file of a place in the query's text. */
export function placeInFile(query: RuleQuery, place: Place): Place {
  const { origin } = query;
  switch (origin.kind) {
    case "lines":
      return { line: origin.line + place.line - 1, column: origin.indent + place.column };
    case "start":
      return { line: origin.line, column: origin.column };
    case "each":
      return origin.places[place.line - 1] ?? origin.places[0] ?? { line: 1, column: 1 };
    case "escaped":
      return { line: origin.line, column: origin.column + escapedOffset(origin.source, place) };
    default:
      return origin satisfies never;
  }
}

/** How many characters of a quoted string come before a place of its value. */
function escapedOffset(source: string, place: Place): number {
  let line = 1;
  let column = 1;
  let at = 1;
  while (at < source.length - 1 && (line < place.line || (line === place.line && column < place.column))) {
    const escaped = source[at] === "\\" ? (source[at + 1] ?? "") : undefined;
    if (escaped === "n") {
      if (line === place.line) break;
      line += 1;
      column = 1;
    } else if (escaped !== "r") {
      column += 1;
    }
    at += escaped === undefined ? 1 : escaped === "u" ? 6 : 2;
  }
  return at;
}

/** Where and how a query's text stops before its end; undefined for a text that may be whole. */
export function cutShort(text: string): { readonly place: Place; readonly reason: string } | undefined {
  const open: { readonly bracket: string; readonly place: Place }[] = [];
  let line = 1;
  let lineStart = 0;
  let last = { token: "", place: { line: 1, column: 1 } };
  const tokens = /\n|\/\/[^\n]*|```[\s\S]*?(?:```|$)|@?"|@?'|[([{]|[)\]}]|[A-Za-z_]\w*|\S/gy;
  const skip = /[^\S\n]+/y;
  let at = 0;
  while (at < text.length) {
    skip.lastIndex = at;
    if (skip.test(text)) at = skip.lastIndex;
    tokens.lastIndex = at;
    const token = tokens.exec(text)?.[0];
    if (token === undefined) break;
    const place = { line, column: at - lineStart + 1 };
    at += token.length;
    if (token === "\n") {
      line += 1;
      lineStart = at;
      continue;
    }
    if (token.startsWith("//")) continue;
    if (token.endsWith('"') || token.endsWith("'")) {
      const end = endOfString(text, at, token);
      // A string left open further up is a slip that the compiler explains better.
      const rest = text.indexOf("\n", at);
      if (end === undefined && rest >= 0 && text.slice(rest).trim() !== "") return undefined;
      if (end === undefined) return { place, reason: "the string that starts here does not end" };
      at = end;
    } else if (token.startsWith("```")) {
      if (!token.endsWith("```") || token.length < 6) {
        return { place, reason: "the string that starts here does not end" };
      }
      for (const _ of token.matchAll(/\n/g)) line += 1;
      lineStart = at - (token.length - token.lastIndexOf("\n") - 1);
    } else if ("([{".includes(token)) {
      open.push({ bracket: token, place });
    } else if (")]}".includes(token)) {
      open.pop();
    }
    last = { token, place };
  }
  const inner = open.at(-1);
  if (inner !== undefined) {
    return { place: inner.place, reason: `the \`${inner.bracket}\` that stands here is not closed` };
  }
  if (unfinished.has(last.token)) return { place: last.place, reason: `more must follow \`${last.token}\`` };
  return undefined;
}

/** Tokens that a whole query never ends with. */
const unfinished = new Set(["|", ",", "=", "<", ">", "+", "-", "/", "and", "or", "by", "on", "where", "extend", "let"]);

/** The offset after a string's closing quote; strings of one line only. */
function endOfString(text: string, from: number, opening: string): number | undefined {
  const verbatim = opening.startsWith("@");
  const quote = opening.at(-1);
  for (let at = from; at < text.length && text[at] !== "\n"; at += 1) {
    if (!verbatim && text[at] === "\\") at += 1;
    else if (text[at] === quote) {
      if (verbatim && text[at + 1] === quote) at += 1;
      else return at + 1;
    }
  }
  return undefined;
}
