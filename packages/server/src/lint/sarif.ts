import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { LintFinding, LintSeverity } from "@calypso/catalog";
import { aboutFinding, type LintReport } from "./lint.js";

/** A report in SARIF 2.1.0, as code scanning of forges reads it; what files ignore is there, marked as suppressed. */
export function sarifOf(report: LintReport): object {
  const all = [...report.findings, ...report.ignored];
  const ids = [...new Set(all.map(({ check }) => check))].sort();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Calypso",
            rules: ids.map((id) => ({
              id,
              shortDescription: { text: aboutFinding(id) ?? "What Microsoft's KQL binder reports under this code." },
              defaultConfiguration: { level: worstOf(all.filter(({ check }) => check === id)) },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: all.map((finding) => ({
          ruleId: finding.check,
          ruleIndex: ids.indexOf(finding.check),
          level: finding.severity,
          message: { text: finding.hint === undefined ? finding.message : `${finding.message}; ${finding.hint}` },
          locations: [{ physicalLocation: placeOf(finding) }],
          ...(report.ignored.includes(finding) ? { suppressions: [{ kind: "inSource" }] } : {}),
        })),
      },
    ],
  };
}

function worstOf(findings: readonly LintFinding[]): LintSeverity {
  const order = ["error", "warning", "note"] as const;
  return order.find((severity) => findings.some((finding) => finding.severity === severity)) ?? "note";
}

function placeOf({ file, line, column, length }: LintFinding): object {
  const uri = isAbsolute(file) ? pathToFileURL(file).href : file.split(/[\\/]/).map(encodeURIComponent).join("/");
  return {
    artifactLocation: { uri },
    region: { startLine: line, startColumn: column, endColumn: column + length },
  };
}
