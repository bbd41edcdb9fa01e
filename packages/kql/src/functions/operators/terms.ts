import { joinSql, type Sql, sql, text } from "../../sql/sql.js";
import {
  asciiTerms,
  foldCase,
  foldedPair,
  foldLiteral,
  isAscii,
  quoteRegex,
  searchForm,
  searchFormCaseSensitive,
} from "../search-form.js";

/** A text to search, and whether an index stands on its search form. */
export interface Subject {
  readonly text: Sql;
  readonly indexed: boolean;
}

/** Which ends of the needle must fall on the edge of a term, where they are letters or digits. */
export interface SearchMode {
  readonly startEdge: boolean;
  readonly endEdge: boolean;
  readonly caseSensitive?: true;
}

/** In the search form all that is not ASCII is a letter or digit, so a term's edge is an ASCII character. */
const edge = "[\\x00-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f]";
const unicodeEdge = "[^\\p{L}\\p{N}]";

/** Whether a text holds a literal under a mode. */
export function hasLiteral(subject: Subject, literal: string, mode: SearchMode): Sql {
  if (literal === "") return sql`toUInt8(1)`;
  if (!isAscii(literal)) return hasUnicode(subject, literal, mode);
  const found = position(subject, literal, mode);
  const edges = edgesOf(literal, mode);
  if (!edges.start && !edges.end) return indexed(subject, literal, mode, found);
  if (edges.start && edges.end && /^[A-Za-z0-9]+$/.test(literal)) return hasTerm(subject, literal, mode);
  return indexed(subject, literal, mode, sql`(${found} AND ${bounded(subject, literal, mode)})`);
}

/** Whether a text holds one of several literals, each as a whole term or run of terms. */
export function anyTerm(subject: Subject, literals: readonly string[]): Sql {
  const mode: SearchMode = { startEdge: true, endEdge: true };
  const terms = literals.filter((literal) => /^[A-Za-z0-9]+$/.test(literal)).map((literal) => literal.toLowerCase());
  const runs = literals.filter((literal) => !/^[A-Za-z0-9]+$/.test(literal));
  const joined = runs.filter((literal) => literal !== "" && isAscii(literal) && !literal.includes(" "));
  const alone = runs.length - joined.length === 0 ? [] : runs.filter((literal) => !joined.includes(literal));
  const tests: Sql[] = [];
  const [term] = terms;
  if (terms.length === 1 && term !== undefined) tests.push(hasTerm(subject, term, mode));
  else if (terms.length > 1) tests.push(sql`hasAnyTokens(${searchForm(subject.text)}, [${joinSql(terms.map(text))}])`);
  if (joined.length < 3) tests.push(...joined.map((literal) => hasLiteral(subject, literal, mode)));
  else for (const chunk of chunks(joined, 200)) tests.push(anyRun(subject, chunk));
  tests.push(...alone.map((literal) => hasLiteral(subject, literal, mode)));
  return tests.length === 1 && tests[0] ? tests[0] : sql`(${joinSql(tests, " OR ")})`;
}

/** Whether a text holds another that is known only per row; case-sensitive or not, edges by the needle's own ends. */
export function hasUnknown(subject: Subject, needle: Sql, mode: SearchMode): Sql {
  const cased = mode.caseSensitive === true;
  const haystack = cased ? subject.text : foldCase(subject.text);
  const sought = cased ? needle : foldCase(needle);
  const letter = "[\\p{L}\\p{N}]";
  const start = mode.startEdge
    ? sql`if(match(${needle}, ${text(`^${letter}`)}), ${text(`(?:^|${unicodeEdge})`)}, '')`
    : text("");
  const end = mode.endEdge
    ? sql`if(match(${needle}, ${text(`${letter}$`)}), ${text(`(?:$|${unicodeEdge})`)}, '')`
    : text("");
  // RE2 holds patterns up to a size only; a needle beyond it counts wherever it stands.
  const pattern = sql`if(length(${needle}) > 100000, '', concat(${start}, regexpQuoteMeta(toValidUTF8(${sought})), ${end}))`;
  return sql`(position(${haystack}, ${sought}) > 0 AND match(${haystack}, ${pattern}))`;
}

