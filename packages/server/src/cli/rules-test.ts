import type { Problem, Rule } from "@calypso/catalog";
import type { TestReport } from "../rule-tests/report.js";
import type { ScenarioResult } from "../rule-tests/run-tests.js";
import { counted } from "./counted.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk, ruleTestPaths } from "./rule-files.js";
import { type Terminal, UsageError } from "./terminal.js";

/** The options of `calypso rules test`. */
export interface TestFlags {
  readonly format: "text" | "json" | "junit";
  readonly functions?: readonly string[];
  readonly externaldataDir?: string;
  readonly addressDatabase?: string;
  readonly requireTests?: boolean;
}

/** Runs the scenarios beside rules; the exit status is 1 where one fails or a file makes no sense. */
export async function testCommand(terminal: Terminal, paths: readonly string[], flags: TestFlags): Promise<void> {
  const [{ loadTests }, { runTests }, { isPassed, jsonOf }, { junitOf }, { openWorkspace }, { printProblem }] =
    await Promise.all([
      import("../rule-tests/load-tests.js"),
      import("../rule-tests/run-tests.js"),
      import("../rule-tests/report.js"),
      import("../rule-tests/junit.js"),
      import("../main.js"),
      import("@calypso/catalog"),
    ]);
  const { loaded, tests, problems } = await loadTests(ruleFilesOnDisk, await ruleTestPaths(paths));
  const open = (externaldata: string | undefined) => {
    const folder = externaldata ?? flags.externaldataDir;
    const addresses = flags.addressDatabase ?? (terminal.environment["CALYPSO_ADDRESS_DATABASE"] || undefined);
    return openWorkspace({
      ...(folder === undefined ? {} : { externaldataDir: folder }),
      ...(flags.functions === undefined ? {} : { functions: flags.functions }),
      ...(addresses === undefined ? {} : { addressDatabase: addresses }),
    });
  };
  const results: ScenarioResult[] = [];
  const wrong: Problem[] = [...problems];
  for await (const result of runTests(open, tests)) {
    if (terminal.signal.aborted) break;
    if ("code" in result) wrong.push(result);
    else {
      results.push(result);
      if (flags.format === "text") await printResult(terminal, result);
    }
  }
  const untested = withoutTests(loaded.rules, tests);
  const required = flags.requireTests === true ? untested : [];
  const report: TestReport = { results, problems: wrong, rules: loaded.rules.length, untested, required };
  if (flags.format === "json") await terminal.out.write(`${jsonOf(report)}\n`);
  if (flags.format === "junit") await terminal.out.write(junitOf(report));
  for (const problem of wrong) await terminal.err.write(`${printable(printProblem(problem))}\n`);
  await terminal.err.write(`${summary(report)}\n`);
  if (!isPassed(report)) terminal.setExitStatus(1);
  if (loaded.rules.length + wrong.length === 0) throw new UsageError("there are no rules at these paths");
}

async function printResult(terminal: Terminal, result: ScenarioResult): Promise<void> {
  const { whyFailed } = await import("../rule-tests/print-result.js");
  const { passed, rule, name, file, place, seconds } = result;
  const head = `${passed ? "pass" : "FAIL"}  ${rule.name} › ${name} (${seconds.toFixed(2)} s)`;
  const lines = passed
    ? []
    : [`      ${file}, line ${place.line}`, ...whyFailed(result).map((line) => `      ${line}`)];
  await terminal.out.write(`${[head, ...lines].map(printable).join("\n")}\n`);
}

function withoutTests(rules: readonly Rule[], tests: readonly { readonly rule: Rule }[]): readonly Rule[] {
  const tested = new Set(tests.map(({ rule }) => rule));
  return rules.filter((rule) => !tested.has(rule));
}

function summary({ results, problems, rules, untested }: TestReport): string {
  const failed = results.filter(({ passed }) => !passed).length;
  const wrong = problems.length === 0 ? "" : `, ${counted(problems.length, "fault")} in files`;
  const without = untested.length === 0 ? "" : `; ${counted(untested.length, "rule")} without scenarios`;
  return `${counted(rules, "rule")}, ${counted(results.length, "scenario")}: ${results.length - failed} passed, ${failed} failed${wrong}${without}`;
}
