import { exceptionState, type LintFinding, type Rule, type RuleException } from "@calypso/catalog";
import { type Compilation, partOfQuery } from "@calypso/kql";
import { exceptionDiagnosis } from "../detect/diagnosis.js";
import type { LoadedRules } from "../detect/load.js";

/** How long before its end an exception is named, in milliseconds. */
const notice = 14 * 86_400_000;

/** Exceptions whose time is over, which have no effect any more, and those whose time soon is. */
export function timesOver({ exceptions }: LoadedRules, now: Date | undefined): readonly LintFinding[] {
  if (now === undefined) return [];
  return exceptions.flatMap((exception): readonly LintFinding[] => {
    const { expiry } = exception;
    const state = exceptionState(exception, now.getTime());
    if (expiry === undefined || state === "disabled" || now.getTime() < expiry - notice) return [];
    const end = new Date(expiry).toISOString();
    if (state === "active") {
      const message = `the exception ends at ${end.slice(0, 16)}Z; renew it or let it go`;
      return [findingOf(exception, { check: "exception-ends", severity: "note", message })];
    }
    const message = `the exception has had no effect since ${end.slice(0, 10)}; renew it or take it out`;
    return [findingOf(exception, { check: "exception-expired", severity: "warning", message })];
  });
}

/** Exceptions of all rules that have an effect on none: one of all rules may lack its columns in some of them. */
export function fittingNone(
  { exceptions, rules }: LoadedRules,
  fitting: ReadonlySet<RuleException>,
): readonly LintFinding[] {
  return exceptions.flatMap((exception) => {
    const isAsked = exception.rules === "all" && rules.some((rule) => rule.exceptions?.includes(exception));
    if (!isAsked || fitting.has(exception)) return [];
    const message = "the exception fits none of the rules here, and has no effect";
    return [findingOf(exception, { check: "unused-exception", severity: "error", message })];
  });
}

/** What is wrong with a rule's exceptions. That one of all rules is about others is a note. */
export function exceptionFindings(rule: Rule, { exclusions = [] }: Compilation): readonly LintFinding[] {
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

function findingOf(
  { id, file, place }: RuleException,
  finding: Pick<LintFinding, "check" | "severity" | "message">,
): LintFinding {
  return { ...finding, file, ...place, length: id.length, key: id };
}
