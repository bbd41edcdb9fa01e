import { printProblem } from "@calypso/catalog";
import { expect, test } from "vitest";
import { loadRules, type RuleFiles } from "./load.js";

function filesOf(contents: Readonly<Record<string, string | Uint8Array>>): RuleFiles {
  return {
    async list(path) {
      const found = Object.keys(contents).filter((name) => name === path || name.startsWith(`${path}/`));
      if (found.length === 0 && path !== "empty") throw Object.assign(new Error("gone"), { code: "ENOENT" });
      return found;
    },
    async read(path) {
      const content = contents[path];
      if (content === undefined) throw Object.assign(new Error("no"), { code: "EACCES" });
      return typeof content === "string" ? new TextEncoder().encode(content) : content;
    },
  };
}

test("files and folders are loaded once; what is wrong is told and the rest goes on", async () => {
  const files = filesOf({
    "rules/a.yaml": "id: A-1\nname: A\nquery: T\n",
    "rules/b.yaml": "id: a-1\nname: Copy\nquery: T\n",
    "rules/c.yaml": "id: a-1\nname: Other\nquery: U\n",
    "rules/d.yaml": new Uint8Array([0x69, 0xc3, 0x28]),
    "rules/e.yaml": "id: e-1\nname: [\n",
    "f.kql": new Uint8Array([0xff, 0xfe, 0x54, 0x00]),
  });
  const { rules, problems } = await loadRules(files, ["rules", "rules/a.yaml", "f.kql", "missing", "empty"]);
  expect(rules.map((rule) => [rule.name, rule.query.text])).toEqual([
    ["A", "T"],
    ["Other", "U"],
    ["f", "T"],
  ]);
  expect(problems.map(printProblem)).toEqual([
    "error[unreadable-file]: rules/d.yaml, line 1, column 1: the file is not text in UTF-8",
    "error[unreadable-file]: missing, line 1, column 1: there is no such file or folder",
    "error[unreadable-file]: empty, line 1, column 1: the folder holds no rules (.yaml, .yml, .json, .kql, .txt, .md)",
    "warning[duplicate-rule]: rules/b.yaml › id, line 1, column 1: the id a-1 is that of a rule in rules/a.yaml too; this copy is left out",
    "warning[duplicate-rule]: rules/c.yaml › id, line 1, column 1: the id a-1 is that of a rule in rules/a.yaml too; both are kept",
    expect.stringMatching(/^error\[yaml-syntax\]: rules\/e\.yaml, line \d, column \d+: the text is not YAML/),
  ]);
});

test("texts beside the rules of a folder are passed over; one that is named is told to hold no rule", async () => {
  const files = filesOf({
    "rules/README.md": "# Our rules\n",
    "rules/page.txt": "About it\nid: p-1\nname: P\nseverity: Low\nquery: T\n",
  });
  const folder = await loadRules(files, ["rules"]);
  expect(folder.rules.map((rule) => rule.id)).toEqual(["p-1"]);
  expect(folder.problems.map((problem) => problem.code)).toEqual(["recovered"]);
  const named = await loadRules(files, ["rules/README.md"]);
  expect(named.problems.map((problem) => problem.code)).toEqual(["not-a-rule"]);
});

test("a folder changes rules without changing their files", async () => {
  const files = filesOf({
    "rules/a.yaml": "id: A-1\nname: A\nseverity: Low\nquery: T\n",
    "rules/overrides.yaml": "a-1:\n  severity: High\nb-2:\n  enabled: false\n",
  });
  const { rules, problems } = await loadRules(files, ["rules"]);
  expect(rules).toMatchObject([{ id: "A-1", severity: "High" }]);
  expect(problems.map(printProblem)).toContain(
    "warning[unknown-value]: rules/overrides.yaml › b-2, line 3, column 1: no rule has the id b-2",
  );
});
