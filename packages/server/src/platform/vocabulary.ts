import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readVocabulary, type Vocabulary } from "@calypso/catalog";
import { contentFolder } from "./content.js";

/** The vocabulary that ships with Calypso; read once, when it is first asked for. */
export function shippedVocabulary(): Vocabulary {
  shipped ??= readShipped();
  return shipped;
}

let shipped: Vocabulary | undefined;

function readShipped(): Vocabulary {
  const content = contentFolder();
  // The file is the project's own, and a test checks every name in it.
  const tables = JSON.parse(readFileSync(join(content, "tables", "tables.json"), "utf8")) as Record<
    string,
    Record<string, string>
  >;
  const folder = join(content, "vocabulary");
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
  const columns = (table: string) => {
    const found = tables[table];
    return found === undefined ? undefined : new Map(Object.entries(found));
  };
  return readVocabulary(files, columns).vocabulary;
}
