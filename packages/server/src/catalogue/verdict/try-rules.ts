import { setImmediate } from "node:timers/promises";
import { isTriggered, type Rule } from "@calypso/catalog";
import { type Compilation, isEmptyGiven, isEmptyWithoutRows } from "@calypso/kql";
import { failureOf } from "../../detect/diagnosis.js";
import { compileRule } from "../../detect/evaluate-window.js";
import { secondsSince } from "../../platform/clock.js";
import { readsWithoutRow } from "../../search/reads-without-row.js";
import { queryPorts } from "../../search/run-query.js";
import type { Store } from "../../store/store.js";
import { countFound, foundWithoutRow, isCountedByWindow, looksBefore } from "./count-alerts.js";
import { measureInSpan, type TableInSpan } from "./measure-tables.js";
import type { TrialOptions, Verdict } from "./verdict.js";

/** A rule to try; one without a query that runs here is told so. */
export interface TriedRule {
  readonly number: number;
  readonly rule?: Rule;
}

/** A rule that was tried. */
export interface Tried {
  readonly number: number;
  readonly verdict: Verdict;
}

/** What the first look at a rule says, without what the compiler keeps in memory for it. */
interface Looked {
  readonly one: TriedRule;
  readonly verdict: Pick<Verdict, "status" | "reason" | "parses" | "binds">;
  /** The tables that it reads, with the columns that decide which rows it finds. */
  readonly reads: ReadonlyMap<string, readonly string[]>;
  /** It finds nothing where its tables have no rows. */
  readonly needsRows: boolean;
  /** When it has no row in the span; absent where a run tells more than that, as what it fetches may be missing. */
  readonly emptiness?: Emptiness;
  readonly isCounted: boolean;
  readonly seconds: number;
}

type Emptiness = Parameters<typeof isEmptyGiven>[0];

/**
 * Tries rules on a workspace. All are compiled first, so that each table is measured once for all of them, and asked once which of
 * them it has no row for; then those that can find something run. A rule that fails is told, and the rest go on.
 */
export async function* tryRules(
  store: Store,
  rules: readonly TriedRule[],
  options: TrialOptions,
  signal: AbortSignal,
): AsyncGenerator<Tried> {
  const ports = queryPorts(store, { signal, maxSeconds: options.maxSeconds });
  const looked: Looked[] = [];
  for (const one of rules) {
    if (signal.aborted) return;
    await setImmediate();
    looked.push(await lookAt(ports, one, options));
  }
  const measured = await measureAll(ports, looked, options);
  const wanted = looked.filter((one) => hasRows(one, measured)).flatMap(({ emptiness }) => emptiness ?? []);
  const limits = { signal, maxSeconds: options.maxSeconds * tablesLimit };
  const without = await readsWithoutRow(store, wanted, limits);
  const waiting = [...looked];
  const running = new Set<Promise<{ readonly tried: Tried; readonly self: () => void }>>();
  while (waiting.length > 0 || running.size > 0) {
    while (running.size < (options.atOnce ?? 2) && waiting.length > 0 && !signal.aborted) {
      const next = waiting.shift();
      if (next === undefined) break;
      const work: Promise<{ readonly tried: Tried; readonly self: () => void }> = run(
        ports,
        next,
        { measured, without },
        options,
      ).then((tried) => ({ tried, self: () => void running.delete(work) }));
      running.add(work);
    }
    if (running.size === 0) return;
    const { tried, self } = await Promise.race(running);
    self();
    // What was stopped in its midst says nothing of the rule.
    if (!signal.aborted) yield tried;
  }
}

type Ports = ReturnType<typeof queryPorts>;

async function lookAt(ports: Ports, one: TriedRule, options: TrialOptions): Promise<Looked> {
  const { span } = options;
  const seconds = secondsSince();
  const none = { one, reads: new Map<string, readonly string[]>(), needsRows: true, isCounted: false };
  const { rule } = one;
  if (rule === undefined) {
    return { ...none, verdict: bad("no query", "it has no query that runs here"), seconds: seconds() };
  }
  if (rule.obstacle !== undefined) {
    const status = rule.query.text.trim() === "" ? "no query" : "does not parse";
    return { ...none, verdict: bad(status, rule.obstacle.message), seconds: seconds() };
  }
  try {
    const compilation = await compileRule(ports, rule, {}, span, []);
    const error = compilation.diagnostics.find(({ severity }) => severity === "error");
    if (error !== undefined) {
      const parses = !isSyntax(error.code);
      const verdict = { ...bad(parses ? "does not bind" : "does not parse", error.message), parses };
      return { ...none, verdict, seconds: seconds() };
    }
    const verdict = { status: "silent", reason: "", parses: true, binds: true } as const;
    const tellsMore = compilation.externals.length > 0 || compilation.asked;
    const emptiness = tellsMore ? undefined : compilation.emptiness?.();
    return {
      ...{ one, verdict, reads: readsOf(compilation), needsRows: needsRows(rule, compilation) },
      ...(emptiness === undefined ? {} : { emptiness }),
      ...{ isCounted: isCountedByWindow(rule, compilation, options), seconds: seconds() },
    };
  } catch (thrown) {
    return {
      ...none,
      verdict: { ...bad("failed", failureOf(rule, thrown).message), parses: true },
      seconds: seconds(),
    };
  }
}

