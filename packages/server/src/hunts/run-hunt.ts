import { createHash } from "node:crypto";
import type { Rule } from "@calypso/catalog";
import type { Column, Compilation, Stage } from "@calypso/kql";
import type { Entity } from "../detect/alert.js";
import { parseRow, printJson, type Row } from "../detect/cells.js";
import { type Diagnosis, diagnosisOf, failureOf } from "../detect/diagnosis.js";
import { entityCollectors } from "../detect/entities.js";
import { compileRule } from "../detect/evaluate-window.js";
import { exceptionsAt, type HiddenRows, hiddenIn, nothingHidden, toldIn } from "../detect/exceptions.js";
import { extentsIn, type QueryPorts } from "../detect/extent.js";
import { wholeWindow } from "../detect/run.js";
import type { Window } from "../detect/ticks.js";
import { Failure } from "../store/failures.js";

/** A row that a hunt found. */
export interface FoundRow {
  /** The same for the same row, in whatever order rows come: the first twelve digits of the SHA-256 of its cells. */
  readonly key: string;
  /** The cells as a JSON array. */
  readonly line: string;
  /** The row as a JSON object, numbers as they were. */
  readonly object: string;
  /** `TimeGenerated`; absent where the row has none. */
  readonly eventTime?: string;
  /** What the row is about, by the mappings of the hunt. */
  readonly entities: readonly Entity[];
}

/** The results of a hunt over a stretch of time; the rows are computed as they are asked for. */
export interface HuntRun {
  readonly columns: readonly Column[];
  readonly window: Window;
  readonly warnings: readonly Diagnosis[];
  readonly rows: AsyncIterable<FoundRow>;
  /** What exceptions kept out of the rows; known once all rows have been read. */
  hidden(): HiddenRows;
}

/** Runs a hunt over a stretch of time; `only` is a KQL condition on the rows of its result. */
export async function runHunt(ports: QueryPorts, hunt: Rule, window: Window, only?: string): Promise<HuntRun> {
  const whole = await compileHunt(ports, hunt, window);
  if (only !== undefined) await checkCondition(ports, hunt, window, only);
  const compilation = only === undefined ? whole : await compileHunt(ports, hunt, window, conditionStage(only));
  const exceptions = exceptionsAt(hunt, window);
  const { columns } = compilation;
  let hidden = nothingHidden;
  const rows = async function* () {
    const found = readerOf(hunt, columns);
    for await (const line of ports.rows(compilation)) {
      const row = parseRow(line, columns);
      const told = toldIn(row, compilation);
      if (told === undefined) yield found(row.slice(0, columns.length));
      else hidden = hiddenIn(told, hunt, exceptions, compilation);
    }
  };
  const warnings = whole.diagnostics
    .filter(({ severity }) => severity === "warning")
    .map((diagnostic) => diagnosisOf(hunt, diagnostic));
  return { columns, window, warnings, rows: rows(), hidden: () => hidden };
}

/** How many rows a hunt has in a stretch of time; the engine counts them. */
export async function countResults(ports: QueryPorts, hunt: Rule, window: Window): Promise<number> {
  const stage = { text: "| count", sourceName: "the count of results" };
  const compilation = await compileHunt(ports, hunt, window, stage);
  for await (const line of ports.rows(compilation)) return Number(parseRow(line, compilation.columns)[0]);
  return 0;
}

/** The stretch of time around all that a hunt reads; where there is nothing, the day up to now. */
export async function allData(ports: QueryPorts, hunt: Rule, now: bigint): Promise<Window> {
  const compilation = await compileHunt(ports, hunt, { from: now, to: now });
  const { from, to } = await wholeWindow(hunt, compilation, extentsIn(ports), now);
  return { from, to };
}

/** The stretch of time of the same length before another. */
export function spanBefore({ from, to }: Window): Window {
  return { from: from - (to - from), to: from };
}

/** Why a hunt cannot run, from what running it has thrown. */
export function obstacleOf(hunt: Rule, thrown: unknown): Diagnosis {
  return thrown instanceof UnusableHunt ? thrown.diagnosis : failureOf(hunt, thrown);
}

/** A hunt that cannot be compiled, with the place of what is wrong. */
class UnusableHunt extends Failure {
  readonly diagnosis: Diagnosis;

  constructor(diagnosis: Diagnosis) {
    const { code, message, file, line, column } = diagnosis;
    super("hunt-unusable", `${file}:${line}:${column}: ${code}: ${message}`);
    this.diagnosis = diagnosis;
  }
}

async function compileHunt(ports: QueryPorts, hunt: Rule, window: Window, stage?: Stage): Promise<Compilation> {
  if (hunt.obstacle !== undefined) throw new UnusableHunt(hunt.obstacle);
  const options = stage === undefined ? {} : { stage };
  const compilation = await compileRule(ports, hunt, options, window, exceptionsAt(hunt, window));
  const error = compilation.diagnostics.find(({ severity }) => severity === "error");
  if (error === undefined) return compilation;
  if (stage !== undefined && error.source.name === stage.sourceName)
    throw new Failure("hunt-unusable", `${stage.sourceName}: ${error.message}`);
  throw new UnusableHunt(diagnosisOf(hunt, error));
}

function conditionStage(condition: string): Stage {
  return { text: `| where (${condition}\n)`, sourceName: "the condition" };
}

/** A condition is one expression over the columns of the result, as that of an exception is, and no operator after it. */
async function checkCondition(
  ports: QueryPorts,
  { query: { text } }: Rule,
  { from, to }: Window,
  condition: string,
): Promise<void> {
  const exclusions = [{ text: condition, sourceName: "the condition", subjects: [] }];
  const compilation = await ports.compile({ text, now: to, timeScope: { from, to }, exclusions });
  const [outcome] = compilation.exclusions ?? [];
  const error = outcome?.diagnostics.find(({ severity }) => severity === "error");
  if (outcome?.inForce === true && error === undefined) return;
  const hint = error?.hint === undefined ? {} : { hint: error.hint };
  throw new Failure("hunt-unusable", `the condition ${condition}: ${error?.message ?? "it cannot be used"}`, hint);
}

function readerOf(hunt: Rule, columns: readonly Column[]): (row: Row) => FoundRow {
  const startEntities = entityCollectors(hunt, columns, mostEntities);
  const time = columns.findIndex(({ name, type }) => name === "TimeGenerated" && type === "datetime");
  return (row) => {
    const line = printJson(row);
    const collector = startEntities();
    collector.add(row);
    const instant = row[time];
    return {
      key: createHash("sha256").update(line).digest("hex").slice(0, 12),
      line,
      object: printJson(Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]))),
      ...(typeof instant === "string" ? { eventTime: instant } : {}),
      entities: collector.entities(),
    };
  };
}

/** As many as an alert may have. */
const mostEntities = 500;
