import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ruleFilesOnDisk } from "./rule-files.js";

test("rule files below a folder come in order; a file is itself, whatever its name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "calypso-rules-"));
  try {
    mkdirSync(join(folder, "b"));
    mkdirSync(join(folder, ".git"));
    for (const name of [
      "c.kql",
      "b/two.json",
      "b/one.yml",
      "a.YAML",
      "logs.csv",
      ".git/x.yaml",
      "a.tests.yaml",
      "a.guidance.yml",
    ]) {
      writeFileSync(join(folder, name), "T");
    }
    const found = await ruleFilesOnDisk.list(folder);
    expect(found).toEqual(["a.YAML", "b/one.yml", "b/two.json", "c.kql"].map((name) => join(folder, name)));
    expect(await ruleFilesOnDisk.list(join(folder, "logs.csv"))).toEqual([join(folder, "logs.csv")]);
    expect(new TextDecoder().decode(await ruleFilesOnDisk.read(join(folder, "c.kql")))).toBe("T");
    await expect(ruleFilesOnDisk.list(join(folder, "missing"))).rejects.toThrow("ENOENT");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
