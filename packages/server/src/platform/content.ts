import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the data files that ship with Calypso: the nearest `content` above this package. */
export function contentFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, "content");
    if (existsSync(join(candidate, "tables", "tables.json"))) return candidate;
    const parent = dirname(folder);
    if (parent === folder) throw new Error("the folder content/tables, which ships with Calypso, is missing");
    folder = parent;
  }
}
