import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Detection } from "../../detections/detection.js";
import type { Problem } from "../../rules/problem.js";
import { readVocabulary } from "../../vocabulary/read-vocabulary.js";
import type { FilesBeside, PlatformReader } from "../language.js";

const root = fileURLToPath(new URL("../../../../../", import.meta.url));

/** The vocabulary that ships, and what is wrong with it. */
export function shippedNames() {
  const tables: Record<string, Record<string, string>> = JSON.parse(
    readFileSync(join(root, "content/tables/tables.json"), "utf8"),
  );
  const folder = join(root, "content/vocabulary");
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
  return readVocabulary(files, (table) => {
    const columns = tables[table];
    return columns === undefined ? undefined : new Map(Object.entries(columns));
  });
}

/** A repository of rules that tests read, from `packages/catalog/fixtures`. */
export function fixtures(folder: string): FilesBeside {
  const path = join(root, "packages/catalog/fixtures", folder);
  const paths = readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();
  return { paths, text: (name) => (paths.includes(name) ? readFileSync(join(path, name), "utf8") : undefined) };
}

/** All rules of a repository, in the order of its paths. */
export function readAll(
  reader: PlatformReader,
  beside: FilesBeside,
): { readonly detections: readonly Detection[]; readonly problems: readonly Problem[] } {
  const { vocabulary } = shippedNames();
  const read = beside.paths
    .filter(reader.mayHold)
    .map((name) => reader.read({ name, text: beside.text(name) ?? "" }, beside, vocabulary));
  return { detections: read.flatMap((one) => one.detections), problems: read.flatMap((one) => one.problems) };
}