/** False where an alert may come of nothing: a count that is zero, or a rule that asks for few rows. */
function needsRows(rule: Rule, compilation: Compilation): boolean {
  const emptiness = compilation.emptiness?.();
  const isOfFew = rule.kind !== "Hunting" && isTriggered(rule, 0);
  return emptiness !== undefined && !isOfFew && isEmptyWithoutRows(emptiness);
}

function bad(status: Verdict["status"], reason: string): Looked["verdict"] {
  return { status, reason, parses: false, binds: false };
}

/** Codes of the parser, of ours and of the language service: an operator, or a part of one, is expected. */
function isSyntax(code: string): boolean {
  return code === "syntax-error" || code === "KS176" || /^KS0/.test(code);
}

/** The columns that decide which rows a rule finds; the time, which every row has, is not told. */
function readsOf(compilation: Compilation): ReadonlyMap<string, readonly string[]> {
  const fields = compilation.fields?.([]) ?? new Map<string, ReadonlySet<string>>();
  return new Map(
    compilation.tables.map((table) => [
      table,
      [...(fields.get(table) ?? [])].filter((name) => name !== "TimeGenerated").sort(),
    ]),
  );
}

/** Each table once, with the columns of all rules. */
async function measureAll(
  ports: Ports,
  looked: readonly Looked[],
  options: TrialOptions,
): Promise<ReadonlyMap<string, TableInSpan | undefined>> {
  const columns = new Map<string, Set<string>>();
  for (const { reads } of looked) {
    for (const [table, names] of reads) {
      const known = columns.get(table) ?? new Set();
      for (const name of names) known.add(name);
      columns.set(table, known);
    }
  }
  const measured = new Map<string, TableInSpan | undefined>();
  for (const [table, names] of columns) {
    measured.set(table, await measureInSpan(ports, table, [...names], options).catch(() => undefined));
  }
  return measured;
}

/** What is known of the tables before rules run. */
interface Known {
  readonly measured: ReadonlyMap<string, TableInSpan | undefined>;
  /** Keys of reads that no row meets. */
  readonly without: ReadonlySet<string>;
}

/** How many times as long as one query of a rule those may run that ask for all rules at once. */
const tablesLimit = 6;

/** False where none of the tables that a rule reads has rows. */
function hasRows({ reads }: Looked, measured: Known["measured"]): boolean {
  return [...reads.keys()].some((table) => measured.get(table)?.rows !== 0);
}

async function run(
  ports: Ports,
  { one, verdict, reads, needsRows, emptiness, isCounted, seconds }: Looked,
  { measured, without }: Known,
  options: TrialOptions,
): Promise<Tried> {
  const { number, rule } = one;
  const tables = [...reads.keys()].map((name) => ({ name, rows: measured.get(name)?.rows ?? null }));
  const fields = [...reads].flatMap(([table, names]) =>
    names.map((name) => ({ table, name, filled: shareOf(measured.get(table), name) })),
  );
  const span = { from: timeText(options.span.from), to: timeText(options.span.to) };
  const base = { ...verdict, tables, fields, ...span };
  if (!verdict.binds || rule === undefined) return { number, verdict: base };
  const noData = { status: "no data", reason: `no rows in ${tables.map(({ name }) => name).join(", ")}` } as const;
  const isWithout = tables.length > 0 && tables.every(({ rows }) => rows === 0);
  const { filledTables } = ports.schema();
  const mayLookBefore =
    looksBefore(rule, options.span) && tables.some(({ name }) => filledTables?.includes(name) !== false);
  if (isWithout && needsRows && !mayLookBefore) return { number, verdict: { ...base, ...noData } };
  const time = secondsSince();
  try {
    const hasNoRow = emptiness !== undefined && isEmptyGiven(emptiness, without);
    const known = hasNoRow ? foundWithoutRow(rule, isCounted, options) : undefined;
    const found = known ?? (await countFound(ports, rule, isCounted, options));
    const milliseconds = Math.round((seconds + time()) * 1000);
    const empty = fields.filter(({ filled }) => filled === 0).map(({ table, name }) => `${table}.${name}`);
    if (found.count === 0 && isWithout) return { number, verdict: { ...base, ...noData, milliseconds, found } };
    const status = found.count > 0 ? "fires" : empty.length > 0 ? "empty fields" : "silent";
    const reason = status === "empty fields" ? `nothing in ${empty.join(", ")}` : "";
    return { number, verdict: { ...base, status, reason, milliseconds, found } };
  } catch (thrown) {
    const milliseconds = Math.round((seconds + time()) * 1000);
    return { number, verdict: { ...base, status: "failed", reason: failureOf(rule, thrown).message, milliseconds } };
  }
}

/** The share of rows that have a column; null where there are none, or where the table could not be measured. */
function shareOf(table: TableInSpan | undefined, column: string): number | null {
  const filled = table?.filled.get(column);
  return table === undefined || table.rows === 0 || filled === undefined ? null : filled / table.rows;
}

function timeText(ticks: bigint): string {
  return new Date(Number(ticks / 10_000n)).toISOString();
}
