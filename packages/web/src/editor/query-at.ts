import { lineAndColumn, type TextPart } from "./editor-handle.ts";

/** Statements that give no rows: what follows them belongs to them, whatever stands between. */
const preparing = /^(?:let|set|declare|alias|pattern|restrict)\b/;

/**
 * The query that a place of a text belongs to. Blank lines part queries, except between statements of one (`let …;`), around a `|`,
 * and inside brackets and strings.
 */
export function queryAt(text: string, offset: number): TextPart {
  const starts = startsOf(text);
  const index = Math.max(
    0,
    starts.findLastIndex((start) => start <= offset),
  );
  const from = starts[index] ?? 0;
  return { text: text.slice(from, starts[index + 1]).trimEnd(), ...lineAndColumn(text, from) };
}

/** Where the queries of a text begin: the first with the text, the others with a line. */
function startsOf(text: string): readonly number[] {
  const starts = [0];
  let depth = 0;
  /** The last character that says something, and where the statement that it belongs to begins. */
  let last = "";
  let statement: number | undefined;
  /** Where the lines after the blank ones begin; nothing where no blank line was met since. */
  let blank: number | undefined;
  let lineIsBlank = false;
  let commented = false;
  for (const { kind, at, value } of tokensOf(text)) {
    if (kind === "line") {
      // A comment before a query is a part of it.
      if (lineIsBlank && !commented) blank = at + 1;
      lineIsBlank = true;
      continue;
    }
    lineIsBlank = false;
    if (kind === "comment") {
      commented = blank !== undefined;
      continue;
    }
    const before = statement === undefined ? "" : text.slice(statement, at);
    const goesOn =
      depth > 0 || /[|,=(]/.test(last) || /[|),\]}]/.test(value) || (last === ";" && preparing.test(before));
    if (blank !== undefined && last !== "" && !goesOn) {
      starts.push(blank);
      statement = undefined;
    }
    [blank, commented] = [undefined, false];
    if (last === ";" || statement === undefined) statement = at;
    if (/[([{]/.test(value)) depth++;
    else if (/[)\]}]/.test(value)) depth = Math.max(0, depth - 1);
    last = value;
  }
  return starts;
}

interface Token {
  readonly kind: "line" | "comment" | "other";
  readonly at: number;
  /** A character; the first of a string. */
  readonly value: string;
}

const pattern =
  /(?<line>\n)|(?<comment>\/\/[^\n]*)|(?<string>```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|@"(?:""|[^"\n])*"?|@'(?:''|[^'\n])*'?|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|\S/g;

function* tokensOf(text: string): Generator<Token> {
  for (const { groups, index, 0: value } of text.matchAll(pattern)) {
    const kind = groups?.["line"] !== undefined ? "line" : groups?.["comment"] !== undefined ? "comment" : "other";
    yield { kind, at: index, value: value.charAt(0) };
  }
}
