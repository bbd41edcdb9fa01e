import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readerOf } from "@calypso/catalog";
import { afterEach, beforeEach, expect, test } from "vitest";
import { shippedVocabulary } from "../platform/vocabulary.js";
import { adopt } from "./adoption.js";
import { ruleYaml } from "./testing/rules.js";

let folder = "";
let outside = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "calypso-adoption-"));
  outside = join(mkdtempSync(join(tmpdir(), "calypso-outside-")), "precious");
  writeFileSync(outside, "mine");
});
afterEach(() => {
  for (const one of [folder, join(outside, "..")]) rmSync(one, { recursive: true, force: true });
});

const stem = "sign-ins-over-old-protocols.yaml";

function adopted({ force = false, id = "next" } = {}) {
  const beside = { text: () => undefined, paths: [] };
  const read = readerOf("Sentinel")?.read({ name: "a.yaml", text: ruleYaml() }, beside, shippedVocabulary());
  const [detection] = read?.detections ?? [];
  if (detection === undefined) throw new Error("no rule was read");
  const at = new Date(0);
  const known = { source: "theirs", licence: "MIT", commit: "", retrievedAt: "" };
  const provenance = { ...known, firstSeen: at, changedAt: at, removedAt: null };
  return adopt({ id: "0123456789abcdef", detection, provenance }, { folder, rules: [], force, ids: () => id });
}

test("no link in the folder is written through, wherever it stands", async () => {
  symlinkSync(outside, join(folder, `${stem}.new`));
  symlinkSync(join(folder, "nothing"), join(folder, `${stem}.dangling.new`));
  await adopted();
  expect(readFileSync(join(folder, stem), "utf8")).toContain("name: Sign-ins over old protocols");
  expect(readlinkSync(join(folder, `${stem}.new`))).toBe(outside);
  // Who guesses the name gets nothing either.
  symlinkSync(outside, join(folder, `${stem}.guessed.new`));
  for (const id of ["guessed", "dangling"]) {
    await expect(adopted({ force: true, id })).rejects.toMatchObject({ code: "file-unwritable" });
  }
  expect(readdirSync(folder)).toEqual([stem, `${stem}.dangling.new`, `${stem}.guessed.new`, `${stem}.new`]);
  expect(readFileSync(outside, "utf8")).toBe("mine");
});

test("a link in the place of the rule is in the way, and --force puts the file there instead of it", async () => {
  for (const target of [outside, join(folder, "nothing")]) {
    rmSync(join(folder, stem), { force: true });
    symlinkSync(target, join(folder, stem));
    await expect(adopted()).rejects.toMatchObject({ code: "file-in-the-way" });
    await adopted({ force: true });
    expect(lstatSync(join(folder, stem)).isFile()).toBe(true);
  }
  expect(readdirSync(folder)).toEqual([stem]);
  expect(readFileSync(outside, "utf8")).toBe("mine");
});
