import type { Problem, Rule } from "@calypso/catalog";
import { whyFailed } from "./print-result.js";
import type { TestReport } from "./report.js";
import type { ScenarioResult } from "./run-tests.js";

/** A report in JUnit's XML, as CI systems show it: a suite for each file, and one for what is wrong with files. */
export function junitOf(report: TestReport): string {
  const files = [...new Set(report.results.map(({ file }) => file))];
  const suites = files.map((file) =>
    suiteOf(
      file,
      report.results.filter((result) => result.file === file),
    ),
  );
  const faults = [...report.problems.map(problemCase), ...report.required.map(untestedCase)];
  const failed = report.results.filter(({ passed }) => !passed).length;
  const totals = {
    tests: report.results.length + faults.length,
    failures: failed,
    errors: faults.length,
    time: seconds(report.results),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="calypso rules test"${attributes(totals)}>`,
    ...suites,
    ...(faults.length === 0
      ? []
      : [element("testsuite", { name: "files", tests: faults.length, failures: 0, errors: faults.length }, faults)]),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteOf(file: string, results: readonly ScenarioResult[]): string {
  const failures = results.filter(({ passed }) => !passed).length;
  const totals = { name: file, tests: results.length, failures, errors: 0, time: seconds(results) };
  return element("testsuite", totals, results.map(caseOf));
}

function caseOf(result: ScenarioResult): string {
  const { rule, name, file, place, passed } = result;
  const own = { classname: rule.name, name, file, line: place.line, time: seconds([result]) };
  if (passed) return `<testcase${attributes(own)}/>`;
  const why = whyFailed(result);
  const failure = `<failure${attributes({ message: why[0] ?? "" })}>${escaped(why.join("\n"))}</failure>`;
  return element("testcase", own, [failure]);
}

function problemCase({ file, line, column, message, code }: Problem): string {
  const error = `<error${attributes({ type: code, message })}>${escaped(`${file}, line ${line}, column ${column}: ${message}`)}</error>`;
  return element("testcase", { classname: "files", name: `${file}, line ${line}`, file, line }, [error]);
}

function untestedCase({ file, name }: Rule): string {
  const error = `<error${attributes({ type: "untested", message: "the rule has no scenarios" })}/>`;
  return element("testcase", { classname: "files", name: `${name} has scenarios`, file }, [error]);
}

function seconds(results: readonly ScenarioResult[]): string {
  return results.reduce((sum, one) => sum + one.seconds, 0).toFixed(3);
}

function element(name: string, own: Attributes, content: readonly string[]): string {
  return `<${name}${attributes(own)}>\n${content.join("\n")}\n</${name}>`;
}

type Attributes = Readonly<Record<string, string | number>>;

function attributes(own: Attributes): string {
  return Object.entries(own)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll('"', "&quot;").replaceAll("\n", "&#10;")}"`)
    .join("");
}

/** Text of XML 1.0, which has no control characters, whatever logs hold. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
