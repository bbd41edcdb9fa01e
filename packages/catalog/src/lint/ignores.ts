import type { Rule } from "../rules/rule.js";
import type { LintFinding } from "./lint-rule.js";

/** What is left of findings when those that a file's comments and keys take for known are gone. */
export interface Heeded {
  readonly findings: readonly LintFinding[];
  readonly ignored: readonly LintFinding[];
}

/**
 * Drops warnings and notes that the file says are known: `# calypso-ignore CHECK…` (or `//`) on the line or the line before,
 * `calypso-ignore-file CHECK…` anywhere, or the rule's key `lintIgnore`. Errors stay. An ignore of something that is no
 * check, or that nothing was found of, is told itself.
 */
export function heedIgnores(
  file: { readonly name: string; readonly text: string },
  rules: readonly Rule[],
  findings: readonly LintFinding[],
  known: (id: string) => boolean,
): Heeded {
  const ignores = [...commentsIn(file.text), ...rules.flatMap(keysOf)];
  const used = new Set<Ignore>();
  const left = findings.filter((finding) => {
    if (finding.severity === "error") return true;
    const ignore = ignores.find((one) => one.check === finding.check && one.covers(finding));
    if (ignore !== undefined) used.add(ignore);
    return ignore === undefined;
  });
  const told = ignores
    .filter((ignore) => !used.has(ignore))
    .map((ignore): LintFinding => {
      const isKnown = known(ignore.check);
      const why = isKnown
        ? "nothing of the kind is found here that could be ignored"
        : "there is no check of this name";
      return {
        check: isKnown ? "unused-ignore" : "unknown-ignore",
        severity: isKnown ? "note" : "warning",
        message: `\`${ignore.check}\`: ${why}`,
        file: file.name,
        line: ignore.line,
        column: ignore.column,
        length: ignore.check.length,
      };
    });
  return { findings: [...left, ...told], ignored: findings.filter((finding) => !left.includes(finding)) };
}

/** Ids that `heedIgnores` itself tells, with what they mean. */
export const ignoreChecks = {
  "unknown-ignore": { severity: "warning", about: "A comment or key ignores something that is no check." },
  "unused-ignore": { severity: "note", about: "A comment or key ignores something that is not found." },
} as const;

interface Ignore {
  readonly check: string;
  readonly line: number;
  readonly column: number;
  covers(finding: LintFinding): boolean;
}

function commentsIn(text: string): Ignore[] {
  return text.split(/\r\n|\r|\n/).flatMap((content, index) => {
    const match = /(?:#|\/\/)\s*calypso-ignore(-file)?[ \t]+([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*)/.exec(content);
    const [, whole, list = ""] = match ?? [];
    const line = index + 1;
    // A comment behind something is about its own line, and one that stands alone about the next.
    const about = content.slice(0, match?.index).trim() === "" ? line + 1 : line;
    const from = content.lastIndexOf(list);
    return [...list.matchAll(/[\w-]+/g)].map(({ 0: check, index: offset }) => ({
      check,
      line,
      column: from + offset + 1,
      covers: (finding: LintFinding) => whole !== undefined || finding.line === about,
    }));
  });
}

function keysOf(rule: Rule): Ignore[] {
  const written = rule.extra["lintIgnore"];
  const list = Array.isArray(written) ? written : [written];
  const { line, column } = rule.places["lintIgnore"] ?? rule.places["id"] ?? { line: 1, column: 1 };
  return list.flatMap((check) =>
    typeof check === "string"
      ? [
          {
            check,
            line,
            column,
            covers: (finding: LintFinding) => finding.rule === undefined || finding.rule === rule.id,
          },
        ]
      : [],
  );
}
