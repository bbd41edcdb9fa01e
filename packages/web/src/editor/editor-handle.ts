import type { Diagnostic } from "@calypso/contract";

/** A part of a text that is run alone, and where its first character stands: line and column from 1. */
export interface TextPart {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** What the page asks of an editor, whichever it is. */
export interface EditorHandle {
  /** What is selected, or nothing. */
  readonly selected: () => TextPart | undefined;
  readonly focus: () => void;
  /** Puts the cursor to a line and column, counted from 1. */
  readonly reveal: (line: number, column: number) => void;
}

export interface EditorProps {
  readonly text: string;
  readonly change: (text: string) => void;
  /** Told of the place of the cursor, as characters from the beginning. */
  readonly moved: (offset: number) => void;
  /** Their places are those of the whole text. */
  readonly diagnostics: readonly Diagnostic[];
  readonly ready: (handle: EditorHandle) => void;
  /** What is written; a query in KQL where absent. */
  readonly language?: EditorLanguage;
  /** What the text is called; `Query` where absent. */
  readonly label?: string;
}

/** What is written in an editor. */
export type EditorLanguage = "kusto" | "yaml" | "json";

/** Where a character of a text stands: line and column from 1. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Diagnostics of a part with the places that they have in the whole text. */
export function inWhole(list: readonly Diagnostic[], { line, column }: Omit<TextPart, "text">): readonly Diagnostic[] {
  if (line === 1 && column === 1) return list;
  const shift = (at: number) => (at === 1 ? column - 1 : 0);
  return list.map(({ place, ...diagnostic }) =>
    place === undefined
      ? diagnostic
      : {
          ...diagnostic,
          place: {
            line: place.line + line - 1,
            column: place.column + shift(place.line),
            endLine: place.endLine + line - 1,
            endColumn: place.endColumn + shift(place.endLine),
          },
        },
  );
}
