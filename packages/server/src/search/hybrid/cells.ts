import type { Column, Constant, KqlType } from "@calypso/kql";
import type { Row } from "./transform.js";

/** Reads a row from its line, a JSON array in the spelling of `Step.rowsSql`. No number in it is longer than a double's. */
export function readRow(line: string, columns: readonly Column[]): Row {
  const cells = JSON.parse(line) as readonly unknown[]; // the compiler's lines are arrays
  return columns.map(({ type }, index) => constantOf(cells[index], type));
}

function constantOf(cell: unknown, type: KqlType): Constant {
  if (typeof cell === "string") {
    if (type === "long" || type === "datetime" || type === "timespan") return BigInt(cell);
    return type === "real" ? Number(cell) : cell;
  }
  if (typeof cell === "number") return type === "int" ? BigInt(cell) : cell;
  return typeof cell === "boolean" ? cell : null;
}

/** A row as one line that the engine reads: a JSON array in which whole numbers are text. */
export function writeRow(row: Row, columns: readonly Column[]): string {
  return JSON.stringify(columns.map(({ type }, index) => written(row[index] ?? null, type)));
}

function written(value: Constant, type: KqlType): string | boolean | null {
  if (value === null) return type === "string" || type === "dynamic" ? "" : null;
  if (typeof value === "boolean") return value;
  return type === "datetime" && typeof value === "bigint" ? datetimeText(value) : String(value);
}

/** Ticks since 1970-01-01 as the engine reads a datetime: `2020-01-01 00:00:00.0000000`. */
function datetimeText(ticks: bigint): string {
  const fraction = ((ticks % 10_000_000n) + 10_000_000n) % 10_000_000n;
  const seconds = new Date(Number((ticks - fraction) / 10_000n)).toISOString();
  return `${seconds.slice(0, 19).replace("T", " ")}.${String(fraction).padStart(7, "0")}`;
}
