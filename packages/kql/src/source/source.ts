/** A half-open range of UTF-16 offsets in a source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place a person can find: both numbers count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The text that a user wrote, and the name it goes by in messages (`query`, a file name, `function f`). */
export interface Source {
  readonly name: string;
  readonly text: string;
  /** The place in the file of a place in the text, where the text is only a part of the file. */
  readonly placeInFile?: ((place: Place) => Place) | undefined;
  /** For the body of a saved function: the call that it was bound for. */
  readonly call?: Call;
}

/** A call of a saved function. */
export interface Call {
  readonly name: string;
  readonly source: Source;
  readonly span: Span;
}

/** The line and column of an offset in a text. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, Math.max(0, Math.min(offset, text.length)));
  const lines = before.split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

/** The calls that lead from the query to a body, the innermost first. */
export function callsTo(source: Source): readonly Call[] {
  return source.call === undefined ? [] : [source.call, ...callsTo(source.call.source)];
}

/** The line that holds a span, with carets under the part that the span covers. */
export function excerpt(text: string, span: Span): { readonly line: string; readonly carets: string } {
  const { line, column } = placeAt(text, span.start);
  const content = text.split(/\r\n|\r|\n/)[line - 1] ?? "";
  const width = Math.max(1, Math.min(span.end - span.start, content.length - column + 1));
  return { line: content, carets: " ".repeat(column - 1) + "^".repeat(width) };
}