/** One ASCII term between edges. */
function hasTerm(subject: Subject, term: string, mode: SearchMode): Sql {
  const folded = sql`hasToken(${searchForm(subject.text)}, ${text(term.toLowerCase())})`;
  if (!mode.caseSensitive) return folded;
  const exact = sql`hasToken(${searchFormCaseSensitive(subject.text)}, ${text(term)})`;
  return subject.indexed ? sql`(${folded} AND ${exact})` : exact;
}

function position(subject: Subject, literal: string, mode: SearchMode): Sql {
  if (mode.caseSensitive) return sql`position(${subject.text}, ${text(literal)}) > 0`;
  const folded = foldedPair(subject.text, literal);
  return sql`position(${folded.subject}, ${folded.literal}) > 0`;
}

/** Whether the literal stands between the edges that the mode asks for. */
function bounded(subject: Subject, literal: string, mode: SearchMode): Sql {
  const { start, end } = edgesOf(literal, mode);
  const pattern = (boundary: string, quoted: string) =>
    text((start ? `(?:^|${boundary})` : "") + quoted + (end ? `(?:$|${boundary})` : ""));
  if (literal.includes(" ")) {
    // The search form makes spaces of its own, which this literal must not take for the text's.
    const quoted = quoteRegex(mode.caseSensitive ? literal : literal.toLowerCase());
    const haystack = mode.caseSensitive ? subject.text : sql`lower(${subject.text})`;
    return sql`if(isValidASCII(${subject.text}), match(${haystack}, ${pattern(edge, quoted)}), match(${haystack}, ${pattern(unicodeEdge, quoted)}))`;
  }
  if (mode.caseSensitive) {
    return sql`match(${searchFormCaseSensitive(subject.text)}, ${pattern(edge, quoteRegex(literal))})`;
  }
  return sql`match(${searchForm(subject.text)}, ${pattern(edge, quoteRegex(literal.toLowerCase()))})`;
}

function hasUnicode(subject: Subject, literal: string, mode: SearchMode): Sql {
  const { start, end } = edgesOf(literal, mode);
  const haystack = mode.caseSensitive ? subject.text : foldCase(subject.text);
  const sought = mode.caseSensitive ? literal : foldLiteral(literal);
  const pattern = (start ? `(?:^|${unicodeEdge})` : "") + quoteRegex(sought) + (end ? `(?:$|${unicodeEdge})` : "");
  const found = sql`(position(${haystack}, ${text(sought)}) > 0 AND match(${haystack}, ${text(pattern)}))`;
  return indexed(subject, literal, mode, found);
}

/** With an index, the literal's whole terms decide first. */
function indexed(subject: Subject, literal: string, mode: SearchMode, found: Sql): Sql {
  if (!subject.indexed || !isAscii(literal)) return found;
  const terms = asciiTerms(literal);
  const whole = terms.filter(
    (_, index) =>
      (index > 0 || mode.startEdge || !isTermCharacter(literal[0])) &&
      (index < terms.length - 1 || mode.endEdge || !isTermCharacter(literal.at(-1))),
  );
  if (whole.length === 0) return found;
  return sql`(hasAllTokens(${searchForm(subject.text)}, [${joinSql(whole.map(text))}]) AND ${found})`;
}

/** Several runs of terms in one pattern, after one look for any of them. */
function anyRun(subject: Subject, literals: readonly string[]): Sql {
  const lowered = literals.map((literal) => literal.toLowerCase());
  const patterns = lowered.map((literal) => {
    const { start, end } = edgesOf(literal, { startEdge: true, endEdge: true });
    return (start ? `(?:^|${edge})` : "") + quoteRegex(literal) + (end ? `(?:$|${edge})` : "");
  });
  const needles = joinSql(lowered.map(text));
  const found = sql`(multiSearchAny(lower(${subject.text}), [${needles}]) AND match(${searchForm(subject.text)}, ${text(patterns.join("|"))}))`;
  const terms = [...new Set(lowered.flatMap(asciiTerms))];
  if (!subject.indexed || lowered.some((literal) => asciiTerms(literal).length === 0)) return found;
  return sql`(hasAnyTokens(${searchForm(subject.text)}, [${joinSql(terms.map(text))}]) AND ${found})`;
}

function edgesOf(literal: string, mode: SearchMode): { readonly start: boolean; readonly end: boolean } {
  return {
    start: mode.startEdge && isTermCharacter([...literal][0]),
    end: mode.endEdge && isTermCharacter([...literal].at(-1)),
  };
}

function isTermCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
