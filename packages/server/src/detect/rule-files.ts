import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isGuidanceFile } from "@calypso/catalog";
import type { RuleFiles } from "./load.js";

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

/** The name of a file of scenarios. */
export const testsFile = /\.tests\.ya?ml$/i;
const ruleFile = /\.(?:ya?ml|json|kql|kusto|csl|txt|md)$/i;
