import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** `packages/server`, from the source as from what was compiled. */
const server = new URL("../../", import.meta.url);

/**
 * The files of an empty database for a folder that has none yet, as the build packed them with `snapshot/database.mjs`:
 * unpacking them takes a fraction of the time that making them does. Without them, or for another version of the engine
 * than they are of, nothing, and the engine makes them.
 */
export async function emptyDatabase(folder: string): Promise<{ readonly loadDataDir?: Blob }> {
  if (existsSync(join(folder, "PG_VERSION"))) return {};
  const { dependencies }: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(new URL("package.json", server), "utf8"),
  );
  const archive = new URL(`dist/database-${dependencies["@electric-sql/pglite"]}.tar.gz`, server);
  if (!existsSync(archive)) return {};
  return { loadDataDir: new Blob([await readFile(archive)], { type: "application/x-gzip" }) };
}
