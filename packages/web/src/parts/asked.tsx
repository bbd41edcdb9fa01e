import { type JSX, type Resource, Show } from "solid-js";
import { problemOf } from "../platform/client.ts";
import { ProblemView } from "../platform/problem.tsx";

/** The answer, or the last one while a newer is awaited; nothing where there is none yet, or it failed. */
export function latestOf<Answer>(resource: Resource<Answer>): Answer | undefined {
  // Of a resource that failed, nothing may be read.
  return resource.error === undefined ? resource.latest : undefined;
}

/** What was asked of the server: its answer, the last one while a newer is awaited, or what went wrong. */
export function Asked<Answer>(props: {
  readonly of: Resource<Answer>;
  /** What is awaited, for people: `the incidents`. */
  readonly what: string;
  readonly children: (answer: () => Answer) => JSX.Element;
}): JSX.Element {
  const answer = () => latestOf(props.of);
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
