import { createSignal, For, type JSX, Show } from "solid-js";
import { Badge } from "../parts/badge.tsx";
import { visible } from "../text/visible.ts";
import { FieldLink, PlatformLinks } from "./links.tsx";
import type { RuleKnown } from "./rule-page.tsx";

/** The most that are shown before somebody asks for all. */
const mostShown = 40;

/** What it looks for, each with the number of other rules that ask for the same. */
export function Indicators(props: { readonly rule: RuleKnown }): JSX.Element {
  const [isWhole, setWhole] = createSignal(false);
  const shown = () => (isWhole() ? props.rule.indicators : props.rule.indicators.slice(0, mostShown));
  return (
    <section aria-labelledby="indicators">
      <h2 id="indicators">
        Indicators <span class="count">{props.rule.indicators.length}</span>
      </h2>
      <Show
        when={props.rule.indicators.length > 0}
        fallback={<p class="aside">It compares no field with a value that other rules could ask for too.</p>}
      >
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Operator</th>
              <th scope="col">Value</th>
              <th scope="col">Other rules that ask the same</th>
            </tr>
          </thead>
          <tbody>
            <For each={shown()}>
              {({ table, field, operator, value, negated, others }) => (
                <tr>
                  <td title={visible(table)}>
                    <FieldLink table={table} field={field} />
                  </td>
                  <td>
                    <Show when={negated}>
                      <Badge text="not" tone="medium" />
                    </Show>{" "}
                    {visible(operator)}
                  </td>
                  <td class="main">
                    <code class="value">{visible(value)}</code>
                  </td>
                  <td>
                    <Show when={Object.keys(others).length > 0} fallback={<span class="aside">none</span>}>
                      <PlatformLinks
                        counts={others}
                        conditions={{ field, operator, value, negated, asWritten: true, otherThan: props.rule.id }}
                      />
                    </Show>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
        <Show when={props.rule.indicators.length > shown().length}>
          <button type="button" onClick={() => setWhole(true)}>
            Show all {props.rule.indicators.length}
          </button>
        </Show>
      </Show>
    </section>
  );
}
