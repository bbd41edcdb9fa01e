import { type Problem, type Rule, readScenarios, type ScenarioFile } from "@calypso/catalog";
import { type LoadedRules, loadRules, type RuleFiles } from "../detect/load.js";

/** Where rules and the files of their scenarios are. */
export interface TestPaths {
  readonly rules: readonly string[];
  readonly tests: readonly string[];
}

/** Scenarios with the rule that they are about. */
export interface RuleTests {
  readonly file: ScenarioFile;
  readonly rule: Rule;
}

/** What there is to run, and what is wrong with the files; a file with problems is not run. */
export interface LoadedTests {
  readonly loaded: LoadedRules;
  readonly tests: readonly RuleTests[];
  readonly problems: readonly Problem[];
}

/** Loads scenarios and finds the rule of each beside its file: that of `NAME.tests.yaml` is in `NAME.yaml`, `.json` or `.kql`. */
export async function loadTests(files: RuleFiles, paths: TestPaths): Promise<LoadedTests> {
  const loaded = await loadRules(files, paths.rules);
  const problems: Problem[] = loaded.problems.filter(({ severity }) => severity === "error");
  const tests: RuleTests[] = [];
  for (const name of paths.tests) {
    const read = readScenarios({ name, text: new TextDecoder().decode(await files.read(name)) });
    const rule = read.file === undefined ? undefined : ruleOf(read.file, loaded.rules);
    problems.push(...read.problems);
    if (rule !== undefined && "message" in rule) problems.push(rule);
    else if (read.file !== undefined && rule !== undefined && read.problems.length === 0) {
      tests.push({ file: read.file, rule });
    }
  }
  return { loaded, tests, problems };
}

function ruleOf(file: ScenarioFile, rules: readonly Rule[]): Rule | Problem {
  const stem = file.name.replace(/\.tests\.ya?ml$/i, "");
  const beside = rules.filter((rule) => rule.file.replace(/\.\w+$/, "") === stem);
  const { named, place = { line: 1, column: 1 } } = file.rule ?? {};
  const wanted = named === undefined ? beside : beside.filter(({ id, name }) => id === named || name === named);
  const [only] = wanted;
  if (only !== undefined && wanted.length === 1) return only;
  const names = beside.map(({ name }) => `\`${name}\``).join(", ");
  const message =
    beside.length === 0
      ? `there is no rule in a file ${stem}.yaml, .json or .kql beside it`
      : `the file beside it holds ${names}; say which is meant with \`rule: NAME\``;
  return { code: "bad-scenario", severity: "error", message, file: file.name, ...place };
}
