import { createResource, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge } from "../parts/badge.tsx";
import { Time } from "../parts/time.tsx";
import { client } from "../platform/client.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { searchAddress } from "./address.ts";
import { CatalogueTabs } from "./catalogue-tabs.tsx";
import { ShippedNote } from "./shipped-note.tsx";
import "../styles/catalogue.css";

/** Where the rules of the catalogue are from, what imports did, and how more come in. */
export function SourcesPage(): JSX.Element {
  const [known] = createResource(() => client.call("catalogueImports", {}));
  return (
    <div class="page catalogue">
      <h1>Catalogue</h1>
      <CatalogueTabs />
      <ShippedNote />
      <Asked of={known} what="the sources">
        {(answer) => (
          <>
            <h2>Sources</h2>
            <Show when={answer().sources.length > 0} fallback={<p class="aside">There is none yet.</p>}>
              <table class="data">
                <thead>
                  <tr>
                    <th scope="col">Source</th>
                    <th scope="col">Platform</th>
                    <th scope="col" class="number">
                      Rules
                    </th>
                    <th scope="col">Licence</th>
                    <th scope="col">Commit</th>
                    <th scope="col">Retrieved</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={answer().sources}>
                    {({ source, platform, licence, commit, retrievedAt, rules }) => (
                      <tr>
                        <td class="main">{visible(source)}</td>
                        <td>{visible(platform)}</td>
                        <td class="number">
                          <a href={searchAddress({ source, platform })}>{countText(rules)}</a>
                        </td>
                        <td>{visible(licence === "" ? "unknown" : licence)}</td>
                        <td>{visible(commit)}</td>
                        <td>
                          <Show when={retrievedAt !== ""}>
                            <Time at={retrievedAt} />
                          </Show>
                        </td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </Show>
            <h2>Take rules in</h2>
            <p class="prose">
              Repositories of rules for Sentinel, Sigma, Elastic, Splunk, Panther and Chronicle come in by the command
              line, from a folder or an archive as they are published:
            </p>
            <pre>
              calypso catalog import azure-sentinel.zip --workspace WORKSPACE --source Azure-Sentinel --licence MIT
            </pre>
            <p class="prose">
              The state in a workspace's folder belongs to one process at a time: stop the service for it, or keep the
              state on a PostgreSQL server.
            </p>
            <h2>Imports</h2>
            <table class="data">
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">Source</th>
                  <th scope="col" class="number">
                    Added
                  </th>
                  <th scope="col" class="number">
                    Changed
                  </th>
                  <th scope="col" class="number">
                    Removed
                  </th>
                  <th scope="col" class="number">
                    Unchanged
                  </th>
                  <th scope="col">End</th>
                </tr>
              </thead>
              <tbody>
                <For each={answer().imports}>
                  {(one) => (
                    <tr>
                      <td>
                        <Time at={one.at} />
                      </td>
                      <td class="main">
                        {visible(one.source)} <span class="aside">{visible(one.platform)}</span>
                      </td>
                      <td class="number">{countText(one.added)}</td>
                      <td class="number">{countText(one.changed)}</td>
                      <td class="number">{countText(one.removed)}</td>
                      <td class="number">{countText(one.unchanged)}</td>
                      <td>
                        <Show when={one.finished} fallback={<Badge text="not finished" tone="medium" />}>
                          finished
                        </Show>
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </>
        )}
      </Asked>
    </div>
  );
}
