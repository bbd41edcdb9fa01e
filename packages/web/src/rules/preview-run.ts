import type { AnswerOf, Problem, Routes } from "@calypso/contract";
import { batch, createSignal, onCleanup } from "solid-js";
import { client, problemOf } from "../platform/client.ts";

type Part = AnswerOf<Routes["previewRule"]>;
type Of<Kind extends Part["kind"]> = Extract<Part, { readonly kind: Kind }>;

export type PreviewAlert = Of<"alert">["alert"];
export type Difference = Of<"difference">;

/** What is known of a preview while it runs, and when it has ended. */
export interface Preview {
  readonly range: { readonly from: string; readonly to: string };
  readonly windows: number;
  readonly compared: boolean;
  /** Of the version that is looked at. */
  readonly query: string;
  readonly alerts: readonly PreviewAlert[];
  readonly differences: readonly Difference[];
  readonly told: readonly Of<"told">[];
  readonly done?: Of<"done">;
}

/** What to preview. */
export interface PreviewRequest {
  /** A rule that is there; a new one, which is its text, where absent. */
  readonly key?: string;
  readonly range: { readonly from: string; readonly to: string };
  readonly text?: string;
  readonly compare: boolean;
}

/** Runs previews, one at a time; leaving the page stops one. */
export function createPreview() {
  const [preview, setPreview] = createSignal<Preview>();
  const [progress, setProgress] = createSignal(0);
  const [problem, setProblem] = createSignal<Problem>();
  const [running, setRunning] = createSignal<AbortController>();
  const stop = () => running()?.abort();
  onCleanup(stop);
  const begin = async ({ key, range, text, compare }: PreviewRequest) => {
    stop();
    const mine = new AbortController();
    batch(() => {
      setRunning(mine);
      setProblem(undefined);
      setProgress(0);
      setPreview(undefined);
    });
    const { signal } = mine;
    const parts =
      key === undefined
        ? client.parts("previewNewRule", { body: { ...range, text: text ?? "" }, signal })
        : client.parts("previewRule", {
            params: { key },
            body: { ...range, compare, ...(text === undefined ? {} : { text }) },
            signal,
          });
    try {
      let known: Preview = { range, windows: 0, compared: compare, query: "", alerts: [], differences: [], told: [] };
      for await (const part of parts) {
        if (part.kind === "progress") setProgress(part.done);
        else if (part.kind === "failed") setProblem({ title: "It could not be done", status: 422, ...part });
        else {
          known = withPart(known, part);
          setPreview(known);
        }
      }
    } catch (thrown) {
      if (!mine.signal.aborted) setProblem(problemOf(thrown));
    } finally {
      if (running() === mine) setRunning(undefined);
    }
  };
  return { preview, progress, problem, running: () => running() !== undefined, begin, stop };
}

function withPart(known: Preview, part: Exclude<Part, Of<"progress"> | Of<"failed">>): Preview {
  switch (part.kind) {
    case "begun":
      return { ...known, windows: part.windows, compared: part.compared, query: part.query };
    case "told":
      return { ...known, told: [...known.told, part] };
    case "alert":
      return { ...known, alerts: [...known.alerts, part.alert] };
    case "difference":
      return { ...known, differences: [...known.differences, part] };
    case "done":
      return { ...known, done: part };
    default:
      return part satisfies never;
  }
}
