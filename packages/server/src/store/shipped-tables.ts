import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Column, KqlType } from "@calypso/kql";
import type { PropertyForms } from "./stored-properties.js";
import type { StoredForms } from "./table-definition.js";

/** The table schemas that ship with Calypso. Nothing is read before the first look-up, and then only what it needs. */
export interface ShippedTables {
  columns(table: string): readonly Column[] | undefined;
  /** Names that Microsoft Defender gives to columns, each with the column that it stands for. */
  otherNames(table: string): Readonly<Record<string, string>>;
  /** How the columns of a table are stored, whether it ships or not. */
  forms(table: string): StoredForms;
  /** KQL of the rows that a table has beside those that are stored; undefined for most tables. */
  addedRows(table: string): string | undefined;
  readonly names: readonly string[];
}

/** The tables of the folder `content/tables`. */
export function shippedTables(folder: string): ShippedTables {
  const text = lazy(() => readFileSync(join(folder, "tables.json"), "utf8"));
  const lines = lazy(() => linesByTable(text()));
  const indexes = lazy(() => byTable<readonly string[]>(join(folder, "text-indexes.json")));
  const fewValues = lazy(() => byTable<readonly string[]>(join(folder, "few-values.json")));
  const properties = lazy(() => byTable<PropertyForms>(join(folder, "properties.json")));
  const others = lazy(
    (): Readonly<Record<string, Readonly<Record<string, string>>>> =>
      JSON.parse(readFileSync(join(folder, "other-names.json"), "utf8")),
  );
  const added = lazy(() => new Set(readdirSync(join(folder, "added-rows"))));
  return {
    addedRows: (table) => {
      const name = `${table.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}.kql`;
      return added().has(name) ? readFileSync(join(folder, "added-rows", name), "utf8") : undefined;
    },
    otherNames: (table) => (Object.hasOwn(others(), table) ? (others()[table] ?? {}) : {}),
    columns: (table) => columnsOf(lines().get(table)),
    forms: (table) => ({
      indexed: indexes().get(table) ?? [],
      fewValues: [...(fewValues().get(everyTable) ?? []), ...(fewValues().get(table) ?? [])],
      properties: properties().get(table) ?? {},
    }),
    get names() {
      return [...lines().keys()];
    },
  };
}

/** Stands for the columns of a name in whatever table. */
const everyTable = "*";

function byTable<T>(path: string): ReadonlyMap<string, T> {
  // The files are the project's own, and a test checks every name in them.
  return new Map(Object.entries(JSON.parse(readFileSync(path, "utf8")) as Record<string, T>));
}

/** The file holds one table a line, so that one is found and parsed without the other thousand. */
function linesByTable(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split("\n").flatMap((line) => {
      const end = line.indexOf('":');
      return end < 0 ? [] : [[line.slice(1, end), line.slice(end + 2)] as const];
    }),
  );
}

function columnsOf(line: string | undefined): readonly Column[] | undefined {
  if (line === undefined) return undefined;
  // The file is the project's own, and a test checks every type in it.
  const types = JSON.parse(line.replace(/,$/, "")) as Record<string, KqlType>;
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
