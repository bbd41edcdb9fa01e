import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "../../ingest/files.js";
import type { Collecting } from "./contents.js";

/** Reads the files below a folder. Links are named and not followed, so that none leads out or round in a circle. */
export async function collectFolder(into: Collecting, folder: string, below = ""): Promise<void> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.name === ".git" || entry.name === "node_modules") continue;
    if (!into.enter(path)) return;
    try {
      if (entry.isDirectory()) await collectFolder(into, folder, path);
      else if (entry.isSymbolicLink()) into.skip(path, "it is a link, and links are not followed");
      else if (into.wants(path)) {
        const { size } = await stat(join(folder, path));
        if (size > into.limits.maxFileBytes) into.skip(path, into.tooLarge);
        else if (!entry.isFile()) into.skip(path, "it is neither a file nor a folder");
        else into.add(path, await readFile(join(folder, path)));
      }
    } catch (error) {
      into.skip(path, reasonOf(error));
    }
  }
}
