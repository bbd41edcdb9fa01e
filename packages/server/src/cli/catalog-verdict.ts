import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RuleConditions } from "../catalogue/search-rules.js";
import { type Verdict, verdictStatuses } from "../catalogue/verdict/verdict.js";
import { instantOf, secondsSince, ticksOf } from "../platform/clock.js";
import { Failure } from "../store/failures.js";
import { type CatalogFlags, inCatalog } from "./catalog-state.js";
import { counted } from "./counted.js";
import { printable } from "./printable.js";
import { type Terminal, UsageError } from "./terminal.js";
import { inWorkspace, type WorkspaceFlags, workspaceOptions } from "./workspace-options.js";

/** The options of `calypso catalog verdict`. */
export interface VerdictFlags extends CatalogFlags, WorkspaceFlags, Omit<RuleConditions, "text"> {
  readonly days: number;
  readonly windows: number;
  readonly at?: string;
  readonly format?: "text" | "ndjson";
}

/** The options that say which rules are tried. */
const searched = [
  ...["source", "platform", "language", "purpose", "severity", "verdict", "technique", "tactic"],
  ...["table", "events", "field", "operator", "value"],
] as const satisfies readonly (keyof VerdictFlags)[];

/** Seconds between two lines of progress. */
const pause = 5;

/** Tries rules of the catalogue on a workspace, and keeps what came of it. */
export async function verdictCommand(terminal: Terminal, ids: readonly string[], flags: VerdictFlags): Promise<void> {
  const [{ tryRules }, { rulesToTry, recordVerdict }, { settleRules }] = await Promise.all([
    import("../catalogue/verdict/try-rules.js"),
    import("../catalogue/verdict/keep-verdicts.js"),
    import("../catalogue/record-rule.js"),
  ]);
  const at = flags.at === undefined ? undefined : instantOf(flags.at);
  if (flags.at !== undefined && at === undefined) {
    throw new UsageError(`${flags.at} is not a time such as 2026-10-14T03:00:00Z`);
  }
  const isText = (flags.format ?? (terminal.interactive ? "text" : "ndjson")) === "text";
  refuseNoLogs(terminal, flags);
  await inWorkspace(terminal, flags, async ({ store, clock, folder }) => {
    await inCatalog(terminal, flags, { mayMake: false }, async ({ db }) => {
      const search = Object.fromEntries(
        searched.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
      );
      const rules = await rulesToTry(db, search, ids);
      const now = clock();
      const to = ticksOf(at ?? now);
      const span = { from: to - BigInt(flags.days) * 864_000_000_000n, to };
      const options = { span, maxWindows: flags.windows, maxSeconds: flags.timeout ?? 10 };
      const place = folder ?? flags.workspace ?? "loaded data";
      const counts = new Map<Verdict["status"], number>();
      const seconds = secondsSince();
      let told = 0;
      let done = 0;
      for await (const { number, verdict } of tryRules(store, [...rules.values()], options, terminal.signal)) {
        await recordVerdict(db, { rule: number, at: now, workspace: place, verdict });
        counts.set(verdict.status, (counts.get(verdict.status) ?? 0) + 1);
        done += 1;
        const { id = "", name = "" } = rules.get(number) ?? {};
        await terminal.out.write(isText ? lineOf(id, name, verdict) : `${JSON.stringify({ id, name, ...verdict })}\n`);
        if (!terminal.interactive || seconds() - told < pause) continue;
        told = seconds();
        await terminal.err.write(`${done} of ${counted(rules.size, "rule")}\n`);
      }
      if (done > 0) await settleRules(db);
      const summary = verdictStatuses.flatMap((status) =>
        counts.has(status) ? [`${status} ${counts.get(status)}`] : [],
      );
      await terminal.err.write(`${counted(done, "rule")}: ${summary.reverse().join(", ")}\n`);
    });
  });
}

/** Verdicts are about logs: a folder whose name is misspelt is not made anew, where all rules would find nothing. */
function refuseNoLogs(terminal: Terminal, flags: VerdictFlags): void {
  if (flags.data !== undefined) return;
  const { workspace } = workspaceOptions(terminal, flags);
  const hint = "name a workspace with logs (--workspace), or logs to load (--data)";
  if (workspace === undefined) throw new UsageError(`there are no logs to try rules on; ${hint}`);
  if (/^https?:\/\//i.test(workspace) || existsSync(join(workspace, "clickhouse"))) return;
  const why = existsSync(workspace) ? `${workspace} holds no logs` : `there is no folder ${workspace}`;
  throw new Failure("workspace-unusable", why, { hint });
}

/** Rules that find something, with how much; the others stand in the counts and in the catalogue. */
function lineOf(id: string, name: string, { status, reason, found }: Verdict): string {
  if (status === "failed") return `${printable(`${id}  ${name}: failed: ${reason}`)}\n`;
  if (status !== "fires" || found === undefined) return "";
  const part = found.windows < found.allWindows ? ` in the newest ${found.windows} of ${found.allWindows} windows` : "";
  return `${printable(`${id}  ${name}: ${counted(found.count, found.of === "rows" ? "row" : "alert")}${part}`)}\n`;
}
