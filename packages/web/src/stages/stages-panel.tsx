import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { Details } from "../grid/details.tsx";
import { ProblemView } from "../platform/problem.tsx";
import { countText } from "../text/times.ts";
import { visible, visibleLines } from "../text/visible.ts";
import { eventOf, keepEvent, keptEvent } from "./kept-event.ts";
import { lossOf } from "./loss.ts";
import { Predicates } from "./predicates.tsx";
import { type Counts, createTrace, type Stage, type Trace, type TracedQuery } from "./trace.ts";

/** How many rows each stage of a query leaves, and what becomes of one event on the way. */
export function StagesPanel(props: {
  readonly query: () => TracedQuery;
  readonly reveal: (line: number, column: number) => void;
}): JSX.Element {
  const trace = createTrace();
  const changed = () => trace.query() !== undefined && trace.query()?.text !== props.query().text;
  // A text that comes from a link is there only later: nothing runs that nobody asked for.
  if (props.query().text.trim() !== "") void trace.count(props.query());
  const most = createMemo(() =>
    Math.max(1, ...[...trace.counts().values()].map((counts) => (counts.kind === "counts" ? counts.left : 0))),
  );
  return (
    <div class="stages">
      <section class="stages-list" aria-label="Stages" tabindex="0">
        <div class="bar">
          <button type="button" onClick={() => void trace.count(props.query())}>
            {trace.query() === undefined ? "Count the rows" : "Count again"}
          </button>
          <Show when={changed()}>
            <span class="hint">the query has changed since it was counted</span>
          </Show>
          <Show when={trace.busy()}>
            <span class="aside" aria-busy="true">
              counting…
            </span>
          </Show>
        </div>
        <Show when={trace.problem()}>{(problem) => <ProblemView problem={problem()} />}</Show>
        <Show when={trace.stages().length === 0 && !trace.busy() && trace.problem() === undefined}>
          <p class="nothing">
            Here stands how many rows each stage of the query leaves, and each predicate of its conditions.
          </p>
        </Show>
        <ol>
          <For each={trace.stages()}>
            {(stage) => <StageRow stage={stage} trace={trace} most={most()} reveal={props.reveal} />}
          </For>
        </ol>
      </section>
      <div class="stages-side">
        <Show when={trace.sample()}>
          {(sample) => (
            <Show
              keyed
              when={sample().rows.count > 0 && sample()}
              fallback={<p class="nothing">There is no such row.</p>}
            >
              {(shown) => <Sampled trace={trace} count={shown.rows.count} />}
            </Show>
          )}
        </Show>
        <EventForm trace={trace} query={props.query} />
      </div>
    </div>
  );
}

function Sampled(props: { readonly trace: Trace; readonly count: number }): JSX.Element {
  const [at, setAt] = createSignal(0);
  return (
    <Show when={props.trace.sample()}>
      {(sample) => (
        <>
          <div class="bar">
            <strong>
              {sample().lostAt === undefined ? "Left by stage" : "Lost at stage"} {sample().stage}
            </strong>
            <button type="button" class="quiet" disabled={at() === 0} onClick={() => setAt(at() - 1)}>
              Row before
            </button>
            <button type="button" class="quiet" disabled={at() + 1 >= props.count} onClick={() => setAt(at() + 1)}>
              Row after
            </button>
          </div>
          <Details rows={sample().rows} row={at()} close={props.trace.hide} />
        </>
      )}
    </Show>
  );
}

