import { For, type JSX, Show } from "solid-js";
import { Badge } from "../parts/badge.tsx";
import { Time } from "../parts/time.tsx";
import { visible, visibleLines } from "../text/visible.ts";
import type { RuleKnown } from "./rule-page.tsx";

/** What each import has done to the rule, stage by stage. */
export function History(props: { readonly rule: RuleKnown }): JSX.Element {
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <ol class="history">
        <For each={props.rule.history}>
          {({ at, kind, commit, lines }) => (
            <li>
              <Time at={at} /> <Badge text={kind} />{" "}
              <Show when={commit !== ""}>
                <code>{visible(commit)}</code>
              </Show>
              <Show when={lines.length > 0}>
                <pre class="difference">
                  <For each={lines}>{(line) => <Line of={line} />}</For>
                </pre>
              </Show>
            </li>
          )}
        </For>
      </ol>
    </section>
  );
}

function Line(props: { readonly of: string }): JSX.Element {
  const text = () => `${visibleLines(props.of)}\n`;
  return (
    <Show
      when={props.of.startsWith("+")}
      fallback={
        <Show when={props.of.startsWith("-")} fallback={text()}>
          <del>{text()}</del>
        </Show>
      }
    >
      <ins>{text()}</ins>
    </Show>
  );
}
