import { createMemo, For, type JSX, Show } from "solid-js";
import { Badge } from "../parts/badge.tsx";
import { needSchema, problemOf, schema } from "../platform/client.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend, go, place } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { packed } from "../text/packed.ts";
import { visible } from "../text/visible.ts";

/** The tables that queries can name, those with logs first, and the columns of one. The address holds the search and the table. */
export function TablesPage(): JSX.Element {
  needSchema();
  const filter = () => place().query.get("find") ?? "";
  const known = () => (schema.state === "ready" ? schema() : undefined);
  const found = createMemo(() => {
    const wanted = filter().toLowerCase();
    const tables = known()?.tables.filter(({ name }) => name.toLowerCase().includes(wanted)) ?? [];
    return [...tables].sort((one, other) => Number(other.hasData) - Number(one.hasData));
  });
  const chosen = () => known()?.tables.find(({ name }) => name === place().query.get("table"));
  const ask = async (name: string) => {
    const table = /^[A-Za-z_]\w*$/.test(name) ? name : `['${name.replace(/[\\']/g, "\\$&")}']`;
    go(`/hunt#q=${await packed(`${table}\n| take 100`)}`, { atOnce: true });
  };
  return (
    <div class="page tables">
      <h1>Tables</h1>
      <Show when={schema.error}>{(thrown) => <ProblemView problem={problemOf(thrown())} />}</Show>
      <div class="columns">
        <section class="listing" aria-label="Tables" tabindex="0">
          <SearchField about="Find a table" value={filter()} change={(find) => amend({ find: find || undefined })} />
          <ul>
            <For each={found()}>
              {({ name, hasData }) => (
                <li>
                  <button
                    type="button"
                    class="link"
                    aria-pressed={chosen()?.name === name}
                    onClick={() => amend({ table: name })}
                  >
                    {visible(name)}
                  </button>
                  <Show when={hasData}>
                    <Badge text="has logs" tone="good" />
                  </Show>
                </li>
              )}
            </For>
          </ul>
        </section>
        <section class="listing" aria-label="Columns" tabindex="0">
          <Show when={chosen()} fallback={<p class="nothing">Choose a table to see its columns.</p>}>
            {(table) => (
              <>
                <h2>{visible(table().name)}</h2>
                <button type="button" onClick={() => void ask(table().name)}>
                  Show 100 rows
                </button>
                <table>
                  <thead>
                    <tr>
                      <th scope="col">Column</th>
                      <th scope="col">Type</th>
                    </tr>
                  </thead>
                  <tbody>
                    <For each={table().columns}>
                      {(column) => (
                        <tr>
                          <td>{visible(column.name)}</td>
                          <td class="type">{column.type}</td>
                        </tr>
                      )}
                    </For>
                  </tbody>
                </table>
              </>
            )}
          </Show>
        </section>
      </div>
    </div>
  );
}
