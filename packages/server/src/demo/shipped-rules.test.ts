import { join } from "node:path";
import { expect, test } from "vitest";
import { ruleFilesOnDisk } from "../cli/rule-files.js";
import { loadRules } from "../detect/load.js";
import { contentFolder } from "../platform/content.js";
import { makeDemo } from "./generate.js";
import { ruleIds } from "./stories/rule-ids.js";

test("the shipped rules are read without a doubt, and each has a story", async () => {
  const { rules, problems } = await loadRules(ruleFilesOnDisk, [join(contentFolder(), "rules")]);
  expect(problems).toEqual([]);
  expect(rules.map(({ id }) => id).sort()).toEqual(Object.values(ruleIds).sort());
  const { stories } = makeDemo({ seed: 1, events: 1000, days: 14, end: new Date("2026-11-20T00:00:00Z") });
  const told = stories.flatMap(({ expected }) => expected.map(({ ruleId }) => ruleId));
  expect([...new Set(told)].sort()).toEqual(Object.values(ruleIds).sort());
});
