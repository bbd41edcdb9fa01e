import { readFile } from "node:fs/promises";
import { printProblem, type Rule, readRules } from "@calypso/catalog";
import type { Column } from "@calypso/kql";
import { printJson } from "../detect/cells.js";
import type { Diagnosis } from "../detect/diagnosis.js";
import type { QueryPorts } from "../detect/extent.js";
import { loadRules } from "../detect/load.js";
import { printTicks, type Window } from "../detect/ticks.js";
import { huntNamed, huntsAmong } from "../hunts/find-hunt.js";
import { allData, countResults, type HuntRun, obstacleOf, runHunt, spanBefore } from "../hunts/run-hunt.js";
import type { Workspace } from "../main.js";
import { ticksOf } from "../platform/clock.js";
import { Failure } from "../store/failures.js";
import { hiddenCounts } from "./hidden-counts.js";
import { formatOf, optionalRange } from "./options.js";
import { printable } from "./printable.js";
import { queryFormats, writeResult } from "./query-format.js";
import { started } from "./query-one.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import { writeTable } from "./table.js";
import { type Terminal, UsageError } from "./terminal.js";
import { inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** Which query is run, and over which stretch of time. */
export interface QueryFlags extends WorkspaceFlags {
  readonly rules?: readonly string[];
  readonly query?: string;
  readonly file?: string;
  readonly from?: string;
  readonly to?: string;
}

/** The options of `calypso hunts list`. */
export interface ListFlags extends QueryFlags {
  readonly run?: boolean;
  readonly format?: string;
}

/** The options of `calypso hunts run`. */
export interface RunFlags extends QueryFlags {
  readonly format?: string;
}

/** Lists hunting queries, with the number of their results where they are run; the exit status is 1 where one cannot run. */
export async function listCommand(terminal: Terminal, flags: ListFlags): Promise<void> {
  const format = formatOf(terminal, flags);
  const range = optionalRange(flags);
  const runs = flags.run === true;
  if (range !== undefined && !runs) throw new UsageError("--from and --to are of use only with --run");
  const hunts = huntsAmong(await rulesFrom(terminal, flags.rules));
  await inWorkspace(terminal, flags, async (workspace) => {
    const lines = listed(terminal, workspace, hunts, { runs, range });
    if (format === "table") return writeTable(terminal.out, columnsOf(runs, range), rowsOf(lines, runs, range));
    for await (const hunt of lines) await terminal.out.write(`${printJson(fieldsOf(hunt))}\n`);
  });
  await terminal.err.write(`${hunts.length} hunting ${hunts.length === 1 ? "query" : "queries"}\n`);
}

interface ListedHunt {
  readonly hunt: Rule;
  readonly tables: readonly string[];
  readonly results?: number;
  /** In the stretch of time before. */
  readonly before?: number;
  readonly obstacle?: Pick<Diagnosis, "code" | "message" | "line" | "column">;
}

async function* listed(
  terminal: Terminal,
  { store, clock }: Workspace,
  hunts: readonly Rule[],
  { runs, range }: { readonly runs: boolean; readonly range: Window | undefined },
): AsyncGenerator<ListedHunt> {
  const [{ listRules }, { queryPorts }] = await Promise.all([
    import("../lint/list-rules.js"),
    import("../search/run-query.js"),
  ]);
  const ports = queryPorts(store, { signal: terminal.signal });
  for await (const { rule: hunt, tables, obstacle } of listRules(ports, hunts)) {
    if (terminal.signal.aborted) return;
    const one = { hunt, tables, ...(obstacle === undefined ? {} : { obstacle }) };
    const told = runs && obstacle === undefined ? { ...one, ...(await results(ports, hunt, range, clock())) } : one;
    if (told.obstacle !== undefined) terminal.setExitStatus(1);
    yield told;
  }
}

async function results(ports: QueryPorts, hunt: Rule, range: Window | undefined, now: Date) {
  try {
    const found = await countResults(ports, hunt, range ?? (await allData(ports, hunt, ticksOf(now))));
    return range === undefined
      ? { results: found }
      : { results: found, before: await countResults(ports, hunt, spanBefore(range)) };
  } catch (thrown) {
    return { obstacle: obstacleOf(hunt, thrown) };
  }
}

function columnsOf(runs: boolean, range: Window | undefined): readonly Column[] {
  const text = (...names: readonly string[]): Column[] => names.map((name) => ({ name, type: "string" }));
  const numbers = runs ? (range === undefined ? ["Results"] : ["Results", "Before", "Delta"]) : [];
  return [
    ...text("Name"),
    ...numbers.map((name): Column => ({ name, type: "long" })),
    ...text("Tactics", "Techniques", "Tables", "Status", "Id", "File"),
  ];
}

async function* rowsOf(hunts: AsyncIterable<ListedHunt>, runs: boolean, range: Window | undefined) {
  for await (const { hunt, tables, results, before, obstacle } of hunts) {
    const delta = results === undefined || before === undefined ? null : results - before;
    const numbers = runs ? [results ?? null, ...(range === undefined ? [] : [before ?? null, delta])] : [];
    yield printJson([
      ...[hunt.name, ...numbers, hunt.tactics.join(", "), techniquesOf(hunt).join(", "), tables.join(", ")],
      ...[obstacle === undefined ? "" : `${obstacle.code}: ${obstacle.message}`, hunt.id, hunt.file],
    ]);
  }
}

function fieldsOf({ hunt, tables, results, before, obstacle }: ListedHunt) {
  return {
    ...{ id: hunt.id, name: hunt.name, tactics: hunt.tactics, techniques: techniquesOf(hunt), tables },
    ...(results === undefined ? {} : { results }),
    ...(results === undefined || before === undefined ? {} : { before, delta: results - before }),
    status: obstacle === undefined ? "runs" : "refused",
    ...(obstacle === undefined ? {} : { error: errorOf(obstacle) }),
    file: hunt.file,
  };
}

function errorOf({ code, message, line, column }: NonNullable<ListedHunt["obstacle"]>) {
  return { code, message, line, column };
}

/** Techniques and sub-techniques of a hunting query. */
export function techniquesOf({ techniques, subTechniques }: Rule): readonly string[] {
  return [...techniques, ...subTechniques].sort();
}

/** Runs a query, and prints its rows, each with its key. */
export async function runCommand(terminal: Terminal, name: string | undefined, flags: RunFlags): Promise<void> {
  const wanted = flags.format ?? (terminal.interactive ? "table" : "json");
  const format = queryFormats.find((known) => known === wanted);
  if (format === undefined) throw new UsageError(`${wanted} is not a format: ${queryFormats.join(", ")}`);
  const range = optionalRange(flags);
  const hunt = await huntOf(terminal, name, flags);
  await inWorkspace(terminal, flags, async (workspace) => {
    const run = await startRun(terminal, workspace, hunt, { range });
    const columns = [{ name: freeName("_Row", run.columns), type: "string" as const }, ...run.columns];
    await writeResult(terminal.out, format, { columns, warnings: [], rows: await started(keyed(run)) });
    const hidden = hiddenCounts();
    hidden.add(hunt, run.hidden());
    for (const text of hidden.lines()) await terminal.err.write(`${printable(text)}\n`);
  });
}

/** Begins to run a hunt over a stretch of time, all data where none is given, and says over which. */
export async function startRun(
  terminal: Terminal,
  { store, clock }: Workspace,
  hunt: Rule,
  { range, only }: { readonly range: Window | undefined; readonly only?: string },
): Promise<HuntRun> {
  const { queryPorts } = await import("../search/run-query.js");
  const ports = queryPorts(store, { signal: terminal.signal });
  const window = range ?? (await allData(ports, hunt, ticksOf(clock())));
  const run = await runHunt(ports, hunt, window, only);
  for (const warning of run.warnings) await terminal.err.write(`${printable(printProblem(warning))}\n`);
  const span = `${printTicks(window.from)} to ${printTicks(window.to)}`;
  await terminal.err.write(`${printable(hunt.name)}: ${span}\n`);
  return run;
}

/** The query that is named, or given as it is. */
export async function huntOf(terminal: Terminal, name: string | undefined, flags: QueryFlags): Promise<Rule> {
  const given = [name, flags.query, flags.file].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError("give one query: the name of a hunt, --query or --file");
  if (name !== undefined) return huntNamed(await rulesFrom(terminal, flags.rules), name);
  const text = flags.query ?? (await textOf(flags.file ?? ""));
  const [hunt] = readRules({ name: "query.kql", text }).rules;
  if (hunt === undefined) throw new UsageError("the query is empty");
  return { ...hunt, file: flags.file ?? "query" };
}

/** Whether a query was given as it is, and not as a hunting query with a name. */
export function isAdHoc({ query, file }: QueryFlags): boolean {
  return query !== undefined || file !== undefined;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new Failure("file-unreadable", `the query file ${path} cannot be read`, { cause });
  }
}

async function rulesFrom(terminal: Terminal, paths: readonly string[] | undefined): Promise<readonly Rule[]> {
  if (paths === undefined) throw new UsageError("say where the hunting queries are: --rules");
  const { rules, problems } = await loadRules(ruleFilesOnDisk, paths);
  const obstacles = new Set(rules.map(({ obstacle }) => obstacle));
  for (const problem of problems) {
    if (problem.severity !== "error" || obstacles.has(problem)) continue;
    await terminal.err.write(`${printable(printProblem(problem))}\n`);
    terminal.setExitStatus(1);
  }
  return rules;
}

async function* keyed({ rows }: HuntRun): AsyncGenerator<string> {
  for await (const { key, line } of rows) yield line === "[]" ? `["${key}"]` : `["${key}",${line.slice(1)}`;
}

function freeName(name: string, columns: readonly Column[]): string {
  return columns.some((column) => column.name === name) ? freeName(`${name}1`, columns) : name;
}
