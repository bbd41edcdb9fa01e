import type { Column, KqlType } from "@calypso/kql";
import { cellsOf, plainCell } from "./cells.js";
import { printable } from "./printable.js";
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

const measuredRows = 1000;
const widestCell = 80;
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
