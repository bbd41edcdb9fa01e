/** A piece of a text that Sigma looks for: text, any text (`*`), any character (`?`), or one of some characters. */
export type Piece = string | typeof anyText | typeof anyCharacter | { readonly oneOf: string };
export const anyText: unique symbol = Symbol("*");
export const anyCharacter: unique symbol = Symbol("?");

/** Pieces one behind the other; texts are never empty and never stand side by side. */
export type Pattern = readonly Piece[];

/** Reads a value with its wildcards: `\*` and `\?` are the characters, and `\\` is one backslash, as is a backslash before any other. */
export function readPattern(written: string): Pattern {
  const pieces: Piece[] = [];
  for (let at = 0; at < written.length; at += 1) {
    const character = written[at] ?? "";
    const next = written[at + 1];
    if (character === "\\" && next !== undefined && "*?\\".includes(next)) {
      pieces.push(next);
      at += 1;
    } else if (character === "*") pieces.push(anyText);
    else if (character === "?") pieces.push(anyCharacter);
    else pieces.push(character);
  }
  return joined(pieces);
}

/** Texts side by side as one, and repeated `*` as one. */
export function joined(pieces: Pattern): Pattern {
  const whole: Piece[] = [];
  for (const piece of pieces) {
    const last = whole.at(-1);
    if (piece === "" || (piece === anyText && last === anyText)) continue;
    if (typeof piece === "string" && typeof last === "string") whole[whole.length - 1] = last + piece;
    else whole.push(piece);
  }
  return whole;
}

/** The text of a pattern without wildcards; undefined where it has some. */
export function literalOf(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return "";
  const [only] = pattern;
  return pattern.length === 1 && typeof only === "string" ? only : undefined;
}

/** A pattern as those regular expressions that RE2 knows, of the whole value; `*` at its ends leaves the expression open there. */
export function patternRegex(pattern: Pattern): string {
  const open = { start: pattern[0] === anyText, end: pattern.at(-1) === anyText };
  const inner = pattern.slice(open.start ? 1 : 0, open.end && pattern.length > 1 ? -1 : undefined);
  const body = inner.map((piece) => {
    if (piece === anyText) return ".*";
    if (piece === anyCharacter) return ".";
    return typeof piece === "object" ? `[${escapeClass(piece.oneOf)}]` : escapeRegex(String(piece));
  });
  return `${open.start ? "" : "^"}${body.join("")}${open.end ? "" : "$"}`;
}

/** Whether a short text meets a pattern; case does not count. A pattern that wants more than the text has is not tried. */
export function hasRoomFor(pattern: Pattern, text: string): boolean {
  const least = pattern.reduce((sum, piece) => {
    if (piece === anyText) return sum;
    return sum + (typeof piece === "string" ? piece.length : 1);
  }, 0);
  return least <= text.length && new RegExp(patternRegex(pattern), "is").test(text);
}

export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function escapeClass(text: string): string {
  return text.replace(/[\\\]^-]/g, "\\$&");
}
