import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** A file itself, or the files below a folder whose names match, in the order of their names; none where there is nothing. */
export function filesBelow(path: string, names: RegExp): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return filesBelow(inner, names);
      return names.test(entry.name) ? [inner] : [];
    });
}

/** The text of a file in UTF-8, without a byte order mark; undefined where it is not text, or cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch {
    return undefined;
  }
}
