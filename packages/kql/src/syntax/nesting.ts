import { kustoLanguage } from "./kusto.js";
import type { BinderDiagnostic } from "./node.js";

/** The binder reads nothing that is deeper, and the parser's time grows with the square of the depth. */
const deepest = 500;

/** The bracket at which a text is nested deeper than the binder reads; it is not parsed then. */
export function tooDeepBracket(text: string): BinderDiagnostic | undefined {
  // Brackets in strings and comments are none, but only the lexer knows these.
  if ((text.match(/[([{]/g)?.length ?? 0) <= deepest) return undefined;
  let depth = 0;
  let place = 0;
  for (const token of kustoLanguage().Parsing.TokenParser.ParseTokens(text)) {
    const start = place + token.Trivia.length;
    place = start + token.Text.length;
    if (/^[([{]$/.test(token.Text)) depth++;
    else if (/^[)\]}]$/.test(token.Text)) depth--;
    if (depth > deepest) {
      const message = `brackets are nested more than ${deepest} deep`;
      return { code: "KS245", severity: "error", message, span: { start, end: place } };
    }
  }
  return undefined;
}
