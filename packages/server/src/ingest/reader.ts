import { quoteName, quoteText } from "../store/quoting.js";
import type { FileInsert, Store } from "../store/store.js";
import { castText, dynamicFromJson, isSurprisingDynamic, minifiedJson, structureFromJson } from "./casts.js";
import type { SourceKey } from "./columns.js";
import { unmarkedJson, unmarkedText } from "./kept-json.js";
import type { Shape } from "./recognise.js";
import { DataError } from "./surprises.js";

/** Reads the rows of one source as texts by key, and writes what a SELECT over them makes into a table. */
export interface Reader {
  readonly keys: readonly SourceKey[];
  /**
   * Inserts one row per row of the source, or one in all where the values are aggregates. With `complete` it fails on a
   * property that is none of the keys.
   */
  insert(
    into: string,
    values: readonly string[],
    where?: string,
    options?: { readonly complete?: boolean },
  ): Promise<void>;
  /** SQL of the text of a key; a key that a row lacks is `''`. */
  text(key: string): string;
  /** The same for a column of texts, which keeps an array or object as canonical JSON. */
  written(key: string): string;
  /** SQL of the canonical JSON of a key, for a dynamic column. */
  dynamic(key: string): string;
  /**
   * Conditions that must be false on every row for this reader to be exact. They mention every key, because the parser
   * knows only the columns that a statement mentions, and all others would be unknown to it.
   */
  unreadable(dynamicKeys: readonly string[]): readonly string[];
  /** Line of the row and its text, as SQL, where the reader knows them. */
  readonly place?: { readonly line: string; readonly text: string };
}

/** Lets the engine read the file itself, in one pass; fails on the first thing that is not as expected. */
export function fileReader(
  store: Store,
  path: string,
  shape: Extract<Shape, { kind: "csv" | "lines" | "objects" }>,
  keys: readonly SourceKey[],
): Reader {
  const csv = shape.kind === "csv" ? shape : undefined;
  if (csv === undefined && keys.some((key) => key.name === "")) throw new DataError("a property without a name");
  const name = (key: string) => quoteName(csv === undefined ? key : `c${csv.header.indexOf(key)}`);
  const columns = csv === undefined ? keys.map((key) => key.name) : csv.header;
  const kindsOf = new Map(keys.map((key) => [key.name, key.kinds]));
  const source = {
    path,
    format: csv === undefined ? "JSONEachRow" : "CSV",
    structure: columns.map((key) => `${name(key)} String`).join(", "),
    settings: csv === undefined ? jsonSettings : csvSettings(csv),
  };
  return {
    keys,
    insert: (into, values, where, options = {}) => {
      if (csv !== undefined) return store.insertFile(insertOf(into, values, where, source));
      const settings = { ...source.settings, input_format_skip_unknown_fields: options.complete ? 0 : 1 };
      return store.insertFile(insertOf(into, values, where, { ...source, settings }));
    },
    text: name,
    written: (key) => {
      const kinds = kindsOf.get(key) ?? [];
      if (!kinds.includes("Object") && !kinds.includes("Array")) return name(key);
      if (kinds.includes("String")) throw new DataError("texts and structures in one property");
      return `if(${isStructure(name(key))}, ${minifiedJson(name(key))}, ${name(key)})`;
    },
    dynamic: (key) => (csv === undefined ? minifiedJson(name(key)) : castText("dynamic", name(key))),
    unreadable: (dynamicKeys) =>
      csv === undefined
        ? [
            ...dynamicKeys.map((key) => isSurprisingDynamic(name(key))),
            `(${columns.map((key) => `isValidUTF8(${name(key)})`).join(" + ")} < ${columns.length})`,
          ]
        : [],
  };
}

/** Reads the lines that `fillRaw` kept: slower, exact for every kind of row, and able to leave broken ones out. */
export function rawReader(store: Store, raw: string, keys: readonly SourceKey[], textual: boolean): Reader {
  // No element of a tuple is without a name; the property that is stands first.
  const named = keys.filter((key) => key.name !== "");
  const position = new Map([["", 1], ...named.map((key, index) => [key.name, index + 2] as const)]);
  const text = (key: string) => `tupleElement(r.t, ${position.get(key)})`;
  const tuple = `Tuple(${named.map((key) => `${quoteName(key.name)} String`).join(", ")})`;
  const texts = [
    named.length < keys.length ? unmarkedText(nameless) : "''",
    ...named.map((_key, index) => unmarkedText(`tupleElement(p, ${index + 1})`)),
  ];
  const parsed =
    `SELECT n, line, tuple(${texts.join(", ")}) AS t FROM` +
    ` (SELECT n, line, JSONExtract(line, ${quoteText(tuple)}) AS p FROM ${raw} WHERE ok = 1)`;
  const written = (key: string) => {
    const isOne = `JSONType(r.line, ${quoteText(key)}) IN ('Object', 'Array')`;
    return `if(${isStructure(text(key))} AND ${isOne}, ${structureFromJson(text(key))}, ${text(key)})`;
  };
  return {
    keys,
    insert: (into, values, where) =>
      store.command(
        `INSERT INTO ${into} SELECT ${values.join(", ")} FROM (${parsed}) AS r` +
          (where === undefined ? "" : ` WHERE ${where}`) +
          smallBlocks,
      ),
    text,
    written: textual ? text : written,
    dynamic: (key) =>
      textual
        ? castText("dynamic", text(key))
        : dynamicFromJson(unmarkedJson(`JSONExtractRaw(r.line, ${quoteText(key)})`)),
    unreadable: () => [],
    place: { line: "r.n", text: unmarkedJson("r.line") },
  };
}

/** The text of the property whose name is empty. */
const nameless = "if(JSONType(line, '') = 'String', JSONExtractString(line, ''), JSONExtractRaw(line, ''))";

function isStructure(text: string): string {
  return `substring(${text}, 1, 1) IN ('{', '[')`;
}

/** Rows wait in memory until a block is full; lines of text fill it soon. */
export const smallBlocks =
  " SETTINGS max_block_size=8192, min_insert_block_size_bytes=100000000, min_insert_block_size_rows=200000";

function insertOf(
  into: string,
  values: readonly string[],
  where: string | undefined,
  source: Omit<FileInsert, "into" | "select" | "where">,
): FileInsert {
  return { into, select: values.join(", "), ...(where === undefined ? {} : { where }), ...source };
}

const jsonSettings = {
  input_format_column_name_matching_mode: "match_case",
  input_format_null_as_default: 1,
  input_format_json_read_objects_as_strings: 1,
  input_format_json_read_arrays_as_strings: 1,
  input_format_json_read_numbers_as_strings: 1,
  input_format_json_read_bools_as_strings: 1,
  input_format_defaults_for_omitted_fields: 0,
  input_format_max_block_size_bytes: 90_000_000,
  min_insert_block_size_bytes: 75_000_000,
};

/** Settings with which the engine reads the fields of a CSV as they are. */
export function csvSettings(csv: { readonly delimiter: string; readonly headerLines: number }) {
  return {
    format_csv_delimiter: csv.delimiter,
    input_format_csv_skip_first_lines: csv.headerLines,
    input_format_csv_trim_whitespaces: 0,
    input_format_csv_allow_variable_number_of_columns: 0,
    input_format_csv_skip_trailing_empty_lines: 1,
    input_format_csv_detect_header: 0,
    // No field means null by what it says; this one cannot be in a file, whose text is UTF-8.
    format_csv_null_representation: "\u0000\uFDD0",
  };
}
