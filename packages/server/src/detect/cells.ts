import type { Column } from "@calypso/kql";

/** JSON text that is kept as it came, since a number in it is too long for JavaScript. */
export interface RawJson {
  readonly [rawJson]: string;
}
const rawJson = Symbol("raw JSON");

/** A value of a result row, in the command line's spelling. */
export type Cell = string | number | boolean | null | RawJson | readonly Cell[] | { readonly [key: string]: Cell };

/** A result row: one cell for each column. */
export type Row = readonly Cell[];

/** Reads a row from its line, a JSON array; dynamic cells that hold integers beyond 2^53 stay as text. */
export function parseRow(line: string, columns: readonly Column[]): Row {
  if (!/\d{16}/.test(line)) return parseJson(line) as Row; // a compiled query's lines are arrays
  return elements(line).map((text, index) => {
    const exact = columns[index]?.type !== "dynamic" || text.startsWith('"') || !/\d{16}/.test(text);
    return exact ? parseJson(text) : { [rawJson]: text };
  });
}

/** A cell as the text that alerts show: strings bare, nothing for null, JSON for arrays and objects. */
export function textOfCell(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "string") return cell;
  return typeof cell === "object" ? printJson(cell) : String(cell);
}

/** The elements of a cell that is an array or the text of one, integers beyond 2^53 as their digits; else undefined. */
export function arrayOfCell(cell: Cell | undefined): readonly Cell[] | undefined {
  const value = typeof cell === "string" || isRaw(cell) ? parseExactly(textOfCell(cell)) : cell;
  return Array.isArray(value) ? value : undefined;
}

/** JSON of a value that may hold cells. */
export function printJson(value: unknown): string {
  if (isRaw(value)) return value[rawJson];
  if (Array.isArray(value)) return `[${value.map((item) => printJson(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${printJson(item)}`).join(",")}}`;
}

/** True for something with a value: neither null nor blank text. */
export function isFilled(cell: Cell | undefined): boolean {
  return textOfCell(cell).trim() !== "";
}

function isRaw(value: unknown): value is RawJson {
  return typeof value === "object" && value !== null && rawJson in value;
}

function parseJson(text: string): Cell {
  return JSON.parse(text) as Cell; // JSON holds nothing else than cells
}

/** Strings match first, so that digits inside them stay; longer numbers become strings. */
function parseExactly(text: string): Cell | undefined {
  const safe = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]{15,}/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  try {
    return parseJson(safe);
  } catch {
    return undefined;
  }
}

/** The texts of the elements of a JSON array. */
function elements(line: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (const match of line.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)) {
    const token = match[0];
    if (token === "[" || token === "{") {
      if (depth === 0) start = match.index + 1;
      depth += 1;
    } else if (token === "]" || token === "}") {
      depth -= 1;
      if (depth === 0) {
        const last = line.slice(start, match.index).trim();
        return last === "" && found.length === 0 ? [] : [...found, last];
      }
    } else if (token === "," && depth === 1) {
      found.push(line.slice(start, match.index).trim());
      start = match.index + 1;
    }
  }
  return found;
}
