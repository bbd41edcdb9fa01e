import { createResource, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Severity } from "../parts/badge.tsx";
import { client } from "../platform/client.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { RuleLink, VerdictBadge } from "./links.tsx";

/** The most rules that are listed; a link leads to all. */
const mostListed = 100;

/** The rules of a search as a plain list, those that fire here first. */
export function RuleList(props: { readonly conditions: Readonly<Record<string, readonly string[]>> }): JSX.Element {
  const [found] = createResource(
    () => JSON.stringify(props.conditions),
    () => client.call("searchCatalogue", { query: { ...props.conditions, limit: mostListed } }),
  );
  const all = () => {
    const query = new URLSearchParams();
    for (const [name, values] of Object.entries(props.conditions))
      for (const value of values) query.append(name, value);
    return `/catalogue?${query}`;
  };
  return (
    <Asked of={found} what="its rules">
      {(answer) => (
        <Show when={answer().total > 0} fallback={<p class="aside">No rule of the catalogue.</p>}>
          <table class="data">
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Here</th>
                <th scope="col">Severity</th>
                <th scope="col">Platform</th>
                <th scope="col">Reads</th>
              </tr>
            </thead>
            <tbody>
              <For each={[...answer().rules].sort((one, other) => rankOf(one.verdict) - rankOf(other.verdict))}>
                {(rule) => (
                  <tr>
                    <td class="main">
                      <RuleLink id={rule.id} name={rule.name} />
                    </td>
                    <td>
                      <VerdictBadge of={rule.verdict} />
                    </td>
                    <td>
                      <Show when={rule.severity}>{(severity) => <Severity of={severity()} />}</Show>
                    </td>
                    <td>{visible(rule.platform)}</td>
                    <td>{visible(rule.tables.slice(0, 2).join(", "))}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
          <p>
            <a href={all()}>
              {answer().total > mostListed ? `All ${countText(answer().total)} in the search` : "In the search"}
            </a>
          </p>
        </Show>
      )}
    </Asked>
  );
}

const best = ["fires", "silent", "empty fields", "no data"];

function rankOf(verdict: string | null): number {
  const rank = verdict === null ? -1 : best.indexOf(verdict);
  return rank < 0 ? best.length : rank;
}
