import type { Column } from "@calypso/kql";
import type { QueryError } from "../search/query-error.js";
import { cellsOf, plainCell } from "./cells.js";
import { writeTable } from "./table.js";
import type { TextSink } from "./terminal.js";

/** The forms in which a result can be printed. */
export const queryFormats = ["table", "json", "ndjson", "csv"] as const;

export type QueryFormat = (typeof queryFormats)[number];

/** A result to print; without `rows` where the query was only checked. */
export interface Result {
  readonly columns: readonly Column[];
  readonly warnings: readonly QueryError[];
  /** One JSON array a row. */
  readonly rows?: AsyncIterable<string>;
}

/** Prints a result row by row, as the rows come. */
export function writeResult(out: TextSink, format: QueryFormat, result: Result): Promise<void> {
  switch (format) {
    case "json":
      return writeJson(out, result);
    case "ndjson":
      return writeNdjson(out, result);
    case "csv":
      return writeCsv(out, result);
    case "table":
      return writeTable(out, result.columns, result.rows);
    default:
      return format satisfies never;
  }
}

/** Lines are already JSON in the contract's spelling, so they go out as they are. */
async function writeJson(out: TextSink, result: Result): Promise<void> {
  await out.write(`{"columns":${columnsJson(result.columns)}`);
  if (result.rows !== undefined) {
    await out.write(`,"rows":[`);
    let separator = "\n";
    for await (const row of result.rows) {
      await out.write(separator + row);
      separator = ",\n";
    }
    await out.write("]");
  }
  await out.write(`,"warnings":${JSON.stringify(result.warnings)}}\n`);
}

/** The columns as the contract has them. */
export function columnsJson(columns: readonly Column[]): string {
  return JSON.stringify(columns.map(({ name, type }) => ({ name, type })));
}

async function writeNdjson(out: TextSink, result: Result): Promise<void> {
  if (result.rows === undefined) return out.write(`{"columns":${columnsJson(result.columns)}}\n`);
  const names = result.columns.map((column) => `${JSON.stringify(column.name)}:`);
  for await (const row of result.rows) {
    const cells = cellsOf(row).map((cell, index) => (names[index] ?? "") + cell);
    await out.write(`{${cells.join(",")}}\n`);
  }
}

async function writeCsv(out: TextSink, result: Result): Promise<void> {
  await out.write(`${result.columns.map((column) => csvCell(column.name)).join(",")}\r\n`);
  for await (const row of result.rows ?? []) {
    await out.write(
      `${cellsOf(row)
        .map((cell) => csvCell(plainCell(cell)))
        .join(",")}\r\n`,
    );
  }
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
