import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Column, KqlType } from "@calypso/kql";

/** The table schemas that ship with Calypso. Nothing is read before the first look-up, and then only what it needs. */
export interface ShippedTables {
  columns(table: string): readonly Column[] | undefined;
  /** String columns that get a text index. */
  indexed(table: string): readonly string[];
  readonly names: readonly string[];
}

/** The tables of the folder `content/tables`. */
export function shippedTables(folder: string): ShippedTables {
  const text = lazy(() => readFileSync(join(folder, "tables.json"), "utf8"));
  const names = lazy(() => [...text().matchAll(/^"([^"]+)":/gm)].map((match) => match[1] ?? ""));
  const indexes = lazy(
    (): Readonly<Record<string, readonly string[]>> =>
      JSON.parse(readFileSync(join(folder, "text-indexes.json"), "utf8")),
  );
  return {
    columns: (table) => columnsOf(text(), table),
    indexed: (table) => (Object.hasOwn(indexes(), table) ? (indexes()[table] ?? []) : []),
    get names() {
      return names();
    },
  };
}

/** The file holds one table a line, so that one is found and parsed without the other thousand. */
function columnsOf(text: string, table: string): readonly Column[] | undefined {
  const start = text.indexOf(`\n${JSON.stringify(table)}:`);
  if (start < 0) return undefined;
  const line = text.slice(text.indexOf(":", start) + 1, text.indexOf("\n", start + 1)).replace(/,$/, "");
  // The file is the project's own, and a test checks every type in it.
  const types = JSON.parse(line) as Record<string, KqlType>;
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
