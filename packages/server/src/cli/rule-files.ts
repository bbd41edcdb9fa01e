import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isGuidanceFile } from "@calypso/catalog";
import type { RuleFiles } from "../detect/load.js";
import type { TestPaths } from "../rule-tests/load-tests.js";

/**
 * The files of this machine: a file by its path, and all rule files below a folder, in the order of their names. Scenarios
 * of rules (`NAME.tests.yaml`) and their guidance (`NAME.guidance.yaml`) are none.
 */
export const ruleFilesOnDisk: RuleFiles = {
  async list(path) {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { withFileTypes: true });
    const visible = entries.filter(({ name }) => !name.startsWith(".") && name !== "node_modules");
    const found: string[] = [];
    for (const entry of visible.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) found.push(...(await ruleFilesOnDisk.list(inner)));
      else if (ruleFile.test(entry.name) && !testsFile.test(entry.name) && !isGuidanceFile(entry.name))
        found.push(inner);
    }
    return found;
  },
  read: (path) => readFile(path),
};

/** The rules at some paths, and the files of scenarios there: below folders, and beside files that are named. */
export async function ruleTestPaths(paths: readonly string[]): Promise<TestPaths> {
  const rules: string[] = [];
  const tests: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) {
      rules.push(path);
      tests.push(...(await testsBelow(path)));
    } else if (testsFile.test(path)) {
      const stem = path.replace(testsFile, "");
      const beside = [".yaml", ".yml", ".json", ".kql"].map((ending) => stem + ending).find(existsSync);
      rules.push(...(beside === undefined ? [] : [beside]));
      tests.push(path);
    } else {
      rules.push(path);
      tests.push(
        ...[".tests.yaml", ".tests.yml"].map((ending) => path.replace(/\.\w+$/, "") + ending).filter(existsSync),
      );
    }
  }
  return { rules, tests: [...new Set(tests)] };
}

async function testsBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const inside = entries.map((entry) => join(entry.parentPath, entry.name));
  return inside
    .filter((path) => testsFile.test(path) && !/[\\/](?:\.|node_modules[\\/])/.test(path.slice(folder.length)))
    .sort();
}

const testsFile = /\.tests\.ya?ml$/i;
const ruleFile = /\.(?:ya?ml|json|kql|kusto|csl|txt|md)$/i;
