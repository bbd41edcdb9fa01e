import { mayDo } from "@calypso/contract";
import { createResource, createSignal, type JSX, onCleanup, Show } from "solid-js";
import { Time } from "../parts/time.tsx";
import { client, problemOf, session } from "../platform/client.ts";
import { ProblemView } from "../platform/problem.tsx";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";

/** How often it is looked whether the scenarios have been run, in milliseconds. */
const pause = 2000;

/** Runs the scenarios of all rules, and says what came of it. */
export function ScenarioRun(props: { readonly again: () => void }): JSX.Element {
  const [turn, setTurn] = createSignal(0);
  const [failure, setFailure] = createSignal<unknown>();
  const [known] = createResource(turn, () => client.call("coverageScenarios", {}));
  const run = () => (known.error === undefined ? known.latest : undefined);
  let wasRunning = false;
  const timer = setInterval(() => {
    if (run()?.state === "running") {
      wasRunning = true;
      setTurn(turn() + 1);
    } else if (wasRunning) {
      wasRunning = false;
      props.again();
    }
  }, pause);
  onCleanup(() => clearInterval(timer));
  const may = () => session.state === "ready" && mayDo(session().user?.role ?? "reader", "engineer");
  const begin = async () => {
    setFailure(undefined);
    wasRunning = true;
    try {
      await client.call("runCoverageScenarios", {});
    } catch (thrown) {
      setFailure(() => thrown);
    }
    setTurn(turn() + 1);
  };
  return (
    <span role="status">
      <Show when={run()?.state === "running"}>The scenarios are being run…</Show>
      <Show when={run()?.state === "done"}>
        {countText(run()?.scenarios ?? 0)} scenarios, {countText(run()?.failed ?? 0)} failed,{" "}
        <Time at={run()?.at ?? ""} ago={true} />.{" "}
      </Show>
      <Show when={run()?.state === "failed"}>They could not be run: {visible(run()?.message ?? "")} </Show>
      <Show when={may() && run()?.state !== "running"}>
        <button type="button" class="link" onClick={() => void begin()}>
          Run the scenarios
        </button>
      </Show>
      <Show when={failure() !== undefined}>
        <ProblemView problem={problemOf(failure())} />
      </Show>
    </span>
  );
}