function StageRow(props: {
  readonly stage: Stage;
  readonly trace: Trace;
  readonly most: number;
  readonly reveal: (line: number, column: number) => void;
}): JSX.Element {
  const counts = (): Counts | undefined => props.trace.counts().get(props.stage.index);
  const counted = () => {
    const found = counts();
    return found?.kind === "counts" ? found : undefined;
  };
  const refused = () => {
    const found = counts();
    return found?.kind === "refused" ? found.detail : undefined;
  };
  const event = () => props.trace.eventCounts().get(props.stage.index);
  const place = () => props.stage.place;
  return (
    <li classList={{ lost: isLost(event()) }}>
      <div class="stage">
        <button
          type="button"
          class="link"
          title="Go there in the query"
          onClick={() => props.reveal(place()?.line ?? 1, place()?.column ?? 1)}
        >
          {props.stage.index}
        </button>
        <code>
          <Show when={props.stage.let}>{(name) => <span class="type">{visible(name())}: </span>}</Show>
          {visibleLines(props.stage.text)}
        </code>
        <Show when={counted()} fallback={<span class="aside">{refused() === undefined ? "…" : "?"}</span>}>
          {(found) => (
            <button
              type="button"
              class="link number"
              title="Rows that leave this stage"
              onClick={() => void props.trace.show(props.stage.index)}
            >
              {countText(found().left)} {found().left === 1 ? "row" : "rows"}
            </button>
          )}
        </Show>
      </div>
      <Show when={counted()}>
        {(found) => (
          <div class="stage-bar" aria-hidden="true">
            <div style={{ width: `${(100 * found().left) / props.most}%` }} />
          </div>
        )}
      </Show>
      <Show when={refused()}>{(detail) => <p class="hint">{visible(detail())}</p>}</Show>
      <Show when={props.stage.isArbitrary}>
        <p class="hint">Which rows this leaves is not said: what follows may have other numbers in another run.</p>
      </Show>
      <Show when={event()}>{(found) => <p class="event">{visible(eventText(found()))}</p>}</Show>
      <Show when={(counted()?.predicates.length ?? 0) > 0 && counted()}>
        {(found) => (
          <Predicates
            predicates={found().predicates}
            came={found().came ?? 0}
            verdicts={verdictsOf(event())}
            lost={(at) => void props.trace.show(props.stage.index, at)}
          />
        )}
      </Show>
    </li>
  );
}

type EventCounts = ReturnType<Trace["eventCounts"]> extends ReadonlyMap<number, infer C> ? C : never;

function isLost(event: EventCounts | undefined): boolean {
  return event?.kind === "counts" && event.left === 0;
}

function verdictsOf(event: EventCounts | undefined) {
  return event?.kind === "counts" ? event.verdicts : [];
}

function eventText(event: EventCounts): string {
  if (event.kind === "refused") return event.detail;
  const what = event.isGroup ? "its group" : "the event";
  if (event.left === 0) return `${what} is lost here`;
  return event.left === 1 ? `${what} is here` : `${what} is here with ${countText(event.left)} rows`;
}

/** Asks for an event, and says in one sentence what became of it. */
function EventForm(props: { readonly trace: Trace; readonly query: () => TracedQuery }): JSX.Element {
  const [wrong, setWrong] = createSignal("");
  const table = () =>
    keptEvent().table || (props.trace.stages().find((stage) => stage.table !== undefined)?.table ?? "");
  const follow = (submitted: SubmitEvent) => {
    submitted.preventDefault();
    const event = eventOf({ ...keptEvent(), table: table() });
    setWrong(typeof event === "string" ? event : "");
    if (typeof event !== "string") void props.trace.follow(props.query(), event);
  };
  const loss = () => lossOf(props.trace);
  return (
    <form class="event-form" onSubmit={follow}>
      <h2>Why did this event not match?</h2>
      <label>
        Table
        <input
          type="text"
          value={table()}
          onInput={(input) => keepEvent({ ...keptEvent(), table: input.currentTarget.value })}
        />
      </label>
      <label>
        The event as JSON: a row of results, or its <code>_ItemId</code>
        <textarea
          rows={5}
          spellcheck={false}
          value={keptEvent().json}
          onInput={(input) => keepEvent({ ...keptEvent(), json: input.currentTarget.value })}
        />
      </label>
      <div class="bar">
        <button type="submit" class="main">
          Follow it
        </button>
        <span class="hint">In the results, open a row and keep it to follow it here.</span>
      </div>
      <Show when={wrong()}>
        <p class="problem" role="alert">
          {wrong()}
        </p>
      </Show>
      <Show when={loss()}>
        {(told) => (
          <p class="loss" role="status">
            {visible(told())}
          </p>
        )}
      </Show>
    </form>
  );
}
