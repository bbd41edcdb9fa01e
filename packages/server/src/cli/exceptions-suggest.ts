import { printProblem, type Rule, usualLifetime } from "@calypso/catalog";
import { loadRules } from "../detect/load.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import { type Terminal, UsageError } from "./terminal.js";
import { rangeOf } from "./time-range.js";
import { inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso exceptions suggest`. */
export interface SuggestFlags extends WorkspaceFlags {
  readonly from: string;
  readonly to: string;
  readonly rule?: readonly string[];
  readonly share: string;
  readonly most: string;
}

/** Proposes exceptions on standard output, as they stand in `exceptions.yaml`; all else goes to standard error. */
export async function suggestCommand(terminal: Terminal, paths: readonly string[], flags: SuggestFlags): Promise<void> {
  const [{ suggest }, { proposalText }, { queryPorts }] = await Promise.all([
    import("../exceptions/suggest.js"),
    import("../exceptions/proposal-text.js"),
    import("../search/run-query.js"),
  ]);
  const range = rangeOf(flags);
  const share = Number(flags.share);
  if (!(share > 0 && share <= 1)) throw new UsageError(`${flags.share} is not a part of the whole, such as 0.5`);
  if (!/^[1-9]\d{0,3}$/.test(flags.most)) throw new UsageError(`${flags.most} is not a whole number above 0`);
  const loaded = await loadRules(ruleFilesOnDisk, paths);
  const rules = loaded.rules.filter(({ id, name }) => flags.rule?.some((one) => one === id || one === name) ?? true);
  if (rules.length === 0) throw new UsageError("there are no such rules at these paths");
  await inWorkspace(terminal, flags, async ({ store, clock }) => {
    const ports = queryPorts(store, { signal: terminal.signal });
    const created = clock();
    const taken = new Set(loaded.exceptions.map(({ id }) => id));
    for (const rule of rules) {
      if (terminal.signal.aborted) return;
      const { mined, diagnosis } = await suggestFor(rule);
      if (mined === undefined) {
        await terminal.err.write(`${printable(printProblem(diagnosis))}\n`);
        terminal.setExitStatus(1);
        continue;
      }
      const candidates = mined.candidates.slice(0, Number(flags.most));
      await terminal.err.write(`${printable(rule.name)}: ${remarkOf(mined, candidates.length)}\n`);
      const expiry = new Date(created.getTime() + usualLifetime);
      const text = proposalText(rule, { ...mined, candidates }, { created, expiry, taken });
      await terminal.out.write(text);
    }

    async function suggestFor(rule: Rule) {
      try {
        return await suggest(ports, rule, { range, share });
      } catch (thrown) {
        const { failureOf } = await import("../detect/diagnosis.js");
        return { diagnosis: failureOf(rule, thrown) };
      }
    }
  });
}

function remarkOf({ rows, alerts }: { readonly rows: number; readonly alerts: number }, proposals: number): string {
  if (alerts === 0) return "no alerts in this time";
  const found = `${rows === 1 ? "1 row" : `${rows} rows`}, ${alerts === 1 ? "1 alert" : `${alerts} alerts`}`;
  return proposals === 0 ? `${found}, which have nothing in common` : `${found}; what they have in common:`;
}
