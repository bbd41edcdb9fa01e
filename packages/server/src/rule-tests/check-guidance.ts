import type { FalsePositive, Problem, Rule, RuleException, RuleGuidance, Scenario } from "@calypso/catalog";
import { compareAlerts } from "./compare.js";
import type { RuleTests } from "./load-tests.js";
import { runScenario, type ScenarioWorkspace } from "./run-scenario.js";

/** A rule with its scenarios and its guidance. */
export interface GuidedRule extends RuleTests {
  readonly guidance: RuleGuidance;
}

/**
 * Tries the filters of a rule's guidance as exceptions: each is about a scenario that fires without it and is silent with it, and
 * the first other scenario that fires goes on firing in the same way with all of them. Gives what is not so, with its place.
 */
export async function* checkGuidance(workspace: ScenarioWorkspace, guided: GuidedRule): AsyncGenerator<Problem> {
  const { file, rule, guidance } = guided;
  for (const falsePositive of guidance.falsePositives) {
    const wanted = file.scenarios.find(({ name }) => name === falsePositive.scenario);
    const doubts = await doubtsAbout(workspace, guided, falsePositive, wanted);
    for (const doubt of doubts) yield problemAt(guidance, falsePositive, doubt);
  }
  const [first] = guidance.falsePositives;
  const attack = attackOf(file.scenarios, guidance);
  if (first === undefined) return;
  if (attack === undefined) return yield problemAt(guidance, first, "no other scenario of the rule fires");
  const { alerts, failures, warnings } = await runScenario(workspace, file, attack, filtered(rule, guidance));
  const { missing, unexpected } = compareAlerts(attack.expected, alerts);
  const told = [...failures, ...warnings].map((doubt) => `${attack.name}: ${doubt}`);
  if (missing.length + unexpected.length > 0)
    told.push(`with the filters the rule no longer fires on \`${attack.name}\``);
  for (const doubt of told) yield problemAt(guidance, first, doubt);
}

/** What keeps a filter from doing what it is there for. */
async function doubtsAbout(
  workspace: ScenarioWorkspace,
  { file, rule, guidance }: GuidedRule,
  falsePositive: FalsePositive,
  scenario: Scenario | undefined,
): Promise<readonly string[]> {
  if (scenario === undefined) return [`there is no scenario \`${falsePositive.scenario}\` in ${file.name}`];
  const without = await runScenario(workspace, file, scenario, { ...rule, exceptions: [] });
  const run = await runScenario(
    workspace,
    file,
    scenario,
    filtered(rule, { ...guidance, falsePositives: [falsePositive] }),
  );
  const [kept, others] = [true, false].map((of) =>
    run.warnings.filter((text) => text.startsWith("the exception ") === of),
  );
  return [
    ...(without.alerts.length > 0 ? [] : [`without the filter the rule does not fire on \`${scenario.name}\``]),
    ...(run.alerts.length === 0 ? [] : [`with the filter the rule still fires on \`${scenario.name}\``]),
    ...(kept !== undefined && kept.length > 0 ? [] : ["the filter keeps nothing out"]),
    ...run.failures,
    ...(others ?? []),
  ];
}

function problemAt({ file }: RuleGuidance, { place }: FalsePositive, message: string): Problem {
  return { code: "bad-guidance", severity: "error", message, file, ...place };
}

/** The first scenario that fires and shows nothing harmless. */
function attackOf(scenarios: readonly Scenario[], { falsePositives }: RuleGuidance): Scenario | undefined {
  const harmless = new Set(falsePositives.map(({ scenario }) => scenario));
  return scenarios.find(({ name, expected }) => expected.length > 0 && !harmless.has(name));
}

/** The rule with the filters of guidance in place of its own exceptions. */
function filtered(rule: Rule, { file, falsePositives }: RuleGuidance): Rule {
  return { ...rule, exceptions: falsePositives.map((filter) => exceptionOf(filter, file)) };
}

function exceptionOf({ name, filter, explanation, place }: FalsePositive, file: string): RuleException {
  const about = { owner: "", reason: explanation, enabled: true };
  return { id: name, rules: "all", condition: filter, file, place, ...about };
}
