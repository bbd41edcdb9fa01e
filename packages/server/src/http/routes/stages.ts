import type { AnswerOf, Routes } from "@calypso/contract";
import type { PipelineStage } from "@calypso/kql";
import { errorFrom } from "../../search/query-error.js";
import { findEvent, type QueryTrace, type StageCounts, traceQuery } from "../../search/trace-query.js";
import { compiling } from "../compiling.js";
import type { Handlers } from "../handler.js";
import type { Served } from "../served.js";
import { placeOfPart, told } from "../texts.js";
import { requestOf } from "./queries.js";

type Part = AnswerOf<Routes["traceQuery"]>;
type EventPart = AnswerOf<Routes["traceEvent"]>;
type Counts = Extract<StageCounts, { readonly left: number }>;

/** The most rows of an event whose predicates are told at each stage. */
const mostVerdicts = 10;

export function stageHandlers(served: Served): Handlers<"traceQuery" | "stageRows" | "traceEvent"> {
  const { store } = served.workspace;
  const traced = (signal: AbortSignal) => ({ signal, compiled: compiling(served, { signal }, { pipeline: true }) });

  async function* counted(request: ReturnType<typeof requestOf>, signal: AbortSignal): AsyncGenerator<Part> {
    const { compilation, stages, counts } = await traceQuery(store, request, traced(signal));
    yield { kind: "stages", diagnostics: compilation.diagnostics.map(told), stages: stages.map(stageOf) };
    if (compilation.diagnostics.some(({ severity }) => severity === "error")) return;
    for await (const count of counts()) yield countsOf(count);
    yield { kind: "done" };
  }

  async function* followed(
    request: ReturnType<typeof requestOf>,
    values: Parameters<typeof findEvent>[1],
    signal: AbortSignal,
  ): AsyncGenerator<EventPart> {
    const { event, ...found } = await findEvent(store, values, request.now);
    yield { kind: "found", rows: found.rows, isOne: found.isOne, ignored: [...found.ignored] };
    if (!found.isOne) return;
    const trace = await traceQuery(store, request, traced(signal));
    // An event that is lost may come in again, in a union or as a row that is joined.
    let isLost = false;
    for await (const count of trace.counts(event)) {
      if ("refused" in count) {
        if (isLost) break;
        yield { kind: "refused", stage: count.stage, detail: count.refused };
        return;
      }
      if (isLost && count.isJoined) {
        const detail = `\`${event.table}\` is joined too: the event is lost as a row of the left side, and is not followed on the right`;
        yield { kind: "refused", stage: count.stage, detail };
        return;
      }
      if (isLost && count.left === 0) continue;
      const verdicts = count.came === undefined ? [] : await verdictsOf(trace, count, event);
      yield { ...countsOf(count), kind: "counts", isGroup: count.isGroup, verdicts };
      isLost = count.left === 0;
    }
    yield { kind: "done" };
  }

  return {
    traceQuery: ({ body }, { signal }) => ending(counted(requestOf(served, body), signal)),
    traceEvent: ({ body: { event, ...body } }, { signal }) => ending(followed(requestOf(served, body), event, signal)),
    stageRows: async ({ body: { stage, lostAt, rows, ...body } }, { signal }) => {
      const trace = await traceQuery(store, requestOf(served, body), traced(signal));
      const ask =
        lostAt === undefined ? { kind: "kept" as const, rows } : { kind: "lost" as const, predicate: lostAt, rows };
      const found = await trace.rows({ stage, ask });
      return {
        columns: found.columns.map(({ name, type }) => ({ name, type })),
        rows: found.lines.map((line) => JSON.parse(line)),
      };
    },
  };
}

/** A stream whose failures are its last part. */
async function* ending<P>(parts: AsyncGenerator<P>): AsyncGenerator<P | Extract<Part, { readonly kind: "failed" }>> {
  try {
    yield* parts;
  } catch (thrown) {
    const { code, message, hint } = errorFrom(thrown);
    yield { kind: "failed", code, detail: message, ...(hint === undefined ? {} : { hint }) };
  }
}

async function verdictsOf(trace: QueryTrace, { stage }: Counts, event: Awaited<ReturnType<typeof findEvent>>["event"]) {
  const { columns, lines, looked } = await trace.rows({ stage, ask: { kind: "values", rows: mostVerdicts }, event });
  const { predicates, seen } = looked;
  return lines.map((line) => {
    const cells: readonly (string | number | boolean | null)[] = JSON.parse(line);
    return predicates.map((_, at) => {
      const value = cells[at] ?? null;
      const saw = seen.flatMap(({ predicate, text }, index) =>
        predicate === at
          ? [
              {
                text,
                type: columns[predicates.length + index]?.type ?? "dynamic",
                value: cells[predicates.length + index] ?? null,
              },
            ]
          : [],
      );
      return { value: typeof value === "boolean" ? value : null, saw };
    });
  });
}

function countsOf(count: Counts): Extract<Part, { readonly kind: "counts" }>;
function countsOf(count: StageCounts): Extract<Part, { readonly kind: "counts" | "refused" }>;
function countsOf(count: StageCounts): Extract<Part, { readonly kind: "counts" | "refused" }> {
  if ("refused" in count) return { kind: "refused", stage: count.stage, detail: count.refused };
  const { stage, left, came, predicates } = count;
  return {
    ...{ kind: "counts", stage, left },
    ...(came === undefined ? {} : { came }),
    predicates: predicates.map(({ text, location, depth, joins, alone, together }) => ({
      ...{ text, depth, alone, place: placeOfPart(location) },
      ...(joins === undefined ? {} : { joins }),
      ...(together === undefined ? {} : { together }),
    })),
  };
}

function stageOf({ index, operator, text, location, table, isArbitrary, let: name }: PipelineStage) {
  return {
    ...{ index, operator, text, place: placeOfPart(location), isArbitrary: isArbitrary === true },
    ...(name === undefined ? {} : { let: name }),
    ...(table === undefined ? {} : { table }),
  };
}
