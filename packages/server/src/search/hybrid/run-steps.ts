import type { Step } from "@calypso/kql";
import { secondsSince } from "../../platform/clock.js";
import { Failure } from "../../store/failures.js";
import type { QueryLimits, SelectOptions, Store } from "../../store/store.js";
import { readRow, writeRow } from "./cells.js";
import type { Row, RowTransform, TransformScope } from "./transform.js";
import { transforms } from "./transforms.js";

/** What steps need of a store. */
export type StepStore = Pick<Store, "lines" | "makeScratch" | "fillScratch" | "dropScratch">;

/** Bounds on the steps of one query. */
export type StepLimits = QueryLimits & Pick<SelectOptions, "signal" | "onRead">;

/** Runs `work` with the tables of all steps filled, and takes them away afterwards, whatever happens. */
export async function withSteps<T>(
  store: StepStore,
  steps: readonly Step[],
  limits: StepLimits,
  work: (limits: StepLimits) => Promise<T>,
  known: ReadonlyMap<string, RowTransform> = transforms,
): Promise<T> {
  const seconds = secondsSince();
  const left = (): StepLimits => ({ ...limits, maxSeconds: Math.max(0.001, limits.maxSeconds - seconds()) });
  const made: string[] = [];
  try {
    for (const step of steps) {
      made.push(step.table);
      await store.makeScratch(step.table, step.columns);
      const transform = known.get(step.transform.kind);
      if (transform === undefined) throw new Error(`there is no transform ${step.transform.kind}`);
      await fill(store, step, transform, left);
    }
    return await work(steps.length === 0 ? limits : left());
  } finally {
    for (const table of made.reverse()) await store.dropScratch(table);
  }
}

async function fill(store: StepStore, step: Step, transform: RowTransform, left: () => StepLimits): Promise<void> {
  const scope = scopeOf(step, left);
  try {
    const { rowsSql } = step;
    const { maxStepBytes: maxResultBytes, ...limits } = left();
    const lines = store.lines(rowsSql, { ...limits, maxResultBytes, maxResultRows: Number.MAX_SAFE_INTEGER });
    await insert(store, step, transform(inBatches(lines, step, scope), scope));
  } catch (error) {
    throw error instanceof Failure && error.code === "result-too-large" ? tooMuch(step, left(), error) : error;
  }
}

async function* inBatches(
  lines: AsyncIterable<string>,
  step: Step,
  scope: TransformScope,
): AsyncGenerator<readonly Row[]> {
  let batch: Row[] = [];
  for await (const line of lines) {
    batch.push(readRow(line, step.reads));
    if (batch.length < batchRows) continue;
    yield batch;
    batch = [];
    await nextTurn();
    scope.check();
  }
  if (batch.length > 0) yield batch;
}

async function insert(store: StepStore, step: Step, rows: AsyncIterable<Row>): Promise<void> {
  let batch: string[] = [];
  let size = 0;
  let number = 0n;
  const flush = async () => {
    if (batch.length > 0) await store.fillScratch(step.table, batch, step.columns);
    batch = [];
    size = 0;
  };
  for await (const row of rows) {
    const line = writeRow(step.ordered ? [...row, number] : row, step.columns);
    number += 1n;
    batch.push(line);
    size += line.length;
    if (batch.length >= insertRows || size >= insertCharacters) await flush();
  }
  await flush();
}

function scopeOf(step: Step, left: () => StepLimits): TransformScope {
  let held = 0;
  const { maxStepBytes, signal } = left();
  return {
    options: step.transform.options ?? {},
    reads: step.reads,
    gives: step.columns,
    hold(bytes) {
      held += bytes;
      if (held > maxStepBytes) throw tooMuch(step, left());
    },
    check() {
      if (signal?.aborted) throw new Failure("query-cancelled", "the query was stopped");
      if (left().maxSeconds <= 0.001) {
        throw new Failure("query-timeout", `\`${step.construct}\` ran longer than the query's time limit`, {
          hint: "ask for a shorter time range, or raise the limit",
        });
      }
    },
  };
}

function tooMuch(step: Step, limits: StepLimits, cause?: unknown): Failure {
  const megabytes = Math.round(limits.maxStepBytes / 1e6);
  return new Failure(
    "step-memory",
    `\`${step.construct}\` works outside the engine and needs more than its ${megabytes} MB of memory`,
    { hint: "give it fewer rows or columns, or raise the limit", ...(cause === undefined ? {} : { cause }) },
  );
}

/** Lets signals in: rows that are in memory already come without a pause. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const batchRows = 1000;
const insertRows = 10_000;
const insertCharacters = 4 * 1024 * 1024;
