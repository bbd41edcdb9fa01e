import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The libraries that packages of ours run with, and the libraries of those, each as `name@version` of what is installed where it is
 * loaded from, sorted. One that is not installed stands without a version.
 */
export function libraryVersions(packages: readonly string[]): readonly string[] {
  const found = new Map<string, string>();
  const waiting = packages.map((folder) => join(folder, "package.json"));
  for (const file of waiting) {
    const { dependencies } = manifestOf(file);
    for (const name of dependencies.filter((one) => !one.startsWith("@calypso/"))) {
      const installed = installedFrom(file, name);
      const place = installed ?? name;
      if (found.has(place)) continue;
      found.set(place, `${name}@${installed === undefined ? "" : manifestOf(installed).version}`);
      if (installed !== undefined) waiting.push(installed);
    }
  }
  return [...found.values()].sort();
}

interface Manifest {
  readonly version: string;
  /** Their names. */
  readonly dependencies: readonly string[];
}

function manifestOf(file: string): Manifest {
  const read: { readonly version?: string; readonly dependencies?: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(file, "utf8"),
  );
  return { version: read.version ?? "", dependencies: Object.keys(read.dependencies ?? {}) };
}

/** The `package.json` that a package gets where it asks for another: in the nearest folder of libraries above it. */
function installedFrom(file: string, name: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const found = join(folder, "node_modules", name, "package.json");
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) return undefined;
  }
}
