import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Problem, Rule } from "@calypso/catalog";
import type { Place } from "@calypso/kql";
import { secondsSince } from "../platform/clock.js";
import { type Comparison, compareAlerts } from "./compare.js";
import type { RuleTests } from "./load-tests.js";
import { runScenario, type ScenarioRun, type ScenarioWorkspace } from "./run-scenario.js";
import { scenarioRows, wrongDeclarations } from "./scenario-rows.js";

/** What a scenario came to. */
export interface ScenarioResult {
  readonly file: string;
  readonly name: string;
  readonly place: Place;
  readonly rule: Rule;
  readonly passed: boolean;
  readonly seconds: number;
  readonly run: ScenarioRun;
  readonly comparison: Comparison;
}

/** Opens a temporary workspace whose `externaldata` comes from a folder. */
export type OpenWorkspace = (
  externaldata: string | undefined,
) => Promise<ScenarioWorkspace & { close(): Promise<void> }>;

/** Runs scenarios one after the other, in one workspace as long as none brings external files of its own. */
export function runTests(open: OpenWorkspace, tests: readonly RuleTests[]): AsyncGenerator<ScenarioResult | Problem> {
  return inWorkspaces(open, tests, runFile);
}

/** Does some work with the scenarios of each rule, in a workspace that has the external files which they bring. */
export async function* inWorkspaces<Test extends RuleTests, Result>(
  open: OpenWorkspace,
  tests: readonly Test[],
  work: (workspace: ScenarioWorkspace, test: Test) => AsyncIterable<Result>,
): AsyncGenerator<Result> {
  const [plain, special] = [true, false].map((wanted) =>
    tests.filter(({ file }) => (file.externaldata === undefined) === wanted),
  );
  if (plain !== undefined && plain.length > 0) {
    const workspace = await open(undefined);
    try {
      for (const test of plain) yield* work(workspace, test);
    } finally {
      await workspace.close();
    }
  }
  for (const test of special ?? []) yield* withOwnFiles(open, test, work);
}

async function* withOwnFiles<Test extends RuleTests, Result>(
  open: OpenWorkspace,
  test: Test,
  work: (workspace: ScenarioWorkspace, test: Test) => AsyncIterable<Result>,
): AsyncGenerator<Result> {
  const { name, externaldata = [] } = test.file;
  const own = typeof externaldata === "string" ? undefined : await mkdtemp(join(tmpdir(), "calypso-externaldata-"));
  const folder = typeof externaldata === "string" ? resolve(dirname(name), externaldata) : own;
  try {
    if (own !== undefined && typeof externaldata !== "string") {
      for (const file of externaldata) await writeFile(join(own, file.name), file.text);
    }
    const workspace = await open(folder);
    try {
      yield* work(workspace, test);
    } finally {
      await workspace.close();
    }
  } finally {
    if (own !== undefined) await rm(own, { recursive: true, force: true });
  }
}

async function* runFile(
  workspace: ScenarioWorkspace,
  { file, rule }: RuleTests,
): AsyncGenerator<ScenarioResult | Problem> {
  const schema = workspace.store.schema();
  const problems = [
    ...wrongDeclarations(file, schema),
    ...file.scenarios.flatMap((one) => scenarioRows(file, one, schema).problems),
  ];
  if (problems.length > 0) {
    yield* distinct(problems);
    return;
  }
  for (const scenario of file.scenarios) {
    const seconds = secondsSince();
    const run = await runScenario(workspace, file, scenario, rule);
    const comparison = compareAlerts(scenario.expected, run.alerts);
    const { missing, unexpected } = comparison;
    yield {
      file: file.name,
      name: scenario.name,
      place: scenario.place,
      rule,
      passed: run.failures.length + missing.length + unexpected.length === 0,
      seconds: seconds(),
      run,
      comparison,
    };
  }
}

/** Defaults are part of every scenario, and wrong once. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [`${one.line} ${one.column} ${one.message}`, one])).values()];
}
