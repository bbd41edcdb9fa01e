import { type JSX, type Resource, Show } from "solid-js";
import { problemOf } from "../platform/client.ts";
import { ProblemView } from "../platform/problem.tsx";

/** What was asked of the server: its answer, the last one while a newer is awaited, or what went wrong. */
export function Asked<Answer>(props: {
  readonly of: Resource<Answer>;
  /** What is awaited, for people: `the incidents`. */
  readonly what: string;
  readonly children: (answer: () => Answer) => JSX.Element;
}): JSX.Element {
  const answer = () => (props.of.error === undefined ? props.of.latest : undefined);
  return (
    <>
      <Show when={props.of.error}>{(thrown) => <ProblemView problem={problemOf(thrown())} />}</Show>
      <Show
        when={answer()}
        fallback={
          <Show when={props.of.error === undefined}>
            <p class="nothing" aria-busy="true">
              Loading {props.what}…
            </p>
          </Show>
        }
      >
        {(found) => <div aria-busy={props.of.loading}>{props.children(found as () => Answer)}</div>}
      </Show>
    </>
  );
}
