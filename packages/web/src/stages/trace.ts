import type { AnswerOf, Problem, Routes } from "@calypso/contract";
import { batch, createSignal, onCleanup } from "solid-js";
import { ResultRows } from "../grid/rows.ts";
import { client, problemOf } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";

type Part = AnswerOf<Routes["traceQuery"]>;
type EventPart = AnswerOf<Routes["traceEvent"]>;

export type Stage = Extract<Part, { readonly kind: "stages" }>["stages"][number];
export type Counts = Extract<Part, { readonly kind: "counts" | "refused" }>;
export type EventCounts = Extract<EventPart, { readonly kind: "counts" | "refused" }>;
export type Found = Extract<EventPart, { readonly kind: "found" }>;

/** A query as it is looked at. */
export interface TracedQuery {
  readonly text: string;
  readonly range?: { readonly from: string; readonly to: string };
}

/** An event by its table and the values of its columns. */
export interface Event {
  readonly table: string;
  readonly cells: Readonly<Record<string, string | number | boolean | null>>;
}

/** Rows of a stage: those that it left, or those that a predicate lost. */
export interface Sample {
  readonly stage: number;
  readonly lostAt?: number;
  readonly rows: ResultRows;
}

/** A query that is looked at stage by stage, and an event that is followed through it. */
export interface Trace {
  readonly query: () => TracedQuery | undefined;
  readonly stages: () => readonly Stage[];
  readonly counts: () => ReadonlyMap<number, Counts>;
  readonly busy: () => boolean;
  readonly problem: () => Pick<Problem, "code" | "detail" | "hint"> | undefined;
  readonly found: () => Found | undefined;
  readonly eventCounts: () => ReadonlyMap<number, EventCounts>;
  readonly sample: () => Sample | undefined;
  readonly count: (query: TracedQuery) => Promise<void>;
  readonly follow: (query: TracedQuery, event: Event) => Promise<void>;
  readonly show: (stage: number, lostAt?: number) => Promise<void>;
  readonly hide: () => void;
}

/** The most rows of a stage that are shown. */
const mostRows = 20;

export function createTrace(): Trace {
  const [query, setQuery] = createSignal<TracedQuery>();
  const [stages, setStages] = createSignal<readonly Stage[]>([]);
  const [counts, setCounts] = createSignal<ReadonlyMap<number, Counts>>(new Map());
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<Pick<Problem, "code" | "detail" | "hint">>();
  const [found, setFound] = createSignal<Found>();
  const [eventCounts, setEventCounts] = createSignal<ReadonlyMap<number, EventCounts>>(new Map());
  const [sample, setSample] = createSignal<Sample>();
  let leaving = new AbortController();
  onCleanup(() => leaving.abort());

  /** Takes the parts of an answer until it ends, fails, or something else is asked. */
  const work = async <P extends { readonly kind: string }>(
    parts: (signal: AbortSignal) => AsyncGenerator<P>,
    take: (part: P) => void,
  ) => {
    leaving.abort();
    const mine = new AbortController();
    leaving = mine;
    batch(() => {
      setProblem(undefined);
      setBusy(true);
    });
    try {
      for await (const part of parts(mine.signal)) {
        if (leaving !== mine) return;
        batch(() => take(part));
      }
    } catch (thrown) {
      if (leaving === mine && !mine.signal.aborted) setProblem(problemOf(thrown));
    } finally {
      if (leaving === mine) setBusy(false);
    }
  };

  const count = (asked: TracedQuery) => {
    batch(() => {
      setQuery(asked);
      setStages([]);
      setCounts(new Map());
      setFound(undefined);
      setEventCounts(new Map());
      setSample(undefined);
    });
    return work(
      (signal) => client.parts("traceQuery", { body: asked, signal }),
      (part: Part) => {
        if (part.kind === "stages") {
          setStages(part.stages);
          const error = part.diagnostics.find(({ severity }) => severity === "error");
          if (error !== undefined) setProblem({ code: error.code, detail: error.message });
        } else if (part.kind === "counts" || part.kind === "refused") {
          setCounts(new Map(counts()).set(part.stage, part));
        } else if (part.kind === "failed") setProblem(part);
        else tell(`${stages().length} stages are counted`);
      },
    );
  };
  return {
    ...{ query, stages, counts, busy, problem, found, eventCounts, sample, count },
    follow: async (asked, event) => {
      if (query()?.text !== asked.text || query()?.range?.from !== asked.range?.from || stages().length === 0)
        await count(asked);
      batch(() => {
        setFound(undefined);
        setEventCounts(new Map());
      });
      await work(
        (signal) => client.parts("traceEvent", { body: { ...asked, event }, signal }),
        (part: EventPart) => {
          if (part.kind === "found") setFound(part);
          else if (part.kind === "counts" || part.kind === "refused") {
            setEventCounts(new Map(eventCounts()).set(part.stage, part));
          } else if (part.kind === "failed") setProblem(part);
          else tell("the event was followed");
        },
      );
    },
    show: async (stage, lostAt) => {
      const asked = query();
      if (asked === undefined) return;
      try {
        const body = { ...asked, stage, rows: mostRows, ...(lostAt === undefined ? {} : { lostAt }) };
        const answer = await client.call("stageRows", { body });
        if (query() !== asked) return;
        const rows = new ResultRows(answer.columns);
        rows.add(answer.rows);
        setSample({ stage, rows, ...(lostAt === undefined ? {} : { lostAt }) });
      } catch (thrown) {
        setProblem(problemOf(thrown));
      }
    },
    hide: () => setSample(undefined),
  };
}
