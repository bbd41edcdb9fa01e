import { placeAt } from "@calypso/kql";
import { placeOfKey } from "../rules/column-uses.js";
import type { Rule } from "../rules/rule.js";
import { placeInFile } from "../rules/rule-query.js";
import { type CheckFinding, hasDocument, type LintSeverity, type LintSubject } from "./check.js";
import { checks } from "./checks.js";

/** Something to tell about a rule's file. Lines and columns count from 1. */
export interface LintFinding {
  /** Id of a check, or a code of the rule reader or of the compiler. */
  readonly check: string;
  readonly severity: LintSeverity;
  readonly message: string;
  readonly hint?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters of the line it is about; at least 1. */
  readonly length: number;
  /** Path of the key of the rule. */
  readonly key?: string;
  /** Id of the rule. */
  readonly rule?: string;
}

/** What all checks find about one rule. */
export function lintRule(subject: LintSubject): readonly LintFinding[] {
  return Object.entries(checks).flatMap(([check, { severity, find }]) =>
    find(subject).map((finding) => ({
      check,
      severity,
      message: finding.message,
      ...(finding.hint === undefined ? {} : { hint: finding.hint }),
      file: subject.rule.file,
      ...placed(subject.rule, finding),
      ...(subject.rule.id === "" ? {} : { rule: subject.rule.id }),
    })),
  );
}

function placed(rule: Rule, { at }: CheckFinding): Pick<LintFinding, "line" | "column" | "length" | "key"> {
  if ("key" in at) {
    const place = "query" === at.key ? placeInFile(rule.query, { line: 1, column: 1 }) : placeOfKey(rule, at.key);
    return {
      ...place,
      length: /[^.[\]]*$/.exec(at.key)?.[0].length || 1,
      ...(hasDocument(rule) ? { key: at.key } : {}),
    };
  }
  const { source, span } = at.location;
  const { query } = rule;
  const [first = ""] = source.text.slice(span.start, span.end).split("\n");
  return {
    ...placeInFile(query, placeAt(source.text, span.start)),
    length: query.origin.kind === "lines" ? Math.max(1, first.trimEnd().length) : 1,
    ...(query.key === "" ? {} : { key: query.key }),
  };
}
