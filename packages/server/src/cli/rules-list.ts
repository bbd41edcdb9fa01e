import { printProblem, type Rule } from "@calypso/catalog";
import type { Column } from "@calypso/kql";
import { loadRules } from "../detect/load.js";
import type { ListedRule } from "../lint/list-rules.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import { writeTable } from "./table.js";
import type { Terminal } from "./terminal.js";
import { inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso rules list`. */
export interface ListFlags extends WorkspaceFlags {
  readonly format?: "table" | "json" | "ndjson";
}

/** Lists rules; the exit status is 1 where a file cannot be read or a rule cannot run. */
export async function listCommand(terminal: Terminal, paths: readonly string[], flags: ListFlags): Promise<void> {
  const [{ listRules }, { queryPorts }] = await Promise.all([
    import("../lint/list-rules.js"),
    import("../search/run-query.js"),
  ]);
  const format = flags.format ?? (terminal.interactive ? "table" : "json");
  const loaded = await loadRules(ruleFilesOnDisk, paths);
  for (const problem of loaded.problems) {
    if (problem.severity !== "error") continue;
    await terminal.err.write(`${printable(printProblem(problem))}\n`);
    terminal.setExitStatus(1);
  }
  await inWorkspace(terminal, flags, async ({ store }) => {
    const listed = listRules(queryPorts(store, { signal: terminal.signal }), loaded.rules);
    const lines = linesOf(terminal, listed, format === "table" ? rowOf : objectOf);
    if (format === "table") return writeTable(terminal.out, columns, lines);
    let separator = format === "json" ? "[\n" : "";
    for await (const line of lines) {
      await terminal.out.write(separator + line);
      separator = format === "json" ? ",\n" : "\n";
    }
    await terminal.out.write(format === "json" ? (loaded.rules.length === 0 ? "[]\n" : "\n]\n") : "\n");
  });
}

async function* linesOf(
  terminal: Terminal,
  rules: AsyncIterable<ListedRule>,
  print: (listed: ListedRule) => string,
): AsyncGenerator<string> {
  for await (const listed of rules) {
    if (listed.obstacle !== undefined) terminal.setExitStatus(1);
    yield print(listed);
  }
}

const columns: readonly Column[] = [
  ...["Name", "Kind", "Severity", "Tactics", "Techniques", "Schedule", "Tables", "Status", "Id", "File"],
].map((name) => ({ name, type: "string" }));

function rowOf({ rule, tables, obstacle }: ListedRule): string {
  const { name, kind, severity, tactics, id, file } = rule;
  const status = obstacle === undefined ? (rule.enabled ? "" : "disabled") : `${obstacle.code}: ${obstacle.message}`;
  return JSON.stringify([
    ...[name, kind, severity, tactics.join(", "), techniquesOf(rule).join(", "), scheduleOf(rule)],
    ...[tables.join(", "), status, id, file],
  ]);
}

function objectOf({ rule, tables, obstacle }: ListedRule): string {
  const { id, name, kind, severity, tactics, queryFrequency, queryPeriod, enabled, file } = rule;
  return JSON.stringify({
    id,
    name,
    kind,
    severity,
    tactics,
    techniques: techniquesOf(rule),
    schedule: { frequencySeconds: seconds(queryFrequency), periodSeconds: seconds(queryPeriod) },
    tables,
    enabled,
    status: obstacle === undefined ? "runs" : "refused",
    ...(obstacle === undefined
      ? {}
      : {
          error: { code: obstacle.code, message: obstacle.message, line: obstacle.line, column: obstacle.column },
        }),
    file,
  });
}

function techniquesOf({ techniques, subTechniques }: Rule): readonly string[] {
  return [...techniques, ...subTechniques].sort();
}

function scheduleOf({ kind, queryFrequency, queryPeriod }: Rule): string {
  if (kind === "NRT") return "every minute";
  if (queryFrequency === undefined || queryPeriod === undefined) return "";
  const every = shortLength(queryFrequency);
  return queryFrequency === queryPeriod ? `every ${every}` : `every ${every} over ${shortLength(queryPeriod)}`;
}

function shortLength(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes % 1440 === 0) return `${minutes / 1440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

function seconds(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : milliseconds / 1000;
}
