import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { libraryVersions } from "./library-versions.js";
import { readingPackages, readingVersion } from "./reading-version.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-libraries-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function installed(path: string, version: string, dependencies: Readonly<Record<string, string>> = {}): void {
  mkdirSync(join(folder, path), { recursive: true });
  // As many libraries do, it exports no package.json.
  const manifest = { version, dependencies, exports: { ".": "./index.js" } };
  writeFileSync(join(folder, path, "package.json"), JSON.stringify(manifest));
}

test("a new version of a library that reads rules, or of one that it needs, is another reading", () => {
  const libraries = libraryVersions(readingPackages);
  const named = libraries.map((one) => one.replace(/@\d+\.\d+\.\d+.*$/, ""));
  expect(named).toEqual(
    expect.arrayContaining(["@kusto/language-service-next", "yaml", "smol-toml", "@lezer/python", "@lezer/lr"]),
  );
  expect(readingVersion()).toBe(readingVersion(libraries));
  const other = libraries.map((one) => one.replace(/^yaml@.*/, "yaml@99.0.0"));
  expect(readingVersion(other)).not.toBe(readingVersion());
});

test("versions are those of what is loaded: the nearest, also where two are installed", () => {
  installed("own", "1.0.0", { "@calypso/kql": "1.0.0", parser: "^2.0.0", words: "^1.0.0", missing: "1.0.0" });
  installed("node_modules/parser", "2.3.4", { words: "^5.0.0", parser: "^2.0.0" });
  installed("node_modules/words", "1.0.1");
  installed("node_modules/parser/node_modules/words", "5.0.0");
  const before = ["missing@", "parser@2.3.4", "words@1.0.1", "words@5.0.0"];
  expect(libraryVersions([join(folder, "own")])).toEqual(before);
  installed("node_modules/parser/node_modules/words", "5.0.1");
  expect(libraryVersions([join(folder, "own")])).toEqual([...before.slice(0, 3), "words@5.0.1"]);
});
