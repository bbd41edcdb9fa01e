import type { LintSeverity } from "@calypso/catalog";
import { loadRules } from "../detect/load.js";
import type { LintReport } from "../lint/lint.js";
import { contentFolder } from "../platform/content.js";
import { counted } from "./counted.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import type { Terminal } from "./terminal.js";
import { inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso rules lint`. */
export interface LintFlags extends WorkspaceFlags {
  readonly format: "text" | "json" | "sarif";
  readonly failOn: LintSeverity;
  readonly strict?: boolean;
}

/** Checks rules and prints what is found; the exit status is 1 where something is as severe as `--fail-on`. */
export async function lintCommand(terminal: Terminal, paths: readonly string[], flags: LintFlags): Promise<void> {
  const [{ lintRules }, { lintReferences }, { queryPorts }, { printFinding }, { sarifOf }] = await Promise.all([
    import("../lint/lint.js"),
    import("../lint/references.js"),
    import("../search/run-query.js"),
    import("../lint/print-findings.js"),
    import("../lint/sarif.js"),
  ]);
  const loaded = await loadRules(ruleFilesOnDisk, paths);
  const report = await inWorkspace(terminal, flags, ({ store, clock, folder }) =>
    lintRules(
      queryPorts(store, { signal: terminal.signal }),
      loaded,
      lintReferences(contentFolder(), () => store.schema(), folder),
      { ...flags, now: clock() },
    ),
  );
  switch (flags.format) {
    case "text":
      for (const finding of report.findings) {
        const lines = printFinding(finding, loaded.texts.get(finding.file)).split("\n");
        await terminal.out.write(`${lines.map(printable).join("\n")}\n\n`);
      }
      break;
    case "json":
      await terminal.out.write(`${JSON.stringify({ ...countsOf(report), ...report }, undefined, 2)}\n`);
      break;
    case "sarif":
      await terminal.out.write(`${JSON.stringify(sarifOf(report), undefined, 2)}\n`);
      break;
    default:
      flags.format satisfies never;
  }
  const { errors, warnings, notes } = countsOf(report);
  await terminal.err.write(
    `${counted(report.rules, "rule")} in ${counted(report.files, "file")}: ${counted(errors, "error")}, ` +
      `${counted(warnings, "warning")}, ${counted(notes, "note")}, ${report.ignored.length} ignored\n`,
  );
  if (errors + (flags.failOn === "error" ? 0 : warnings) + (flags.failOn === "note" ? notes : 0) > 0) {
    terminal.setExitStatus(1);
  }
}

function countsOf({ findings }: LintReport): { errors: number; warnings: number; notes: number } {
  const count = (wanted: LintSeverity) => findings.filter(({ severity }) => severity === wanted).length;
  return { errors: count("error"), warnings: count("warning"), notes: count("note") };
}
