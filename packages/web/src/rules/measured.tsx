import type { AnswerOf, Routes } from "@calypso/contract";
import { For, type JSX, Show } from "solid-js";
import { Time } from "../parts/time.tsx";
import { counted, countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";

const mostShown = 20;

/** What an exception would have changed: rows, alerts, and what became of alerts that it would have hidden. */
export function Measured(props: { readonly found: AnswerOf<Routes["measureException"]> }): JSX.Element {
  const found = () => props.found;
  const past = () => found().past;
  return (
    <div class="measured" role="status">
      <p>
        <strong>
          {counted(found().alertsBefore, "alert")} before, {countText(found().alertsAfter)} after
        </strong>{" "}
        · hides {countText(found().hidden)} of {counted(found().rows, "row")} in {counted(found().windows, "window")}
      </p>
      <p>
        Of {counted(past().alerts, "alert")} that the service raised, {countText(past().gone.length)} would not be there
        {past().unknown > 0 ? `; ${countText(past().unknown)} cannot be told again` : ""}.
      </p>
      <Show when={past().truePositives > 0}>
        <p class="problem" role="alert">
          <strong>
            {past().truePositives === 1
              ? "1 of them was found to be about an attack."
              : `${countText(past().truePositives)} of them were found to be about an attack.`}
          </strong>{" "}
          Narrow the exception.
        </p>
      </Show>
      <For each={found().problems}>{(message) => <p class="problem">{visible(message)}</p>}</For>
      <Show when={found().changes.length > 0}>
        <details>
          <summary>Windows that change</summary>
          <table class="data">
            <thead>
              <tr>
                <th scope="col">Window's end</th>
                <th scope="col">Rows</th>
                <th scope="col">Alerts that go</th>
                <th scope="col">Alerts that come</th>
              </tr>
            </thead>
            <tbody>
              <For each={found().changes.slice(0, mostShown)}>
                {({ to, rowsBefore, rowsAfter, gone, added }) => (
                  <tr>
                    <td>
                      <Time at={to} />
                    </td>
                    <td>
                      {countText(rowsBefore)} → {countText(rowsAfter)}
                    </td>
                    <td>{visible(gone.map(({ title, entities }) => `${title} (${entities})`).join("; "))}</td>
                    <td>{visible(added.map(({ title, entities }) => `${title} (${entities})`).join("; "))}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
          <Show when={found().changes.length > mostShown}>
            <p class="hint">and {countText(found().changes.length - mostShown)} more windows</p>
          </Show>
        </details>
      </Show>
    </div>
  );
}
