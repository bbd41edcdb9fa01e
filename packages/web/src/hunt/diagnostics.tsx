import type { Diagnostic } from "@calypso/contract";
import { For, type JSX, Show } from "solid-js";
import { visible } from "../text/visible.ts";

/** What is wrong with a text or deserves a look; a place leads there. */
export function Diagnostics(props: {
  readonly list: readonly Diagnostic[];
  readonly reveal: (line: number, column: number) => void;
}): JSX.Element {
  return (
    <ul class="diagnostics" aria-label="What is said about the query">
      <For each={props.list}>
        {(diagnostic) => (
          <li class={diagnostic.severity}>
            <Show when={diagnostic.place}>
              {(place) => (
                <button type="button" class="link" onClick={() => props.reveal(place().line, place().column)}>
                  line {place().line}, column {place().column}
                </button>
              )}
            </Show>{" "}
            <span>{visible(diagnostic.message)}</span> <code>{diagnostic.code}</code>
            <Show when={diagnostic.hint}>{(hint) => <div class="hint">{visible(hint())}</div>}</Show>
          </li>
        )}
      </For>
    </ul>
  );
}
