import { For, type JSX, Show } from "solid-js";
import { countText } from "../text/times.ts";
import { visible, visibleLines } from "../text/visible.ts";
import type { Counts, EventCounts } from "./trace.ts";

type Predicate = Extract<Counts, { readonly kind: "counts" }>["predicates"][number];
type Verdicts = Extract<EventCounts, { readonly kind: "counts" }>["verdicts"];

/** The predicates of a `where`, each with how many rows meet it, and what it was for an event. */
export function Predicates(props: {
  readonly predicates: readonly Predicate[];
  readonly came: number;
  readonly verdicts: Verdicts;
  readonly lost: (predicate: number) => void;
}): JSX.Element {
  /** How many rows a whole predicate took away of those that came to it. */
  const lostBy = (at: number): number | undefined => {
    const own = props.predicates[at]?.together;
    if (own === undefined) return undefined;
    const before = props.predicates.slice(0, at).findLast(({ together }) => together !== undefined)?.together;
    return (before ?? props.came) - own;
  };
  return (
    <ul class="predicates" aria-label="Predicates">
      <For each={props.predicates}>
        {(predicate, index) => (
          <li style={{ "margin-left": `${predicate.depth * 20}px` }}>
            <For each={props.verdicts.slice(0, 3)}>
              {(verdict) => <Value value={verdict[index()]?.value ?? null} />}
            </For>
            <code>{predicate.joins === undefined ? visibleLines(predicate.text) : joined[predicate.joins]}</code>
            <span class="aside">{countText(predicate.alone)} meet it</span>
            <Show when={lostBy(index())}>
              {(lost) => (
                <button type="button" class="link" title="Rows that it lost" onClick={() => props.lost(index())}>
                  {countText(lost())} lost
                </button>
              )}
            </Show>
            <For each={props.verdicts.slice(0, 3).flatMap((verdict) => verdict[index()]?.saw ?? [])}>
              {({ text, value }) => (
                <span class="saw">
                  {visibleLines(text)} = <strong>{value === null ? "null" : visible(short(value))}</strong>
                </span>
              )}
            </For>
          </li>
        )}
      </For>
    </ul>
  );
}

const joined = { and: "all of", or: "one of", not: "not" } as const;

function Value(props: { readonly value: boolean | null }): JSX.Element {
  return (
    <span class={`verdict ${props.value === true ? "true" : "false"}`}>
      {props.value === null ? "null" : String(props.value)}
    </span>
  );
}

/** A value as one line of text. */
function short(value: string | number | boolean): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
