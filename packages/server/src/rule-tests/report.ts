import type { Problem, Rule } from "@calypso/catalog";
import { printJson } from "../detect/cells.js";
import { printTicks } from "../detect/ticks.js";
import { whyFailed } from "./print-result.js";
import type { ScenarioResult } from "./run-tests.js";

/** All that came of running scenarios. */
export interface TestReport {
  readonly results: readonly ScenarioResult[];
  /** What is wrong with files. */
  readonly problems: readonly Problem[];
  readonly rules: number;
  /** Rules without a scenario. */
  readonly untested: readonly Rule[];
  /** Those of them whose lack is a failure. */
  readonly required: readonly Rule[];
}

/** True where nothing failed. */
export function isPassed({ results, problems, required }: TestReport): boolean {
  return problems.length + required.length === 0 && results.every(({ passed }) => passed);
}

/** A report as JSON. */
export function jsonOf({ results, problems, rules, untested }: TestReport): string {
  const passed = results.filter((result) => result.passed).length;
  return printJson({
    rules,
    scenarios: results.length,
    passed,
    failed: results.length - passed,
    problems,
    untested: untested.map(nameOf),
    results: results.map((result) => ({ ...fieldsOf(result), why: result.passed ? [] : whyFailed(result) })),
  });
}

function fieldsOf({ file, place, name, rule, passed, seconds, run, comparison }: ScenarioResult): object {
  return {
    file,
    line: place.line,
    scenario: name,
    rule: nameOf(rule),
    passed,
    seconds,
    failures: run.failures,
    warnings: run.warnings,
    missing: comparison.missing.map(({ expected, nearest, differences }) => ({
      line: expected.place.line,
      differences,
      ...(nearest === undefined ? {} : { nearest: alertOf(nearest) }),
    })),
    unexpected: comparison.unexpected.map(alertOf),
  };
}

function nameOf({ id, name, file }: Rule): object {
  return { id, name, file };
}

function alertOf({ window, ...alert }: ScenarioResult["run"]["alerts"][number]): object {
  return { ...alert, window: { from: printTicks(window.from), to: printTicks(window.to) } };
}
