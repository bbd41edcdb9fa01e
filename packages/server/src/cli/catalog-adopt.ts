import type { Adoption } from "../catalogue/adoption.js";
import type { RuleDetails } from "../catalogue/show-rule.js";
import { loadRules } from "../detect/load.js";
import { Failure } from "../store/failures.js";
import { type CatalogFlags, inCatalog } from "./catalog-state.js";
import { printError } from "./print-error.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import type { Terminal } from "./terminal.js";
import type { WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso catalog adopt`. */
export interface AdoptFlags extends CatalogFlags, WorkspaceFlags {
  readonly into: string;
  readonly force?: boolean;
}

/** Writes rules of the catalogue into a folder and checks them there; one that cannot be adopted is told, and the rest go on. */
export async function adoptCommand(
  terminal: Terminal,
  references: readonly string[],
  flags: AdoptFlags,
): Promise<void> {
  const [{ showRule }, { adopt }, { guidanceFor }, { contentFolder }, { shippedSchema }, { randomIds }] =
    await Promise.all([
      import("../catalogue/show-rule.js"),
      import("../catalogue/adoption.js"),
      import("../catalogue/shipped-guidance.js"),
      import("../platform/content.js"),
      import("../main.js"),
      import("../platform/ids.js"),
    ]);
  const written: string[] = [];
  await inCatalog(terminal, flags, { mayMake: false }, async ({ db }) => {
    const guidanceOf = guidanceFor({ content: contentFolder(), schema: shippedSchema() });
    for (const reference of references) {
      try {
        const details = await showRule(db, reference, async () => []);
        const guidance = guidanceOf(details.detection);
        const adoption = await adopt(details, {
          ...{ folder: flags.into, rules: await rulesIn(flags.into), force: flags.force === true, ids: randomIds },
          ...(guidance === undefined ? {} : { guidance }),
        });
        written.push(...adoption.files.slice(0, 1));
        await terminal.out.write(`${adoption.files.map(printable).join("\n")}\n`);
        for (const line of remarksOn(details, adoption)) await terminal.err.write(`${printable(line)}\n`);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        await printError(terminal, error);
        terminal.setExitStatus(1);
      }
    }
  });
  if (written.length > 0) await lint(terminal, written, flags);
}

async function rulesIn(folder: string) {
  const { existsSync } = await import("node:fs");
  return existsSync(folder) ? (await loadRules(ruleFilesOnDisk, [folder])).rules : [];
}

/** What whoever takes over a rule has to know of it. */
function remarksOn({ detection, provenance, verdict }: RuleDetails, { withoutGuidance }: Adoption): readonly string[] {
  const { name, platform, language, authors } = detection;
  const { source, licence, commit, removedAt } = provenance;
  const known = [`${platform} in ${language}`, source, commit, licence === "" ? "licence unknown" : licence];
  return [
    `${name}: ${known.filter((part) => part !== "").join(", ")}${authors.length === 0 ? "" : `, by ${authors.join(", ")}`}`,
    ...(removedAt === null ? [] : [`  its source has it no more since ${removedAt.toISOString().slice(0, 10)}`]),
    ...(verdict === undefined ? [] : [`  on ${verdict.workspace}: ${verdict.document.status}`]),
    ...(withoutGuidance === undefined ? [] : [`  its guidance is left out: ${withoutGuidance}`]),
  ];
}

/** What `calypso rules lint` says of the new files; the exit status is 1 where a rule cannot run. */
async function lint(terminal: Terminal, files: readonly string[], flags: AdoptFlags): Promise<void> {
  const { lintCommand } = await import("./rules-lint.js");
  const toErrors = { ...terminal, out: terminal.err };
  await lintCommand(toErrors, files, { ...flags, format: "text", failOn: "error" });
}
