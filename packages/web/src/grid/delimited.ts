import type { Cell } from "./rows.ts";

/** A column as an export needs it. */
export interface ExportColumn {
  readonly name: string;
  readonly type: string;
}

type Rows = Iterable<readonly Cell[]>;

/** Comma-separated values with a line of headings (RFC 4180), none of which a spreadsheet takes for a formula. */
export function csvOf(columns: readonly ExportColumn[], rows: Rows): string {
  const lines = [columns.map(({ name }) => quoted(harmless(name))).join(",")];
  for (const row of rows) lines.push(row.map((cell, index) => quoted(cellText(cell, columns[index]))).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

/** The same separated by tabs, as spreadsheets take it from the clipboard; tabs and line ends within become spaces. */
export function tsvOf(columns: readonly ExportColumn[], rows: Rows): string {
  const lines = [columns.map(({ name }) => flat(harmless(name))).join("\t")];
  for (const row of rows) lines.push(row.map((cell, index) => flat(cellText(cell, columns[index]))).join("\t"));
  return `${lines.join("\n")}\n`;
}

/** An array of objects; what the API gives as text stays text, dynamics become JSON. */
export function jsonOf(columns: readonly ExportColumn[], rows: Rows): string {
  const lines: string[] = [];
  for (const row of rows) {
    const fields = columns.map(({ name, type }, index) => {
      const cell = row[index] ?? null;
      // A dynamic is the text of its JSON already: parsing it would lose digits.
      const value = type === "dynamic" && typeof cell === "string" && cell !== "" ? cell : JSON.stringify(cell);
      return `${JSON.stringify(name)}:${value}`;
    });
    lines.push(`{${fields.join(",")}}`);
  }
  return `[\n${lines.join(",\n")}\n]\n`;
}

const numbers = new Set(["int", "long", "real", "decimal", "bool", "datetime", "timespan"]);

function cellText(cell: Cell, column: ExportColumn | undefined): string {
  if (cell === null) return "";
  const text = String(cell);
  return numbers.has(column?.type ?? "string") ? text : harmless(text);
}

/** A spreadsheet runs what begins like a formula; an apostrophe before it makes it text. */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function flat(text: string): string {
  return text.replace(/[\t\r\n]+/g, " ");
}
