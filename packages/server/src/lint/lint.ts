import {
  checks,
  heedIgnores,
  ignoreChecks,
  type LintFinding,
  type LintQuery,
  type LintReferences,
  type LintSubject,
  lintRule,
  type Problem,
  placeInFile,
  problemCodes,
  type Rule,
  type RuleException,
} from "@calypso/catalog";
import { type Compilation, type Diagnostic, diagnosticCodes, partOfQuery, placeAt, placeOf } from "@calypso/kql";
import { failureOf } from "../detect/diagnosis.js";
import type { LoadedRules } from "../detect/load.js";
import { compileRule, type LintPorts, midnight } from "./compile-rule.js";
import { exceptionFindings, fittingNone, timesOver } from "./exception-findings.js";

/** What all checks, the rule reader and the compiler say about some files. */
export interface LintReport {
  readonly rules: number;
  readonly files: number;
  /** In the order of files and lines. */
  readonly findings: readonly LintFinding[];
  /** What the files say is known. */
  readonly ignored: readonly LintFinding[];
}

/** Checks rules, each of them with all the others in sight, and those of `among`, which are not checked. */
export async function lintRules(
  ports: LintPorts,
  loaded: LoadedRules,
  references: LintReferences,
  options: { readonly strict?: boolean; readonly now?: Date; readonly among?: readonly Rule[] } = {},
): Promise<LintReport> {
  const found: LintFinding[] = [...loaded.problems.map(ofProblem), ...timesOver(loaded, options.now)];
  const fitting = new Set<RuleException>();
  const rules = [...(options.among ?? []), ...loaded.rules];
  for (const rule of loaded.rules) {
    const { findings, fits, ...known } = await compiled(ports, rule, options);
    for (const exception of fits) fitting.add(exception);
    found.push(...findings, ...lintRule({ rule, rules, references, ...known }));
  }
  found.push(...fittingNone(loaded, fitting));
  const findings: LintFinding[] = [];
  const ignored: LintFinding[] = [];
  for (const [name, text] of loaded.texts) {
    const own = distinct(found.filter(({ file }) => file === name));
    const rules = loaded.rules.filter(({ file }) => file === name);
    const heeded = heedIgnores({ name, text }, rules, own, isKnown);
    findings.push(...[...heeded.findings].sort((a, b) => a.line - b.line || a.column - b.column));
    ignored.push(...heeded.ignored);
  }
  // What is not in a file that was read is about one that could not be.
  findings.unshift(...found.filter(({ file }) => !loaded.texts.has(file)));
  return { rules: loaded.rules.length, files: loaded.texts.size, findings, ignored };
}

/** What an id of a finding means; undefined for codes of Microsoft's binder. */
export function aboutFinding(id: string): string | undefined {
  const tables: Readonly<Record<string, string>> = { ...problemCodes, ...diagnosticCodes };
  return checks[id]?.about ?? (ignoreChecks as Record<string, { about: string }>)[id]?.about ?? tables[id];
}

function isKnown(id: string): boolean {
  return aboutFinding(id) !== undefined || /^KS\d+$/.test(id);
}

interface CompiledRule extends Pick<LintSubject, "query" | "facts"> {
  readonly findings: readonly LintFinding[];
  /** The rule's exceptions that have an effect on it. */
  readonly fits: readonly RuleException[];
}

async function compiled(ports: LintPorts, rule: Rule, options: { readonly strict?: boolean }): Promise<CompiledRule> {
  if (rule.obstacle !== undefined) return { findings: [], fits: [] };
  try {
    const compilation = await compileRule(ports, rule, options);
    const facts = compilation.facts?.();
    const findings = [
      ...compilation.diagnostics.map((diagnostic) => ofDiagnostic(rule, diagnostic)),
      ...exceptionFindings(rule, compilation),
    ];
    const query = queryOf(compilation);
    const fits = (rule.exceptions ?? []).filter((_, index) => compilation.exclusions?.[index]?.inForce === true);
    return { findings, fits, ...(facts === undefined ? {} : { facts }), ...(query === undefined ? {} : { query }) };
  } catch (thrown) {
    return { findings: [ofProblem(failureOf(rule, thrown))], fits: [] };
  }
}

/** Undefined for a query with an error, whose columns and reads say nothing. */
function queryOf(compilation: Compilation): LintQuery | undefined {
  const { columns, tables, diagnostics, facts } = compilation;
  if (facts === undefined || diagnostics.some(({ severity }) => severity === "error")) return undefined;
  return { columns, tables, facts: facts(), now: midnight };
}

function ofProblem(problem: Omit<Problem, "code"> & { readonly code: string }): LintFinding {
  const { code, severity, message, file, line, column, key, rule } = problem;
  return {
    check: code,
    severity: code === "duplicate-rule" ? "error" : severity,
    message,
    file,
    line,
    column,
    length: /[^.[\]]*$/.exec(key ?? "")?.[0].length || 1,
    ...(key === undefined ? {} : { key }),
    ...(rule === undefined ? {} : { rule }),
  };
}

function ofDiagnostic(rule: Rule, diagnostic: Diagnostic): LintFinding {
  const { source, span } = partOfQuery(diagnostic);
  const own = source.text === rule.query.text;
  const [first = ""] = source.text.slice(span.start, span.end).split("\n");
  const { line, column } = placeOf(diagnostic);
  const inside =
    diagnostic.source.call === undefined ? "" : `; in ${diagnostic.source.name}, line ${line}, column ${column}`;
  return {
    check: diagnostic.code,
    severity: diagnostic.severity,
    message: `${diagnostic.message}${inside}`,
    ...(diagnostic.hint === undefined ? {} : { hint: diagnostic.hint }),
    file: rule.file,
    ...placeInFile(rule.query, own ? placeAt(source.text, span.start) : { line: 1, column: 1 }),
    length: own && rule.query.origin.kind === "lines" ? Math.max(1, first.trimEnd().length) : 1,
    ...(rule.query.key === "" ? {} : { key: rule.query.key }),
    ...(rule.id === "" ? {} : { rule: rule.id }),
  };
}

/** Each finding once: a function that is called twice is wrong in one place. */
function distinct(findings: readonly LintFinding[]): readonly LintFinding[] {
  return [...new Map(findings.map((one) => [`${one.check} ${one.line} ${one.column} ${one.message}`, one])).values()];
}
