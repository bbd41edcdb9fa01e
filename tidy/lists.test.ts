import { normalize } from "node:path/posix";
import { expect, test } from "vitest";
import { commands } from "../packages/server/src/cli/commands.js";
import { filesOf, packageNames, read } from "./repository.js";

interface Manifest {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

const own = ["package.json", "bench/lighthouse/package.json"];
const manifests = [...own, ...packageNames.map((name) => `packages/${name}/package.json`)].map((path) => {
  const manifest: Manifest = JSON.parse(read(path));
  return { path, ...manifest };
});
const dependencies = manifests.flatMap(({ path, dependencies, devDependencies }) =>
  Object.entries({ ...dependencies, ...devDependencies }).map(([name, version]) => ({ path, name, version })),
);
const outside = dependencies.filter(({ name }) => !name.startsWith("@calypso/"));

test("dependencies are pinned to one version", () => {
  const loose = dependencies.filter(({ version }) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  expect(loose.map(({ path, name, version }) => `${path}: ${name} ${version}`)).toEqual([]);
});

test("docs/dependencies.md has a line for each dependency, with its version and a reason, and no other", () => {
  const rows = [
    ...read("docs/dependencies.md").matchAll(/^\| `([^`]+)` \| ([\d.]+(?:-[\w.]+)?) \| ([^|]+) \| ([^|]{10,}) \|$/gm),
  ];
  const listed = rows.map(([, name, version]) => `${name} ${version}`).sort();
  const wanted = [...new Set(outside.map(({ name, version }) => `${name} ${version}`))].sort();
  expect(listed).toEqual(wanted);
});

test("docs/command-line.md has a section for each command, in the order of the help", () => {
  const sections = [...read("docs/command-line.md").matchAll(/^## calypso ([a-z-]+)$/gm)].map(([, name]) => name);
  expect(sections).toEqual(commands.map(({ name }) => name));
});

test("docs/command-line.md names each option of each command", () => {
  const page = read("docs/command-line.md");
  const options = filesOf("packages/server/src/cli")
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .flatMap((path) => [...read(path).matchAll(/ption\(\s*"(--[a-z-]+)/g)].map(([, option]) => option ?? ""));
  expect(options.length).toBeGreaterThan(10);
  expect(options.filter((option) => !page.includes(`\`${option}`))).toEqual([]);
});

test("documents name only scripts and files that exist", () => {
  const scripts = manifests[0]?.scripts ?? {};
  const documents = filesOf().filter((path) => path.endsWith(".md"));
  const missing = documents.flatMap((path) => {
    const text = read(path);
    const named = [...text.matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, name]) => name ?? "");
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link]) => link ?? "");
    const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : "";
    return [
      ...named.filter((name) => scripts[name] === undefined).map((name) => `${path}: npm run ${name}`),
      ...links.filter((link) => !exists(normalize(`${folder}${link}`))).map((link) => `${path}: ${link}`),
    ];
  });
  expect(missing).toEqual([]);
});

test("each invariant of ARCHITECTURE.md names tests that exist", () => {
  const list = read("ARCHITECTURE.md").split("## Invariants")[1]?.split("\n## ")[0] ?? "";
  const invariants = list.split(/^\d+\. /m).slice(1);
  const tests = invariants.map((text) => [...text.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, path]) => path ?? ""));
  expect(tests.length).toBeGreaterThan(0);
  expect(tests.filter((paths) => paths.length === 0 || !paths.every(exists))).toEqual([]);
});

test("all packages are under the licence of the project", () => {
  expect(manifests.filter(({ license }) => license !== "Apache-2.0").map(({ path }) => path)).toEqual([]);
});

const all = filesOf();

function exists(path: string): boolean {
  const folder = path.replace(/\/$/, "");
  return all.some((file) => file === path || file.startsWith(`${folder}/`));
}
