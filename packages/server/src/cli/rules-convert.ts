import { printProblem } from "@calypso/catalog";
import { loadRules } from "../detect/load.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import type { Terminal } from "./terminal.js";

/** Prints the KQL of rules, a blank line between two; the exit status is 1 where a rule has none, which is told. */
export async function convertCommand(terminal: Terminal, paths: readonly string[]): Promise<void> {
  const { rules, problems } = await loadRules(ruleFilesOnDisk, paths);
  for (const problem of problems) {
    await terminal.err.write(`${printable(printProblem(problem))}\n`);
    if (problem.severity === "error") terminal.setExitStatus(1);
  }
  const queries = rules.filter(({ obstacle }) => obstacle === undefined).map(({ query }) => query.text.trimEnd());
  if (queries.length > 0) await terminal.out.write(`${queries.join("\n\n")}\n`);
}
