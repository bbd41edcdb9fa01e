import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { emptyDemoFolder } from "./demo-folder.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "calypso-demo-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("an earlier demo is replaced", () => {
  const demo = join(folder, "demo");
  emptyDemoFolder(demo);
  mkdirSync(join(demo, "clickhouse"));
  emptyDemoFolder(demo);
  expect(readdirSync(demo)).toEqual(["demo.json"]);
});

test("a folder with anything else is refused, and left as it was", () => {
  writeFileSync(join(folder, "case-notes.txt"), "kept");
  expect(() => emptyDemoFolder(folder)).toThrow("holds something other than a demo, and is left alone");
  expect(readFileSync(join(folder, "case-notes.txt"), "utf8")).toBe("kept");
});
