import {
  checks,
  exceptionState,
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
} from "@calypso/catalog";
import { type Compilation, type Diagnostic, diagnosticCodes, partOfQuery, placeAt, placeOf } from "@calypso/kql";
import { exceptionDiagnosis, failureOf } from "../detect/diagnosis.js";
import type { LoadedRules } from "../detect/load.js";
import { compileRule, type LintPorts, midnight } from "./compile-rule.js";

/** What all checks, the rule reader and the compiler say about some files. */
export interface LintReport {
  readonly rules: number;
  readonly files: number;
  /** In the order of files and lines. */
  readonly findings: readonly LintFinding[];
  /** What the files say is known. */
  readonly ignored: readonly LintFinding[];
}

/** Checks rules, each of them with all the others in sight. */
export async function lintRules(
  ports: LintPorts,
  loaded: LoadedRules,
  references: LintReferences,
  options: { readonly strict?: boolean; readonly now?: Date } = {},
): Promise<LintReport> {
  const found: LintFinding[] = [...loaded.problems.map(ofProblem), ...expired(loaded, options.now)];
  for (const rule of loaded.rules) {
    const { findings, ...known } = await compiled(ports, rule, options);
    found.push(...findings, ...lintRule({ rule, rules: loaded.rules, references, ...known }));
  }
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

async function compiled(
  ports: LintPorts,
  rule: Rule,
  options: { readonly strict?: boolean },
): Promise<{ readonly findings: readonly LintFinding[] } & Pick<LintSubject, "query" | "facts">> {
  if (rule.obstacle !== undefined) return { findings: [] };
  try {
    const compilation = await compileRule(ports, rule, options);
    const facts = compilation.facts?.();
    const findings = [
      ...compilation.diagnostics.map((diagnostic) => ofDiagnostic(rule, diagnostic)),
      ...ofExceptions(rule, compilation),
    ];
    const query = queryOf(compilation);
    return { findings, ...(facts === undefined ? {} : { facts }), ...(query === undefined ? {} : { query }) };
  } catch (thrown) {
    return { findings: [ofProblem(failureOf(rule, thrown))] };
  }
}

/** Undefined for a query with an error, whose columns and reads say nothing. */
function queryOf(compilation: Compilation): LintQuery | undefined {
  const { columns, tables, diagnostics, facts } = compilation;
  if (facts === undefined || diagnostics.some(({ severity }) => severity === "error")) return undefined;
  return { columns, tables, facts: facts(), now: midnight };
}

/** Exceptions whose time is over: they have no effect any more, and are to be renewed or taken out. */
function expired({ exceptions }: LoadedRules, now: Date | undefined): readonly LintFinding[] {
  return exceptions.flatMap(({ id, file, place, ...times }) => {
    if (now === undefined || exceptionState(times, now.getTime()) !== "expired") return [];
    const since = new Date(times.expiry ?? 0).toISOString().slice(0, 10);
    const message = `the exception has had no effect since ${since}; renew it or take it out`;
    return [ofProblem({ code: "exception-expired", severity: "warning", message, file, ...place, key: id })];
  });
}

/** What is wrong with a rule's exceptions. That one of all rules is about others is a note. */
function ofExceptions(rule: Rule, { exclusions = [] }: Compilation): readonly LintFinding[] {
  return (rule.exceptions ?? []).flatMap((exception, index) => {
    const { diagnostics = [], inForce = false } = exclusions[index] ?? {};
    const isOfOthers = exception.rules === "all" && diagnostics.every(({ code }) => code === "unknown-column");
    return diagnostics.map((diagnostic): LintFinding => {
      const { code, ...told } = exceptionDiagnosis(rule, exception, diagnostic, inForce);
      const { span, source } = partOfQuery(diagnostic);
      const [first = ""] = source.text.slice(span.start, span.end).split("\n");
      const isAsWritten = exception.condition.origin.kind === "lines";
      return {
        ...told,
        check: code,
        severity: isOfOthers ? "note" : inForce ? diagnostic.severity : "error",
        length: isAsWritten ? Math.max(1, first.trimEnd().length) : 1,
      };
    });
  });
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
