import type { AnswerOf, Routes } from "@calypso/contract";
import { For, type JSX, Show } from "solid-js";
import { HuntLink } from "../parts/hunt-link.tsx";
import { Time } from "../parts/time.tsx";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";

type Answer = AnswerOf<Routes["entityPivots"]>;

/** What Entra ID says of an entity's risk, and the usual questions with how many rows answer each. */
export function PivotsPart(props: { readonly answer: Answer }): JSX.Element {
  const range = () => `${props.answer.from}..${props.answer.to}`;
  return (
    <>
      <section aria-label="Risk">
        <h2>Risk</h2>
        <Show
          when={props.answer.risk.length > 0}
          fallback={<p class="nothing">The logs of this time say nothing of a risk.</p>}
        >
          <table class="data">
            <caption class="unseen">What the logs say of risk</caption>
            <thead>
              <tr>
                <th scope="col">Level</th>
                <th scope="col">State</th>
                <th scope="col">What</th>
                <th scope="col" class="number">
                  Events
                </th>
                <th scope="col">Last</th>
                <th scope="col">From</th>
              </tr>
            </thead>
            <tbody>
              <For each={props.answer.risk}>
                {(risk) => (
                  <tr>
                    <td>{visible(risk.level)}</td>
                    <td>{visible(risk.state)}</td>
                    <td class="main">{visible(risk.kind)}</td>
                    <td class="number">{countText(risk.events)}</td>
                    <td>
                      <Time at={risk.last} />
                    </td>
                    <td>
                      <HuntLink query={risk.kql} range={range()}>
                        {visible(risk.table)}
                      </HuntLink>
                    </td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </Show>
      </section>
      <section aria-label="Questions">
        <h2>Questions already asked</h2>
        <Show when={props.answer.pivots.length > 0} fallback={<p class="nothing">There are no logs to ask.</p>}>
          <ul class="pivots">
            <For each={props.answer.pivots}>
              {(pivot) => (
                <li classList={{ none: pivot.rows === 0 }}>
                  <HuntLink query={`${pivot.kql}\n| order by TimeGenerated desc`} range={range()}>
                    <strong>{countText(pivot.rows)}</strong> {pivot.name}
                  </HuntLink>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </section>
    </>
  );
}
