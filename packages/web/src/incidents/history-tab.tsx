import { For, type JSX, Show } from "solid-js";
import { Time } from "../parts/time.tsx";
import { visible } from "../text/visible.ts";
import type { Incident } from "./texts.ts";

const kinds: Readonly<Record<string, string>> = {
  ...{ created: "made it", "alert-added": "added an alert", changed: "changed", reopened: "opened it again" },
  ...{ commented: "commented", "task-added": "added a task", "task-done": "did a task" },
  ...{ "task-reopened": "opened a task again", "bookmark-added": "added bookmarks" },
  "bookmark-removed": "took bookmarks away",
};

/** What somebody did, in words. */
export function deedText(kind: string): string {
  return kinds[kind] ?? kind;
}

/** What a change says, field by field. */
export function changesOf(detail: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return Object.entries(detail).map(([name, value]) => [
    name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    value === null ? "nobody" : typeof value === "string" ? value : JSON.stringify(value),
  ]);
}

/** Everything that was done, the newest first; nothing of it is ever changed. */
export function HistoryTab(props: { readonly incident: Incident }): JSX.Element {
  return (
    <table class="data">
      <caption class="unseen">History</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        <For each={[...props.incident.history].reverse()}>
          {(event) => (
            <tr>
              <td>
                <Time at={event.at} />
              </td>
              <td>{visible(event.by)}</td>
              <td class="main">
                {deedText(event.kind)}
                <For each={changesOf(event.detail)}>
                  {([name, value]) => (
                    <div>
                      <span class="aside">{name}</span> {visible(value)}
                    </div>
                  )}
                </For>
              </td>
            </tr>
          )}
        </For>
      </tbody>
      <Show when={props.incident.history.length === 0}>
        <caption>Nothing has happened.</caption>
      </Show>
    </table>
  );
}
