import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's top folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Paths of the repository's own files, from its top folder, in order; what is installed, built or made by runs is left out. */
export function filesOf(folder = ""): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) return [path];
      return ignored.has(entry.name) || ignored.has(path) ? [] : filesOf(path);
    })
    .sort();
}

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The names of the packages' folders. */
export const packageNames: readonly string[] = readdirSync(join(root, "packages")).sort();

/** TypeScript that ships: no tests, and nothing that only tests use. */
export function sources(folder = "packages"): readonly string[] {
  return filesOf(folder).filter(
    (path) => /\.tsx?$/.test(path) && !path.endsWith(".test.ts") && !path.includes("/testing/"),
  );
}

const ignored = new Set([".git", "node_modules", "dist", "workspace", "calypso-rejected", ".calypso", "bench/data"]);
