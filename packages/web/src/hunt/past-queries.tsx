import { For, type JSX, Show } from "solid-js";
import { zone } from "../platform/preferences.ts";
import { timeText } from "../text/times.ts";
import { visibleLines } from "../text/visible.ts";
import { forget, type Past, past } from "./history.ts";

/** The queries that were run in this browser. */
export function PastQueries(props: { readonly choose: (query: Past) => void }): JSX.Element {
  return (
    <Show when={past().length > 0} fallback={<p class="nothing">No query has been run in this browser.</p>}>
      <section class="listing" tabindex="0" aria-label="Queries that were run in this browser">
        <button type="button" class="quiet" onClick={forget}>
          Forget all
        </button>
        <ul class="past">
          <For each={past()}>
            {(query) => (
              <li>
                <time title={query.at}>{timeText(query.at.replace(/\.\d+Z$/, "Z"), zone())}</time>
                <button type="button" class="link" onClick={() => props.choose(query)}>
                  <code>{visibleLines(query.text)}</code>
                </button>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
