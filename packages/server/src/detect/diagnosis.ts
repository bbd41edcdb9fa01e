import { type Problem, placeInFile, type Rule, type RuleException } from "@calypso/catalog";
import { type Diagnostic, partOfQuery, placeAt, placeOf } from "@calypso/kql";
import { errorFrom } from "../search/query-error.js";

/** Something wrong with a rule or its run; the code is of the rule reader, the compiler, or the store. */
export type Diagnosis = Omit<Problem, "code"> & { readonly code: string };

/** A message of the compiler, at its place in the rule's file. */
export function diagnosisOf(rule: Rule, diagnostic: Diagnostic): Diagnosis {
  const part = partOfQuery(diagnostic);
  const own = part.source.text === rule.query.text;
  const place = own ? placeInFile(rule.query, placeOf(part)) : placeOf(part);
  const message = [diagnostic.message, ...insideOf(diagnostic), ...hintOf(diagnostic)].join("; ");
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message,
    file: own ? rule.file : part.source.name,
    line: place.line,
    column: place.column,
    ...(own && rule.query.key !== "" ? { key: rule.query.key } : {}),
    ...(rule.id === "" ? {} : { rule: rule.id }),
  };
}

/** A message of the compiler about an exception of a rule, at its place in the exception's file. The rule runs nevertheless. */
export function exceptionDiagnosis(
  rule: Rule,
  { id, condition, file }: RuleException,
  diagnostic: Diagnostic,
  inForce: boolean,
): Diagnosis {
  const part = partOfQuery(diagnostic);
  const left = inForce ? "" : ", which is left out";
  const message = [diagnostic.message, ...insideOf(diagnostic), ...hintOf(diagnostic)].join("; ");
  return {
    code: diagnostic.code,
    severity: "warning",
    message: `the exception ${id} of the rule ${rule.name}${left}: ${message}`,
    file,
    ...placeInFile(condition, placeAt(part.source.text, part.span.start)),
    key: condition.key,
    ...(rule.id === "" ? {} : { rule: rule.id }),
  };
}

/** The place in a saved function, where the diagnostic is of its body. */
function insideOf(diagnostic: Diagnostic): readonly string[] {
  if (diagnostic.source.call === undefined) return [];
  const { line, column } = placeOf(diagnostic);
  return [`in ${diagnostic.source.name}, line ${line}, column ${column}`];
}

function hintOf({ hint }: Diagnostic): readonly string[] {
  return hint === undefined ? [] : [hint];
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
