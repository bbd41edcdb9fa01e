import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { contentFolder } from "../platform/content.js";
import { libraryVersions } from "./library-versions.js";

/** The packages that read rules. */
export const readingPackages: readonly string[] = ["../../../kql", "../../../catalog"].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);

/** Where what decides how rules are read is: code that is built, and data files. */
function places(): readonly string[] {
  const data = ["tables", "functions", "vocabulary", "watchlists"];
  const here = fileURLToPath(new URL("../../dist/catalogue", import.meta.url));
  return [
    ...readingPackages.map((folder) => join(folder, "dist")),
    here,
    ...data.map((name) => join(contentFolder(), name)),
  ];
}

/**
 * The digest of all that decides what a rule's text comes to. A rule whose text was read by the same need not be read again; it
 * follows from the files themselves, as a number that somebody has to raise would be forgotten, and from the versions of the
 * libraries that read.
 */
export function readingVersion(libraries: readonly string[] = libraryVersions(readingPackages)): string {
  const digest = createHash("sha256").update(`${libraries.join("\n")}\n`);
  for (const folder of places()) {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const name of names.filter((one) => /\.(?:js|json|ya?ml|csv|kql)$/.test(one)).sort()) {
      digest.update(`${name}\n`).update(readFileSync(join(folder, name)));
    }
  }
  return digest.digest("hex");
}
