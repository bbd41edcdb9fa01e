import ts from "typescript";
import { expect, test } from "vitest";
import { filesOf, read } from "./repository.js";
import { placesOf } from "./syntax.js";

const files = filesOf();
const code = files.filter((path) => /\.(tsx?|mjs|js)$/.test(path));
const typed = code.filter((path) => /\.tsx?$/.test(path));

test("file names are kebab-case", () => {
  const isName = (name: string) => /^\.?[a-z0-9]+([.-][a-z0-9]+)*$/.test(name) || documents.has(name);
  // Logs and remote files are found by the name of their table or address.
  const data = /(^|\/)(logs|externaldata)\/[^/]+$/;
  expect(files.filter((path) => !data.test(path) && !path.split("/").every(isName))).toEqual([]);
});

test("no file of code is longer than 400 lines", () => {
  const lines = (path: string) => read(path).split("\n").length - 1;
  expect(code.filter((path) => lines(path) > 400).map((path) => `${path}: ${lines(path)} lines`)).toEqual([]);
});

test("every test runs", () => {
  const tests = typed.filter((path) => path.endsWith(".test.ts"));
  expect(found(tests, /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:only|skip|skipIf|todo|fails)\b/)).toEqual([]);
});

test("nothing silences the compiler or the linter", () => {
  expect(
    found(code, new RegExp(["biome", "ts"].map((tool) => `${tool}-(?:ignore|expect-error|nocheck)`).join("|"))),
  ).toEqual([]);
});

test("`any` stands only where the language service is read", () => {
  const elsewhere = typed.filter((path) => !path.startsWith("packages/kql/src/syntax/"));
  expect(placesOf(elsewhere, (node) => node.kind === ts.SyntaxKind.AnyKeyword)).toEqual([]);
});

test("folders are named for what they hold", () => {
  const vague = new Set(["common", "shared", "core", "lib", "utils", "util", "helpers", "misc"]);
  expect(files.filter((path) => path.split("/").some((name) => vague.has(name.replace(/\..*/, ""))))).toEqual([]);
});

/** Files whose names are written large everywhere. */
const documents = new Set([
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "RESULTS.md",
  "LICENSE",
  "NOTICE",
]);

function found(paths: readonly string[], pattern: RegExp): readonly string[] {
  return paths.flatMap((path) =>
    read(path)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}
