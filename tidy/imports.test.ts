import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allowedFolders, allowedModules, allowedPackages, recursiveFolders } from "./allowed-imports.js";
import { cycles, type Import, importsOf } from "./imports.js";
import { packageNames, read, root, sources } from "./repository.js";

const imports = sources().flatMap(importsOf);
const inside = imports.filter(({ target }) => target.startsWith("packages/"));
const outside = imports.filter(({ target }) => !target.startsWith("packages/"));

test("every package and every folder is in the table", () => {
  expect(Object.keys(allowedPackages).sort()).toEqual(packageNames);
  const missing = new Set(
    sources()
      .filter((file) => allowedFolders[packageOf(file)] !== undefined)
      .filter((file) => allowedFolders[packageOf(file)]?.[folderOf(file)] === undefined)
      .map((file) => `${packageOf(file)}/${folderOf(file)}`),
  );
  expect([...missing]).toEqual([]);
});

test("packages import only the packages that the table allows", () => {
  const wrong = outside.filter(({ file, target }) => {
    const name = /^@calypso\/(.+)$/.exec(target)?.[1];
    return name !== undefined && !allowedPackages[packageOf(file)]?.includes(name);
  });
  const across = inside.filter(({ file, target }) => packageOf(file) !== packageOf(target));
  expect([...wrong, ...across].map(edge)).toEqual([]);
});

test("folders import only the folders that the table allows", () => {
  const wrong = inside.filter(({ file, target }) => {
    const allowed = allowedFolders[packageOf(file)]?.[folderOf(file)];
    const [from, to] = [folderOf(file), folderOf(target)];
    if (allowed === undefined || from === to || allowed.includes("*")) return false;
    return !allowed.includes(to) && !allowed.includes(`${to}/${stemOf(target)}`);
  });
  expect(wrong.map(edge)).toEqual([]);
});

test("modules from outside are imported only where the table allows", () => {
  const wrong = outside.filter(({ file, target }) => {
    if (target.startsWith("@calypso/")) return false;
    const places = allowedModules[target] ?? allowedModules[moduleOf(target)] ?? [];
    return !places.some((place) => file.startsWith(place));
  });
  expect(wrong.map(edge)).toEqual([]);
});

test("folders do not import each other in a circle", () => {
  const edges = graph(inside, (file) => `${packageOf(file)}/${folderOf(file)}`);
  expect(cycles(edges)).toEqual([]);
});

test("files import each other in a circle only where the grammar nests", () => {
  const edges = graph(
    inside.filter(({ typeOnly, dynamic }) => !typeOnly && !dynamic),
    (file) => file,
  );
  const wrong = cycles(edges).filter(
    (group) => !recursiveFolders.some((folder) => group.every((file) => file.startsWith(folder))),
  );
  expect(wrong).toEqual([]);
});

test("ARCHITECTURE.md shows the same tables", () => {
  const text = read("ARCHITECTURE.md");
  const table = `<!-- imports -->\n${printed()}\n<!-- /imports -->`;
  const wanted = text.replace(/<!-- imports -->.*<!-- \/imports -->/s, () => table);
  if (process.env["UPDATE"] !== undefined) writeFileSync(join(root, "ARCHITECTURE.md"), wanted);
  else expect(text, "run `npm run docs`").toBe(wanted);
  expect(wanted).toContain(table);
});

function printed(): string {
  const packages = Object.entries(allowedPackages).map(([name, allowed]) => row(name, allowed));
  const folders = Object.entries(allowedFolders).flatMap(([name, table]) =>
    Object.entries(table).map(([folder, allowed]) => row(`${name}/src/${folder}`, allowed)),
  );
  return ["| from | may import |", "| --- | --- |", ...packages, ...folders].join("\n");
}

function row(name: string, allowed: readonly string[]): string {
  const names = allowed.map((target) => (target === "*" ? "all of the package" : `\`${target}\``));
  return `| \`${name}\` | ${names.length === 0 ? "nothing" : names.join(", ")} |`;
}

function graph(list: readonly Import[], nameOf: (file: string) => string): ReadonlyMap<string, ReadonlySet<string>> {
  const edges = new Map<string, Set<string>>();
  for (const { file, target } of list) {
    const [from, to] = [nameOf(file), nameOf(target)];
    if (from === to && from !== file) continue;
    edges.set(from, (edges.get(from) ?? new Set()).add(to));
  }
  return edges;
}

function edge({ file, line, target }: Import): string {
  return `${file}:${line} imports ${target}`;
}

function packageOf(path: string): string {
  return path.split("/")[1] ?? "";
}

/** The folder under `src`, or the name of a file that stands in `src` itself. */
function folderOf(path: string): string {
  return (path.split("/")[3] ?? "").replace(/\.tsx?$/, "");
}

function stemOf(path: string): string {
  return path
    .split("/")
    .slice(4)
    .join("/")
    .replace(/\.tsx?$/, "");
}

/** `chdb` of `chdb/connection`, `node` of `node:fs`. */
function moduleOf(target: string): string {
  if (target.startsWith("node:")) return "node";
  return target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");
}
