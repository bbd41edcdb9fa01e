import { join } from "node:path";
import { expect, test } from "vitest";
import { ruleFilesOnDisk, ruleTestPaths } from "../cli/rule-files.js";
import { loadRules } from "../detect/load.js";
import { lintRules } from "../lint/lint.js";
import { lintReferences } from "../lint/references.js";
import { openWorkspace } from "../main.js";
import { contentFolder } from "../platform/content.js";
import { queryPorts } from "../search/run-query.js";
import { loadTests } from "./load-tests.js";
import { whyFailed } from "./print-result.js";
import { runTests } from "./run-tests.js";

const folder = join(contentFolder(), "rules");

test("each shipped rule fires on its scenarios, and is silent on near misses", async () => {
  const { loaded, tests, problems } = await loadTests(ruleFilesOnDisk, await ruleTestPaths([folder]));
  expect(problems).toEqual([]);
  const counts = tests.map(({ rule, file: { scenarios } }) => {
    const misses = scenarios.filter(({ expected }) => expected.length === 0).length;
    return { rule: rule.name, fires: scenarios.length > misses, misses: misses > 0 };
  });
  expect(counts).toEqual(loaded.rules.map(({ name }) => ({ rule: name, fires: true, misses: true })));
  const open = (externaldataDir: string | undefined) =>
    openWorkspace(externaldataDir === undefined ? {} : { externaldataDir });
  for await (const result of runTests(open, tests)) {
    if ("code" in result) expect(result).toBeUndefined();
    else expect({ name: result.name, why: whyFailed(result) }).toEqual({ name: result.name, why: [] });
  }
});

test("nothing is wrong or doubtful about a shipped rule", async () => {
  const workspace = await openWorkspace();
  const { store } = workspace;
  const references = lintReferences(contentFolder(), () => store.schema());
  const { findings } = await lintRules(queryPorts(store), await loadRules(ruleFilesOnDisk, [folder]), references);
  await workspace.close();
  expect(findings).toEqual([]);
});
