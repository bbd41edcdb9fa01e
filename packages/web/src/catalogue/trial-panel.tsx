import { mayDo } from "@calypso/contract";
import { createResource, createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import { Badge } from "../parts/badge.tsx";
import { client, problemOf, session } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import type { Conditions } from "./address.ts";
import { VerdictBadge } from "./links.tsx";

/** How often it is looked how far a trial is, in milliseconds. */
const pause = 1000;

/** Tries rules on the workspace, and shows how far that is, whoever began it. */
export function TrialPanel(props: { readonly total: number; readonly conditions: Conditions }): JSX.Element {
  const [turn, setTurn] = createSignal(0);
  const [failure, setFailure] = createSignal<unknown>();
  const [known] = createResource(turn, async () => (await client.call("catalogueTrial", {})).trial);
  const trial = () => (known.error === undefined ? known.latest : undefined);
  const timer = setInterval(() => {
    if (trial()?.state === "running") setTurn(turn() + 1);
  }, pause);
  onCleanup(() => clearInterval(timer));
  const may = () => session.state === "ready" && mayDo(session().user?.role ?? "reader", "responder");
  const act = async (work: () => Promise<unknown>, done: string) => {
    setFailure(undefined);
    try {
      await work();
      tell(done);
    } catch (thrown) {
      setFailure(() => thrown);
    }
    setTurn(turn() + 1);
  };
  const begin = () =>
    act(() => client.call("tryCatalogueRules", { body: { search: props.conditions } }), "the trial has begun");
  const cancel = (id: string) =>
    act(() => client.call("cancelCatalogueTrial", { params: { id } }), "the trial was cancelled");
  return (
    <>
      <Show when={trial()?.state !== "running" && may()}>
        <button
          type="button"
          disabled={props.total === 0}
          title="Compile each rule, look whether its tables and fields have rows, and run it over the last 30 days"
          onClick={() => void begin()}
        >
          Would {props.total === 1 ? "it" : `these ${countText(props.total)}`} fire here?
        </button>
      </Show>
      <Show when={trial()}>
        {(now) => (
          <div class="trial" role="status">
            <Show when={now().state === "running"} fallback={<span>Last trial, {now().state}:</span>}>
              <progress max={now().of} value={now().done} aria-label="Rules that were tried" />
            </Show>
            <span>
              {countText(now().done)} of {countText(now().of)}
            </span>
            <For each={Object.entries(now().counts)}>
              {([status, count]) => (
                <a href={`/catalogue?verdict=${encodeURIComponent(status)}`} class="plain">
                  <VerdictBadge of={status} /> {countText(count)}
                </a>
              )}
            </For>
            <Show when={now().message}>{(message) => <Badge text={visible(message())} tone="bad" />}</Show>
            <Show when={now().state === "running" && may()}>
              <button type="button" onClick={() => void cancel(now().id)}>
                Cancel
              </button>
            </Show>
          </div>
        )}
      </Show>
      <Show when={failure() !== undefined}>
        <ProblemView problem={problemOf(failure())} />
      </Show>
    </>
  );
}
