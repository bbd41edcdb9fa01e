import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Problem, readGuidance, readScenarios } from "@calypso/catalog";
import { expect, test } from "vitest";
import { ruleFilesOnDisk, ruleTestPaths } from "../cli/rule-files.js";
import { openWorkspace } from "../main.js";
import { contentFolder } from "../platform/content.js";
import { checkGuidance, type GuidedRule } from "./check-guidance.js";
import { loadTests, type RuleTests } from "./load-tests.js";
import { inWorkspaces } from "./run-tests.js";

const folder = join(contentFolder(), "rules");
const { tests } = await loadTests(ruleFilesOnDisk, await ruleTestPaths([folder]));

const fileBeside = ({ rule }: RuleTests) => rule.file.replace(/\.yaml$/, ".guidance.yaml");

function guidedBy(test: RuleTests, text: string): GuidedRule {
  const { guidance, problems } = readGuidance({ name: fileBeside(test), text });
  expect(problems).toEqual([]);
  if (guidance === undefined) throw new Error(`${fileBeside(test)} cannot be read`);
  return { ...test, guidance };
}

async function problemsOf(guided: readonly GuidedRule[]): Promise<readonly Problem[]> {
  const open = (externaldataDir: string | undefined) =>
    openWorkspace(externaldataDir === undefined ? {} : { externaldataDir });
  const problems: Problem[] = [];
  for await (const problem of inWorkspaces(open, guided, checkGuidance)) problems.push(problem);
  return problems;
}

test("each shipped rule has guidance, and its filters keep out what is harmless and not the attack", async () => {
  const guided: GuidedRule[] = [];
  for (const test of tests) guided.push(guidedBy(test, await readFile(fileBeside(test), "utf8")));
  expect(guided.length).toBeGreaterThanOrEqual(40);
  expect(await problemsOf(guided)).toEqual([]);
});

test("what a rule's guidance says it looks at are tables that the rule reads", async () => {
  for (const test of tests) {
    const { hypothesis } = guidedBy(test, await readFile(fileBeside(test), "utf8")).guidance;
    const read = test.rule.requiredDataConnectors.flatMap(({ dataTypes }) => dataTypes);
    const tables = new Set(read.map((name) => name.replace(/ \(.*/, "")));
    expect({ rule: test.rule.name, where: [...hypothesis.where].sort() }).toEqual({
      rule: test.rule.name,
      where: [...tables].sort(),
    });
  }
});

test("guidance for rules of others names them, and a scenario for each filter and for the attack", async () => {
  const others = join(contentFolder(), "guidance");
  const files = (await readdir(others)).filter((name) => name.endsWith(".guidance.yaml"));
  expect(files.length).toBeGreaterThanOrEqual(4);
  for (const file of files) {
    const text = await readFile(join(others, file), "utf8");
    const { guidance, problems } = readGuidance({ name: file, text });
    expect([file, problems, guidance?.rule]).toEqual([file, [], expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    const tests = file.replace(".guidance.", ".tests.");
    const scenarios = readScenarios({ name: tests, text: await readFile(join(others, tests), "utf8") });
    expect([tests, scenarios.problems, scenarios.file?.rule?.named]).toEqual([tests, [], guidance?.rule]);
    const firing =
      scenarios.file?.scenarios.filter(({ expected }) => expected.length > 0).map(({ name }) => name) ?? [];
    const harmless = guidance?.falsePositives.map(({ scenario }) => scenario) ?? [];
    expect(firing).toEqual(expect.arrayContaining(harmless));
    expect(firing.length).toBeGreaterThan(harmless.length);
  }
});

const guessing = tests.find(({ rule }) => rule.file.endsWith("azure-portal-guessing.yaml"));

test.each([
  [
    "a column that the rule does not return",
    "Nobody == 1",
    "The test of the red team",
    ["the filter keeps nothing out"],
  ],
  ["no condition", "IPAddress", "The test of the red team", ["the filter keeps nothing out"]],
  [
    "a filter of something else",
    'IPAddress == "192.0.2.1"',
    "The test of the red team",
    ["the filter keeps nothing out"],
  ],
  [
    "a filter that hides the attack",
    "Guesses > 0",
    "The test of the red team",
    ["with the filters the rule no longer fires"],
  ],
  ["a scenario that is not there", "Guesses > 0", "Nothing like it", ["there is no scenario `Nothing like it`"]],
  ["a near miss", "Guesses > 0", "Nine guesses are not enough", ["without the filter the rule does not fire"]],
])("%s is told with its place", async (_, filter, scenario, expected) => {
  if (guessing === undefined) throw new Error("the rule is gone");
  const text = [
    "hypothesis: { adversary: a, seen: b, where: [SigninLogs], refuted: c }",
    "falsePositives:",
    `  - { name: n, explanation: e, scenario: ${scenario}, filter: '${filter}' }`,
  ].join("\n");
  const problems = await problemsOf([guidedBy(guessing, text)]);
  const messages = problems.map(({ message }) => message);
  for (const start of expected) expect(messages.some((message) => message.startsWith(start))).toBe(true);
  expect(problems.map(({ code, line, column }) => ({ code, line, column }))).toEqual(
    problems.map(() => ({ code: "bad-guidance", line: 3, column: 5 })),
  );
});
