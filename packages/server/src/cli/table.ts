import type { Column, KqlType } from "@calypso/kql";
import { cellsOf, plainCell } from "./cells.js";
import type { TextSink } from "./terminal.js";

/** Prints rows as an aligned table; the first rows decide the widths. */
export async function writeTable(
  out: TextSink,
  columns: readonly Column[],
  rows: AsyncIterable<string> = noRows(),
): Promise<void> {
  let head: (readonly string[])[] | undefined = [];
  let layout: Layout | undefined;
  let count = 0;
  for await (const row of rows) {
    count += 1;
    const cells = cellsOf(row).map((cell) => printable(plainCell(cell)));
    if (layout !== undefined) await out.write(lineOf(layout, cells));
    else {
      head?.push(cells);
      if (count < measuredRows) continue;
      layout = await startTable(out, columns, head ?? []);
      head = undefined;
    }
  }
  if (layout === undefined) await startTable(out, columns, head ?? []);
  await out.write(`${count} ${count === 1 ? "row" : "rows"}\n`);
}

/**
 * Text from logs made safe for a terminal: control characters, which could move the cursor or hide text, and the marks that
 * turn the direction of writing are shown by their number.
 */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => {
    const short = shortEscapes[character];
    return short ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

const measuredRows = 1000;
const widestCell = 80;
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const rightAligned: ReadonlySet<KqlType> = new Set(["int", "long", "real", "decimal", "timespan"]);

interface Layout {
  readonly widths: readonly number[];
  readonly right: readonly boolean[];
}

async function* noRows(): AsyncGenerator<string> {}

async function startTable(
  out: TextSink,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): Promise<Layout> {
  const names = columns.map((column) => printable(column.name));
  const layout: Layout = {
    widths: names.map((name, index) =>
      Math.min(widestCell, Math.max(lengthOf(name), ...rows.map((row) => lengthOf(row[index] ?? "")))),
    ),
    right: columns.map((column) => rightAligned.has(column.type)),
  };
  await out.write(lineOf(layout, names));
  await out.write(`${layout.widths.map((width) => "─".repeat(width)).join("  ")}\n`);
  for (const row of rows) await out.write(lineOf(layout, row));
  return layout;
}

function lineOf(layout: Layout, cells: readonly string[]): string {
  const padded = cells.map((cell, index) => {
    const text = shorten(cell);
    const space = " ".repeat(Math.max(0, (layout.widths[index] ?? 0) - lengthOf(text)));
    return layout.right[index] ? space + text : text + space;
  });
  return `${padded.join("  ").trimEnd()}\n`;
}

function shorten(text: string): string {
  return lengthOf(text) <= widestCell ? text : `${[...text].slice(0, widestCell - 1).join("")}…`;
}

function lengthOf(text: string): number {
  return [...text].length;
}
