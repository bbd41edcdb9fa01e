import type { LintFinding } from "@calypso/catalog";

/** A finding as a person reads it: what and where, the line with carets, and what to do. */
export function printFinding(finding: LintFinding, text: string | undefined): string {
  const { severity, check, message, file, key, line, column, length, hint } = finding;
  const content = text?.split(/\r\n|\r|\n/)[line - 1]?.replaceAll("\t", " ");
  const margin = " ".repeat(String(line).length);
  const width = Math.max(1, Math.min(length, (content ?? "").length - column + 1));
  return [
    `${severity}[${check}]: ${message}`,
    `${margin} ┌ ${file}${key === undefined ? "" : ` › ${key}`}, line ${line}, column ${column}`,
    ...(content === undefined
      ? []
      : [`${line} │ ${content}`, `${margin} │ ${" ".repeat(column - 1)}${"^".repeat(width)}`]),
    ...(hint === undefined ? [] : [`${margin} = ${hint}`]),
  ].join("\n");
}
