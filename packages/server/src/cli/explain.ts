import { type Problem, printProblem, type Rule, readRunnableRules } from "@calypso/catalog";
import type { Compilation, Predicate } from "@calypso/kql";
import { type Command, Option } from "commander";
import { diagnosisOf } from "../detect/diagnosis.js";
import { compileRule } from "../detect/evaluate-window.js";
import { shippedVocabulary } from "../platform/vocabulary.js";
import { Failure } from "../store/failures.js";
import { type Explanation, explanationText, type Indicator } from "./explain-text.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import type { Terminal } from "./terminal.js";
import { addWorkspaceOptions, inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

interface ExplainFlags extends WorkspaceFlags {
  readonly format?: "json" | "text";
}

/** `calypso explain`: a rule taken apart. */
export function register(command: Command, terminal: Terminal): void {
  addWorkspaceOptions(command)
    .argument("<rule>", "a file of Sentinel YAML, ARM JSON, KQL or Sigma, or - for standard input")
    .addOption(
      new Option("--format <format>", "json or text (text on a terminal, json otherwise)").choices(["json", "text"]),
    )
    .action((file: string, flags: ExplainFlags) => explain(terminal, file, flags));
}

async function explain(terminal: Terminal, file: string, flags: ExplainFlags): Promise<void> {
  const named = await ruleFileNamed(terminal, file);
  const { rules, problems } = readRunnableRules(named, { vocabulary: shippedVocabulary, beside: nothingBeside });
  for (const problem of problems) {
    if (problem.severity === "error") terminal.setExitStatus(1);
    await terminal.err.write(`${printable(printProblem(problem))}\n`);
  }
  if (rules.length === 0) throw new Failure("file-unreadable", `${file} holds no rule`);
  const format = flags.format ?? (terminal.interactive ? "text" : "json");
  await inWorkspace(terminal, flags, async ({ store }) => {
    const { queryPorts } = await import("../search/run-query.js");
    const ports = queryPorts(store, { signal: terminal.signal });
    for (const rule of rules) {
      const compilation = await compileRule(ports, rule, {}, anyWindow, []);
      if (compilation.diagnostics.some(({ severity }) => severity === "error")) terminal.setExitStatus(1);
      const explained = explanationOf(rule, compilation, problems);
      await terminal.out.write(format === "json" ? `${JSON.stringify(explained)}\n` : explanationText(explained));
    }
  });
}

/** One file is read alone. */
const nothingBeside = { paths: [], text: () => undefined };

/** What a rule is made of does not depend on the time. */
const anyWindow = { from: 0n, to: 864_000_000_000n };

async function ruleFileNamed(terminal: Terminal, file: string): Promise<{ name: string; text: string }> {
  const bytes = file === "-" ? await allOf(terminal.input) : await ruleFilesOnDisk.read(file).catch(unreadable(file));
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (file !== "-") return { name: file, text };
    if (/^(?:logsource|detection|correlation):/m.test(text)) return { name: "standard input.yml", text };
    const isQuery = !/^\s*[{[]/.test(text) && !/^\s*query:/m.test(text);
    return { name: isQuery ? "standard input.kql" : "standard input", text };
  } catch (cause) {
    throw new Failure("file-unreadable", `${file} is not text`, { cause });
  }
}

function unreadable(file: string) {
  return (cause: unknown): never => {
    throw new Failure("file-unreadable", `${file} cannot be read`, { cause });
  };
}

async function allOf(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of input) parts.push(part);
  return Buffer.concat(parts);
}

function explanationOf(rule: Rule, compilation: Compilation, problems: readonly Problem[]): Explanation {
  const { lets, stages, predicates, outputs } = compilation.dissection();
  const found = compilation.diagnostics.map((diagnostic) => diagnosisOf(rule, diagnostic));
  return {
    ...{ language: "kql", id: rule.id, name: rule.name },
    lets: lets.map((one) => ({ ...one, stages: one.stages.map(withoutPlace) })),
    stages: stages.map(withoutPlace),
    predicates: predicates.map(withoutPlace),
    indicators: indicatorsOf(predicates),
    ...{ outputs, tables: compilation.tables },
    techniques: [...new Set([...rule.techniques, ...rule.subTechniques])].sort(),
    tactics: rule.tactics,
    warnings: [...problems, ...found].map(({ code, message, line, column }) => ({ code, message, line, column })),
  };
}

function withoutPlace<T extends { readonly location: unknown }>({
  location: _location,
  ...rest
}: T): Omit<T, "location"> {
  return rest;
}

/** The predicates that name values, each once. */
function indicatorsOf(predicates: readonly Predicate[]): readonly Indicator[] {
  const found = new Map<string, Indicator>();
  for (const { field, operator, values, negated } of predicates) {
    if (values.length === 0 || (values.length === 1 && typeof values[0] === "boolean")) continue;
    const isPlain = !negated || /^(?:!|<>)/.test(operator);
    const indicator = { field, operator: isPlain ? operator : `not ${operator}`, values };
    found.set(JSON.stringify(indicator), indicator);
  }
  return [...found.values()];
}
