import { join } from "node:path";
import { expect, test } from "vitest";
import { ruleFilesOnDisk } from "../cli/rule-files.js";
import { loadRules } from "../detect/load.js";
import { contentFolder } from "../platform/content.js";
import { ruleIds } from "./stories/rule-ids.js";

test("the shipped rules are read without a doubt, and each has a story", async () => {
  const { rules, problems } = await loadRules(ruleFilesOnDisk, [join(contentFolder(), "rules")]);
  expect(problems).toEqual([]);
  expect(rules.map(({ id }) => id).sort()).toEqual(Object.values(ruleIds).sort());
});
