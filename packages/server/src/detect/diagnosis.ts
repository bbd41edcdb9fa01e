import { type Problem, placeInFile, type Rule } from "@calypso/catalog";
import { type Diagnostic, placeOf } from "@calypso/kql";
import { errorFrom } from "../search/query-error.js";

/** Something wrong with a rule or its run; the code is of the rule reader, the compiler, or the store. */
export type Diagnosis = Omit<Problem, "code"> & { readonly code: string };

/** A message of the compiler, at its place in the rule's file. */
export function diagnosisOf(rule: Rule, diagnostic: Diagnostic): Diagnosis {
  const own = diagnostic.source.text === rule.query.text;
  const place = own ? placeInFile(rule.query, placeOf(diagnostic)) : placeOf(diagnostic);
  const message = diagnostic.hint === undefined ? diagnostic.message : `${diagnostic.message}; ${diagnostic.hint}`;
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message,
    file: own ? rule.file : diagnostic.source.name,
    line: place.line,
    column: place.column,
    ...(own && rule.query.key !== "" ? { key: rule.query.key } : {}),
    ...(rule.id === "" ? {} : { rule: rule.id }),
  };
}

/** What was thrown while a rule ran, at the rule's query. */
export function failureOf(rule: Rule, thrown: unknown): Diagnosis {
  const { code, message } = errorFrom(thrown);
  return wholeRule(rule, { code, severity: "error", message });
}

/** Something that holds for the rule as a whole. */
export function wholeRule(rule: Rule, finding: Pick<Diagnosis, "code" | "severity" | "message">): Diagnosis {
  return {
    ...finding,
    file: rule.file,
    ...placeInFile(rule.query, { line: 1, column: 1 }),
    ...(rule.query.key === "" ? {} : { key: rule.query.key }),
    ...(rule.id === "" ? {} : { rule: rule.id }),
  };
}
