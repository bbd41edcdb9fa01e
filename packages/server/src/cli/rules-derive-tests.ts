import { placeInFile } from "@calypso/catalog";
import { loadRules } from "../detect/load.js";
import type { Derivation } from "../rule-tests/derive/derive.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import { type Terminal, UsageError } from "./terminal.js";

/** The options of `calypso rules derive-tests`. */
export interface DeriveFlags {
  readonly rule?: string;
  readonly functions?: readonly string[];
  readonly externaldataDir?: string;
}

/** Proposes scenarios for a rule; what could not be derived is told on standard error and as comments. */
export async function deriveTestsCommand(terminal: Terminal, path: string, flags: DeriveFlags): Promise<void> {
  const [{ openWorkspace }, { compileRule, midnight }, { queryPorts }, { deriveTests }, { scenarioText }] =
    await Promise.all([
      import("../main.js"),
      import("../lint/compile-rule.js"),
      import("../search/run-query.js"),
      import("../rule-tests/derive/derive.js"),
      import("../rule-tests/derive/scenario-text.js"),
    ]);
  const { rules } = await loadRules(ruleFilesOnDisk, [path]);
  const wanted = rules.filter(({ id, name }) => flags.rule === undefined || flags.rule === id || flags.rule === name);
  const [rule] = wanted;
  if (rule === undefined) throw new UsageError(`there is no such rule in ${path}`);
  if (wanted.length > 1) throw new UsageError(`${path} holds ${wanted.length} rules; say which with --rule NAME`);
  const workspace = await openWorkspace({
    ...(flags.functions === undefined ? {} : { functions: flags.functions }),
    ...(flags.externaldataDir === undefined ? {} : { externaldataDir: flags.externaldataDir }),
  });
  try {
    const compilation = await compileRule(queryPorts(workspace.store), rule);
    const error = rule.obstacle ?? compilation.diagnostics.find(({ severity }) => severity === "error");
    if (error !== undefined || compilation.facts === undefined) {
      await terminal.err.write(`the rule cannot run: ${error?.message ?? "its query makes no sense"}\n`);
      return terminal.setExitStatus(1);
    }
    const derivation = await deriveTests(workspace, { rule, facts: compilation.facts(), now: midnight });
    const remarks = derivation.left.map(({ text, place, why }) => {
      const { line } = placeInFile(rule.query, place);
      return `not derived: \`${text}\` in line ${line}: ${why}`;
    });
    for (const remark of remarks) await terminal.err.write(`${printable(remark)}\n`);
    await tellEnd(terminal, derivation);
    if (derivation.scenarios.length === 0) return;
    const comments = remarks.map((remark) => `# ${printable(remark)}\n`).join("");
    await terminal.out.write(comments + scenarioText(derivation.scenarios));
  } finally {
    await workspace.close();
  }
}

async function tellEnd(terminal: Terminal, { failure, scenarios }: Derivation): Promise<void> {
  if (failure === undefined) return terminal.err.write(`${scenarios.length} scenarios, each of them run\n`);
  await terminal.err.write(`${printable(failure)}\n`);
  terminal.setExitStatus(1);
}
