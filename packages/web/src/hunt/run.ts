import type { AnswerOf, Diagnostic, Problem, RequestOf, Routes } from "@calypso/contract";
import { batch, createSignal } from "solid-js";
import { ResultRows } from "../grid/rows.ts";
import { client, problemOf } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { countText } from "../text/times.ts";
import type { Range } from "./time-range.tsx";

type Part = AnswerOf<Routes["runQuery"]>;
type Columns = Extract<Part, { readonly kind: "columns" }>;
type Done = Extract<Part, { readonly kind: "done" }>;

/** What was asked, so that the same can be asked again. */
export type Asked = RequestOf<Routes["runQuery"]>["body"];

/** How a run stands. */
export type RunState = "none" | "running" | "done" | "failed" | "cancelled";

/** A query that is run, one at a time: its rows as they come, outside of what is reactive. */
export interface Run {
  readonly state: () => RunState;
  /** What is run, or was last. */
  readonly text: () => string;
  /** What to ask for the same answer at another time; nothing until the service has taken the question up. */
  readonly asked: () => Asked | undefined;
  readonly rows: () => ResultRows | undefined;
  /** Another number whenever there are more rows. */
  readonly count: () => number;
  readonly visual: () => Columns["visual"];
  readonly diagnostics: () => readonly Diagnostic[];
  readonly problem: () => Pick<Problem, "code" | "detail" | "hint"> | undefined;
  readonly cost: () => Done | undefined;
  readonly begin: (text: string, range: Range | undefined) => Promise<void>;
  readonly cancel: () => void;
}

/** More rows than anybody reads are a mistake in the query; the service ends a result beyond. */
const mostRows = 1_000_000;

export function createRun(): Run {
  const [state, setState] = createSignal<RunState>("none");
  const [text, setText] = createSignal("");
  const [asked, setAsked] = createSignal<Asked>();
  const [rows, setRows] = createSignal<ResultRows>();
  const [count, setCount] = createSignal(0);
  const [visual, setVisual] = createSignal<Columns["visual"]>();
  const [diagnostics, setDiagnostics] = createSignal<readonly Diagnostic[]>([]);
  const [problem, setProblem] = createSignal<Pick<Problem, "code" | "detail" | "hint">>();
  const [cost, setCost] = createSignal<Done>();
  let leaving = new AbortController();
  let frame = 0;

  const grown = () => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      setCount(rows()?.count ?? 0);
    });
  };
  const ended = (as: RunState, said: string) => {
    setCount(rows()?.count ?? 0);
    setState(as);
    tell(said);
  };
  const take = (part: Part, body: Asked): void => {
    switch (part.kind) {
      case "columns":
        setAsked({ ...body, now: part.now });
        setVisual(part.visual);
        setDiagnostics(part.diagnostics);
        setRows(new ResultRows(part.columns));
        return;
      case "rows":
        rows()?.add(part.rows);
        grown();
        return;
      case "done":
        setCost(part);
        ended("done", `${countText(part.rows)} rows`);
        return;
      case "failed":
        setProblem(part);
        ended("failed", `failed: ${part.detail}`);
        return;
      default:
        part satisfies never;
    }
  };

  return {
    ...{ state, text, asked, rows, count, visual, diagnostics, problem, cost },
    cancel: () => leaving.abort(),
    begin: async (query, range) => {
      leaving.abort();
      const mine = new AbortController();
      leaving = mine;
      batch(() => {
        setAsked(undefined);
        setRows(undefined);
        setCount(0);
        setVisual(undefined);
        setDiagnostics([]);
        setProblem(undefined);
        setCost(undefined);
        setText(query);
        setState("running");
      });
      const body = { text: query, limits: { rows: mostRows }, ...(range === undefined ? {} : { range }) };
      try {
        for await (const part of client.parts("runQuery", { body, signal: mine.signal })) {
          if (leaving !== mine) return;
          batch(() => take(part, body));
        }
        if (leaving === mine && state() === "running") throw new Error("the answer ended before its end");
      } catch (thrown) {
        if (leaving !== mine) return;
        batch(() => {
          if (mine.signal.aborted) {
            ended("cancelled", "cancelled");
            return;
          }
          setProblem(problemOf(thrown));
          ended("failed", "failed");
        });
      }
    },
  };
}
