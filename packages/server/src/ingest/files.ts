import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** A file to load, and whether the user named it or it was found in a folder; `problem` where it cannot be read. */
export interface FoundFile {
  readonly path: string;
  readonly isNamed: boolean;
  readonly problem?: string;
}

/** The files under the given paths, folders walked in name order; what cannot be read is given with its reason. */
export async function* filesUnder(paths: readonly string[]): AsyncGenerator<FoundFile> {
  for (const path of paths) {
    try {
      const entry = await stat(path);
      if (!entry.isDirectory()) {
        yield { path, isNamed: true, ...(entry.isFile() ? {} : { problem: noFile }) };
        continue;
      }
      let found = 0;
      for await (const file of filesIn(path)) {
        found += 1;
        yield file;
      }
      if (found === 0) yield { path, isNamed: true, problem: "the folder holds no files" };
    } catch (error) {
      yield { path, isNamed: true, problem: reasonOf(error) };
    }
  }
}

/** Documents, pictures, queries and scripts, which stand beside the logs of a case and are none. */
export function isDocumentName(name: string): boolean {
  return /\.(md|pdf|docx?|odt|rtf|pptx?|html?|css|png|jpe?g|gif|svg|webp|kql|kusto|ya?ml|ps1|sh|bat|py)$/i.test(name);
}

/** Copies that archives made on a Mac carry beside the real files. */
export function isJunkName(path: string): boolean {
  return path.split(/[\\/]/).some((part) => part === "__MACOSX" || part.startsWith("._") || part === ".DS_Store");
}

/** The reason of an error of the file system, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT") return "no such file or folder";
  if (code === "EACCES" || code === "EPERM") return "no permission to read it";
  return error instanceof Error ? error.message.split("\n", 1)[0]! : String(error);
}

async function* filesIn(folder: string): AsyncGenerator<FoundFile> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isJunkName(entry.name) || entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile()) yield { path, isNamed: false };
    else yield { path, isNamed: false, ...(await problemOfLink(path)) };
  }
}

/** A link to a file is that file. One to a folder could lead round in a circle. */
async function problemOfLink(path: string): Promise<{ readonly problem?: string }> {
  try {
    const entry = await stat(path);
    if (entry.isFile()) return {};
    return { problem: entry.isDirectory() ? "a link to a folder is not followed; name the folder itself" : noFile };
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}

const noFile = "it is neither a file nor a folder";
