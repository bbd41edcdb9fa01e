import { type Sql, sql, text } from "../sql/sql.js";

/**
 * The search form of a string: lower case, with everything but letters and digits outside ASCII made a space. Text
 * indexes are built on exactly this expression, so that a search means the same with and without the index.
 */
export function searchForm(subject: Sql): Sql {
  return sql`if(isValidASCII(${subject}), lower(${subject}), lowerUTF8(${blanked(subject)}))`;
}

/** The search form in the letters as they are, for the `_cs` operators. */
export function searchFormCaseSensitive(subject: Sql): Sql {
  return sql`if(isValidASCII(${subject}), ${subject}, ${blanked(subject)})`;
}

function blanked(subject: Sql): Sql {
  return sql`replaceRegexpAll(${subject}, ${text("[^\\p{L}\\p{N}\\x00-\\x7F]")}, ' ')`;
}

/** A string in the form that comparisons without case use; both sides take it. */
export function foldCase(subject: Sql): Sql {
  return sql`replaceAll(lowerUTF8(${subject}), 'ς', 'σ')`;
}

/** What {@link foldCase} makes of a literal. */
export function foldLiteral(literal: string): string {
  return literal.toLowerCase().replaceAll("ς", "σ");
}

/** The subject in the cheapest form that compares without case to this literal, and the literal in that form. */
export function foldedPair(subject: Sql, literal: string): { readonly subject: Sql; readonly literal: Sql } {
  if (!isAscii(literal)) return { subject: foldCase(subject), literal: text(foldLiteral(literal)) };
  if (!/[A-Za-z]/.test(literal)) return { subject, literal: text(literal) };
  return { subject: sql`lower(${subject})`, literal: text(literal.toLowerCase()) };
}

export function isAscii(literal: string): boolean {
  for (let index = 0; index < literal.length; index++) if (literal.charCodeAt(index) > 127) return false;
  return true;
}

/** The runs of ASCII letters and digits of a text, in lower case. */
export function asciiTerms(literal: string): readonly string[] {
  return literal.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

/** A literal as a part of a regular expression that matches exactly it. */
export function quoteRegex(literal: string): string {
  return literal.replace(/[\0-\x7f]/g, (character) => {
    if (/[A-Za-z0-9_]/.test(character)) return character;
    if (character < " " || character === "\x7f") return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
    return `\\${character}`;
  });
}
