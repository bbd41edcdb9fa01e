import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { testsFile } from "../detect/rule-files.js";
import type { TestPaths } from "../rule-tests/load-tests.js";

export { ruleFilesOnDisk } from "../detect/rule-files.js";

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
