import { createSignal, For, type JSX, Show } from "solid-js";
import { Time } from "../parts/time.tsx";
import { client, problemOf } from "../platform/client.ts";
import { ProblemView } from "../platform/problem.tsx";
import { visible, visibleLines } from "../text/visible.ts";
import type { Incident } from "./texts.ts";

/** What people say about it, the newest first. */
export function Comments(props: {
  readonly incident: Incident;
  readonly changed: (now: Incident) => void;
}): JSX.Element {
  const [text, setText] = createSignal("");
  const [failure, setFailure] = createSignal<unknown>();
  const comments = () =>
    props.incident.history
      .flatMap(({ id, at, by, detail }) =>
        typeof detail["comment"] === "string" ? [{ id, at, by, text: detail["comment"] }] : [],
      )
      .reverse();
  const add = (event: Event) => {
    event.preventDefault();
    if (text().trim() === "") return;
    setFailure(undefined);
    const { id } = props.incident;
    const said = text();
    // What is written while it is sent is another comment.
    setText("");
    void client.call("changeIncident", { params: { id }, body: { comment: said } }).then(props.changed, (thrown) => {
      setText([said, text()].filter((part) => part !== "").join("\n"));
      setFailure(() => thrown);
    });
  };
  return (
    <section aria-label="Comments">
      <h2>Comments</h2>
      <form onSubmit={add} class="comment-form">
        <textarea
          rows={2}
          aria-label="Comment"
          placeholder="What do you know? Ctrl Enter sends it."
          maxLength={30_000}
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) add(event);
          }}
        />
        <button type="submit">Comment</button>
      </form>
      <Show when={failure() !== undefined}>
        <ProblemView problem={problemOf(failure())} />
      </Show>
      <ul class="plain comments">
        <For each={comments()}>
          {(comment) => (
            <li>
              <div class="aside">
                {visible(comment.by)}, <Time at={comment.at} />
              </div>
              <div class="said">{visibleLines(comment.text)}</div>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}
