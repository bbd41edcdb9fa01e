import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstWritable, type RuleFolders, readRuleFile, whyReadOnly, writeRuleFile } from "./rule-folders.js";

let base: string;
let folders: RuleFolders;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "calypso-rule-folders-"));
  for (const name of ["mine", "shipped", "outside"]) await mkdir(join(base, name));
  await writeFile(join(base, "outside", "secret.yaml"), "secret");
  await symlink(join(base, "outside"), join(base, "mine", "way-out"));
  await symlink(join(base, "outside", "secret.yaml"), join(base, "mine", "link.yaml"));
  await symlink(join(base, "shipped"), join(base, "alias"));
  let count = 0;
  folders = {
    paths: [join(base, "shipped"), join(base, "mine")],
    own: join(base, "own"),
    shipped: join(base, "shipped"),
    ids: () => `${++count}`,
  };
});
afterAll(() => rm(base, { recursive: true, force: true }));

test("a file is written whole, and only over what the writer has seen", async () => {
  const path = join(base, "mine", "a.yaml");
  const first = await writeRuleFile(folders, path, "one", undefined);
  await expect(writeRuleFile(folders, path, "two", undefined)).rejects.toMatchObject({ code: "rule-changed" });
  await writeFile(path, "of another");
  await expect(writeRuleFile(folders, path, "two", first)).rejects.toMatchObject({ code: "rule-changed" });
  const seen = await readRuleFile(path);
  expect(seen?.text).toBe("of another");
  const both = await Promise.allSettled(["x", "y"].map((text) => writeRuleFile(folders, path, text, seen?.version)));
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await readdir(join(base, "mine"))).not.toContainEqual(expect.stringContaining("draft"));
});

test.each([
  ["outside/secret.yaml", "none of the folders"],
  ["mine/../outside/secret.yaml", "none of the folders"],
  ["mine-too/a.yaml", "none of the folders"],
  ["mine/link.yaml", "link"],
  ["mine/way-out/secret.yaml", "link"],
  ["shipped/a.yaml", "ships with Calypso"],
])("%s is not written", async (path, why) => {
  expect(await whyReadOnly(folders, join(base, path))).toContain(why);
  await expect(writeRuleFile(folders, join(base, path), "x", undefined)).rejects.toMatchObject({
    code: "rule-read-only",
  });
  expect(await readFile(join(base, "outside", "secret.yaml"), "utf8")).toBe("secret");
});

test("what ships is known under any name", async () => {
  const aliased = { ...folders, paths: [join(base, "alias")] };
  expect(await whyReadOnly(aliased, join(base, "alias", "a.yaml"))).toContain("ships with Calypso");
});

test("changes go to the first folder that takes them, or to the workspace's own", async () => {
  expect(await firstWritable(folders)).toBe(join(base, "mine"));
  const own = join(base, "own");
  expect(await firstWritable({ ...folders, paths: [join(base, "shipped")] })).toBe(own);
  await writeRuleFile(folders, join(own, "overrides.yaml"), "", undefined);
  expect(await readdir(own)).toEqual(["overrides.yaml"]);
  const { own: _none, ...without } = folders;
  expect(await firstWritable({ ...without, paths: [join(base, "shipped")] })).toBe(undefined);
});
