import { kqlTypeNamed, kqlTypes } from "@calypso/kql";
import { isMap, isScalar, isSeq } from "yaml";
import { type Field, type NodeReading, textOf } from "../rules/fields.js";
import type {
  DeclaredColumn,
  ScenarioCell,
  ScenarioEvents,
  ScenarioFile,
  ScenarioRow,
  ScenarioWatchlist,
} from "./scenario.js";
import { lengthOf } from "./scenario-times.js";
import { anyMap, items, requiredText, strictMap, wholeNumber, wrong } from "./strict-fields.js";

/** Reads events by table: lists of rows, and files. Rows take the columns of `defaults` that they do not have. */
export function readEvents(
  reading: NodeReading,
  field: Field | undefined,
  defaults: ReadonlyMap<string, readonly ScenarioCell[]>,
): ScenarioEvents[] {
  if (field === undefined) return [];
  return anyMap(reading, field).flatMap((entry): ScenarioEvents[] => {
    const table = entry.key;
    const place = reading.place(entry.offset);
    if (isScalar(entry.node) && typeof entry.node.value === "string") {
      return [{ kind: "file", table, place, path: entry.node.value }];
    }
    const rows = items(reading, entry).flatMap((item) => readRow(reading, item, defaults.get(table) ?? []) ?? []);
    return [{ kind: "rows", table, place, rows }];
  });
}

/** Reads the columns that all rows of a table have. */
export function readDefaults(reading: NodeReading, field: Field | undefined): Map<string, readonly ScenarioCell[]> {
  if (field === undefined) return new Map();
  return new Map(
    anyMap(reading, field).map((entry) => [entry.key, anyMap(reading, entry).map((one) => cell(reading, one))]),
  );
}

/** Reads the types of columns by table. */
export function readTables(reading: NodeReading, field: Field | undefined): ScenarioFile["tables"] {
  if (field === undefined) return [];
  return anyMap(reading, field).map((entry) => ({
    table: entry.key,
    columns: anyMap(reading, entry).flatMap((column): DeclaredColumn[] => {
      const written = requiredText(reading, column);
      const type = written === undefined ? undefined : kqlTypeNamed(written.trim());
      if (type !== undefined) return [{ name: column.key, type, place: reading.place(column.offset) }];
      if (written !== undefined) wrong(reading, column, `\`${written}\` is no type; types are ${kqlTypes.join(", ")}`);
      return [];
    }),
  }));
}

/** Reads watchlists by alias: a list of rows, a CSV file, or either of them with a search key. */
export function readWatchlists(reading: NodeReading, field: Field | undefined): ScenarioWatchlist[] {
  if (field === undefined) return [];
  return anyMap(reading, field).map((entry) => {
    const base = { alias: entry.key, place: reading.place(entry.offset) };
    if (isScalar(entry.node)) return { ...base, path: requiredText(reading, entry) ?? "", rows: [] };
    if (isSeq(entry.node)) return { ...base, rows: watchlistRows(reading, entry) };
    const keys = strictMap(reading, entry, ["file", "rows", "searchKey"]);
    const [file, rows, searchKey] = ["file", "rows", "searchKey"].map((key) => keys.get(key));
    const path = file === undefined ? undefined : requiredText(reading, file);
    const key = searchKey === undefined ? undefined : requiredText(reading, searchKey);
    return {
      ...base,
      ...(path === undefined ? {} : { path }),
      ...(key === undefined ? {} : { searchKey: key }),
      rows: rows === undefined ? [] : watchlistRows(reading, rows),
    };
  });
}

/** Reads the files of `externaldata`: a folder, or texts by name; what is no text is written as JSON. */
export function readExternaldata(reading: NodeReading, field: Field | undefined): ScenarioFile["externaldata"] {
  if (field === undefined) return undefined;
  if (isScalar(field.node)) return requiredText(reading, field);
  return anyMap(reading, field).map((entry) => {
    const { text, json } = cell(reading, entry);
    if (/[\\/]/.test(entry.key)) wrong(reading, entry, "a file's name is the last part of its URL");
    return { name: entry.key, text: text ?? json };
  });
}

function watchlistRows(reading: NodeReading, field: Field): Readonly<Record<string, string>>[] {
  return items(reading, field).map((item) =>
    Object.fromEntries(anyMap(reading, item).map((column) => [column.key, requiredText(reading, column) ?? ""])),
  );
}

function readRow(reading: NodeReading, field: Field, defaults: readonly ScenarioCell[]): ScenarioRow | undefined {
  if (!isMap(field.node)) return wrong(reading, field, "a row is a map of columns to values");
  let count = 1;
  let every = 0;
  const cells: ScenarioCell[] = [];
  for (const entry of anyMap(reading, field)) {
    if (entry.key === "$count") count = wholeNumber(reading, entry, 1) ?? 1;
    else if (entry.key === "$every") every = lengthOf(reading, entry) ?? 0;
    else if (entry.key.startsWith("$"))
      wrong(reading, entry, `\`${entry.key}\` means nothing here; there are $count and $every`);
    else cells.push(cell(reading, entry));
  }
  const named = new Set(cells.map(({ column }) => column));
  const added = defaults.filter(({ column }) => !named.has(column));
  return { place: reading.place(field.offset), cells: [...added, ...cells], count, every };
}

function cell(reading: NodeReading, field: Field): ScenarioCell {
  const place = reading.place(field.offset);
  const text = isScalar(field.node) ? (textOf(reading, field) ?? "") : undefined;
  const json = jsonOf(reading, field);
  return { column: field.key, place, json, ...(text === undefined ? {} : { text }) };
}

/** The JSON of a value; numbers stay as they are written, so that `1.0` and long integers are not changed. */
function jsonOf(reading: NodeReading, field: Field): string {
  const { node } = field;
  if (isMap(node)) {
    const members = anyMap(reading, field).map((one) => `${JSON.stringify(one.key)}:${jsonOf(reading, one)}`);
    return `{${members.join(",")}}`;
  }
  if (isSeq(node))
    return `[${items(reading, field)
      .map((one) => jsonOf(reading, one))
      .join(",")}]`;
  if (!isScalar(node) || node.value === null) return "null";
  const written = node.source ?? "";
  if (typeof node.value === "number" && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(written)) return written;
  return JSON.stringify(node.value);
}
