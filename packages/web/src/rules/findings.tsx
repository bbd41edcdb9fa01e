import { For, type JSX, Show } from "solid-js";
import { visible } from "../text/visible.ts";
import type { Finding } from "./text-check.ts";

/** What is said about a rule's text; a place leads there. */
export function Findings(props: {
  readonly list: readonly Finding[];
  readonly reveal: (line: number, column: number) => void;
}): JSX.Element {
  return (
    <ul class="diagnostics" aria-label="What is said about the rule">
      <For each={props.list}>
        {({ severity, code, message, hint, place }) => (
          <li class={severity}>
            <button type="button" class="link" onClick={() => props.reveal(place.line, place.column)}>
              line {place.line}, column {place.column}
            </button>{" "}
            <span>
              {severity}: {visible(message)}
            </span>{" "}
            <code>{code}</code>
            <Show when={hint}>{(advice) => <div class="hint">{visible(advice())}</div>}</Show>
          </li>
        )}
      </For>
    </ul>
  );
}
