import { createSignal, For, type JSX, Show } from "solid-js";
import { client, problemOf } from "../platform/client.ts";
import { ProblemView } from "../platform/problem.tsx";
import { visible } from "../text/visible.ts";
import type { Incident } from "./texts.ts";

/** What there is to do, and who has done it. */
export function Tasks(props: { readonly incident: Incident; readonly changed: (now: Incident) => void }): JSX.Element {
  const [title, setTitle] = createSignal("");
  const [failure, setFailure] = createSignal<unknown>();
  const took = (answer: Promise<Incident>) => {
    setFailure(undefined);
    return answer.then(props.changed, (thrown: unknown) => setFailure(() => thrown));
  };
  const params = () => ({ id: props.incident.id });
  const add = (event: Event) => {
    event.preventDefault();
    if (title().trim() === "") return;
    void took(client.call("addTask", { params: params(), body: { title: title() } })).then(() => setTitle(""));
  };
  const mark = (task: string, done: boolean) =>
    void took(client.call("markTask", { params: { ...params(), task }, body: { done } }));
  return (
    <section aria-label="Tasks">
      <h2>Tasks</h2>
      <ul class="plain">
        <For each={props.incident.tasks}>
          {(task) => (
            <li>
              <label>
                <input
                  type="checkbox"
                  checked={task.done !== undefined}
                  onChange={(event) => mark(task.id, event.currentTarget.checked)}
                />{" "}
                {visible(task.title)}
              </label>
              <Show when={task.doneBy}>{(by) => <span class="aside"> by {visible(by())}</span>}</Show>
              <Show when={task.description !== ""}>
                <div class="aside">{visible(task.description)}</div>
              </Show>
            </li>
          )}
        </For>
      </ul>
      <form onSubmit={add}>
        <input
          type="text"
          aria-label="Add a task"
          placeholder="Add a task"
          maxLength={300}
          value={title()}
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
      </form>
      <Show when={failure() !== undefined}>
        <ProblemView problem={problemOf(failure())} />
      </Show>
    </section>
  );
}
