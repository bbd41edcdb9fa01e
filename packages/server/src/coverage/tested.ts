import type { Problem, Rule, StepFinding } from "@calypso/catalog";
import type { LoadedTests } from "../rule-tests/load-tests.js";
import { type OpenWorkspace, runTests, type ScenarioResult } from "../rule-tests/run-tests.js";

/** Says of rules whether their scenarios pass. */
export type IsTested = (rule: Rule) => StepFinding;

/** What is to be said where nobody runs the scenarios. */
export function notRun({ tests }: LoadedTests): IsTested {
  const byRule = new Map(tests.map(({ rule, file }) => [rule, file.scenarios.length]));
  return (rule) => {
    const count = byRule.get(rule) ?? 0;
    return { why: count === 0 ? "it has no scenarios" : `its ${count} scenarios were not run` };
  };
}

/** Runs the scenarios. A rule is tested where all of its own pass, and one of them at least expects an alert. */
export async function runScenarios(open: OpenWorkspace, loaded: LoadedTests): Promise<IsTested> {
  const results = new Map<Rule, ScenarioResult[]>();
  const faults: Problem[] = [...loaded.problems];
  for await (const result of runTests(open, loaded.tests)) {
    if ("code" in result) faults.push(result);
    else results.set(result.rule, [...(results.get(result.rule) ?? []), result]);
  }
  const firing = new Map(
    loaded.tests.map(({ rule, file }) => [rule, file.scenarios.filter(({ expected }) => expected.length > 0).length]),
  );
  return (rule) => {
    const fault = faults.find(({ file }) => isBeside(rule, file));
    if (fault !== undefined) return { reached: false, why: `its scenarios cannot be run: ${fault.message}` };
    const own = results.get(rule) ?? [];
    const failed = own.find(({ passed }) => !passed);
    if (own.length === 0) return { reached: false, why: "it has no scenarios" };
    if (failed !== undefined) return { reached: false, why: `its scenario \`${failed.name}\` fails` };
    const alerts = firing.get(rule) ?? 0;
    if (alerts === 0) return { reached: false, why: "none of its scenarios expects an alert" };
    return { reached: true, why: `${own.length} scenarios pass, ${alerts} of which expect an alert` };
  };
}

function isBeside(rule: Rule, file: string): boolean {
  return /\.tests\.ya?ml$/i.test(file) && file.replace(/\.tests\.ya?ml$/i, "") === rule.file.replace(/\.\w+$/, "");
}
