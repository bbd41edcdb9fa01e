import {
  type Compilation,
  type Constant,
  constantOf,
  type KqlType,
  type Look,
  type Looked,
  type PipelineStage,
  type TracedEvent,
} from "@calypso/kql";
import { Failure } from "../store/failures.js";
import type { Store } from "../store/store.js";
import { errorOf } from "./query-error.js";
import { type CompiledApart, compileQuery, type QueryOptions, type QueryRequest, rowsOf } from "./run-query.js";

type Traced = Omit<QueryRequest, "look" | "limits" | "signal">;
type Cell = string | number | boolean | null;

/** A predicate with how many of the rows that came to its stage meet it, alone and with all whole predicates before it. */
export type CountedPredicate = Looked["predicates"][number] & { readonly alone: number; readonly together?: number };

/** How many rows come to a stage and leave it; or why that cannot be said. */
export type StageCounts =
  | { readonly stage: number; readonly refused: string }
  | {
      readonly stage: number;
      /** Only for a `where`. */
      readonly came?: number;
      readonly left: number;
      /** The rows are those of the groups that an event is in. */
      readonly isGroup: boolean;
      /** Rows of the event's table are joined here, and the event may be among them. */
      readonly isJoined: boolean;
      readonly predicates: readonly CountedPredicate[];
    };

/** A query that is looked at stage by stage. */
export interface QueryTrace {
  readonly compilation: CompiledApart;
  readonly stages: readonly PipelineStage[];
  /** Each stage's counts, of all rows or of an event's. They end where an event cannot be followed any further. */
  counts(event?: TracedEvent): AsyncGenerator<StageCounts>;
  /** Rows that leave a stage, or that a predicate of a `where` lost. */
  rows(ask: Pick<Look, "stage" | "ask" | "event">): Promise<StageRows>;
}

/** Rows of a stage, each a JSON array. */
export interface StageRows {
  readonly columns: Compilation["columns"];
  readonly lines: readonly string[];
  readonly looked: Looked;
}

/** Compiles a query to be looked at, by what is given; what is wrong with it is in the compilation. */
export async function traceQuery(
  store: Store,
  request: Traced,
  {
    compiled,
    ...options
  }: QueryOptions & { readonly compiled: (request: Traced & { look?: Look }) => Promise<CompiledApart> },
): Promise<QueryTrace> {
  const compilation = await compiled(request);
  const stages = compilation.pipeline();
  const look = (asked: Look) => compiled({ ...request, look: asked });
  const linesOf = async (looked: CompiledApart) => {
    const lines: string[] = [];
    for await (const line of rowsOf(store, looked, options)) lines.push(line);
    return lines;
  };
  return {
    compilation,
    stages,
    async *counts(event) {
      for (const { index: stage } of stages) {
        const looked = await look({ stage, ask: { kind: "counts" }, ...(event === undefined ? {} : { event }) });
        const error = errorOf(looked);
        if (error !== undefined) {
          yield { stage, refused: error.message };
          if (event !== undefined) return;
          continue;
        }
        const [line = "[]"] = await linesOf(looked);
        yield { stage, ...countsOf(JSON.parse(line), looked.looked) };
      }
    },
    async rows(ask) {
      const looked = await look(ask);
      const error = errorOf(looked);
      if (error !== undefined || looked.looked === undefined) {
        throw refused(error?.message ?? "the query has no such stage");
      }
      return { columns: looked.columns, lines: await linesOf(looked), looked: looked.looked };
    },
  };
}

function countsOf(row: readonly Cell[], looked: Looked | undefined) {
  const predicates = (looked?.predicates ?? []).map((predicate, at): CountedPredicate => {
    const together = row[2 * at + 2] ?? null;
    return {
      ...{ ...predicate, alone: Number(row[2 * at + 1]) },
      ...(together === null ? {} : { together: Number(together) }),
    };
  });
  const first = Number(row[0]);
  const told = { isGroup: looked?.isGroup ?? false, isJoined: looked?.isJoined ?? false, predicates };
  const last = predicates.findLast(({ depth }) => depth === 0)?.together;
  if (last === undefined) return { left: first, ...told };
  return { came: first, left: Math.min(last, Number(looked?.most ?? last)), ...told };
}

/** An event that is looked for: the values of columns, as the API gives them. */
export interface EventValues {
  readonly table: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

/** An event among the rows of its table. */
export interface FoundEvent {
  readonly event: TracedEvent;
  /** How many rows have its values. */
  readonly rows: number;
  /** Whether these rows are equal in all columns, so that it does not matter which of them is meant. */
  readonly isOne: boolean;
  /** Names of values that are not compared: dynamics, and what the table has not. */
  readonly ignored: readonly string[];
}

/** The most rows that are compared to find out whether they are equal. */
const mostEqual = 100;

/** Looks for an event in its table, at whatever time it happened. */
export async function findEvent(store: Store, { table, cells }: EventValues, now: bigint): Promise<FoundEvent> {
  const schema = store.schema().table(table);
  if (schema === undefined || !/^\w+$/.test(table)) {
    throw refused(`there is no table \`${table}\``);
  }
  const types = new Map([...schema.columns, ...(schema.hidden ?? [])].map(({ name, type }) => [name, type]));
  const wanted = new Map<string, Constant>();
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(cells)) {
    const type = types.get(name);
    // The text of a dynamic says the same in many ways.
    const says = value !== null && value !== "";
    if (type === undefined || type === "dynamic") ignored.push(...(says ? [name] : []));
    else wanted.set(name, constantIn(name, type, value));
  }
  const event = { table, cells: wanted };
  const trace = await traceQuery(store, { text: table, now }, { compiled: (request) => compileQuery(store, request) });
  const { lines } = await trace.rows({ stage: 1, ask: { kind: "kept", rows: mostEqual }, event });
  return { event, rows: lines.length, isOne: new Set(lines).size === 1, ignored };
}

function constantIn(name: string, type: KqlType, value: Cell): Constant {
  if (value === null) return type === "string" ? "" : null;
  const constant = constantOf(String(value), type);
  if (constant === undefined) throw refused(`\`${name}\` is a ${type}, and ${String(value)} is none`);
  return constant;
}

function refused(message: string): Failure {
  return new Failure("trace-refused", message);
}
