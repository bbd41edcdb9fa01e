import { createResource, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { Time } from "../parts/time.tsx";
import { client } from "../platform/client.ts";
import { place } from "../platform/router.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { fieldAddress } from "./address.ts";
import { FieldLink, PlatformLinks } from "./links.tsx";
import { RuleList } from "./rule-list.tsx";
import "../styles/catalogue.css";

/** A table: what there is of it here, which fields rules compare, and who reads it. The address names it. */
export function CatalogueTablePage(): JSX.Element {
  const name = () => place().query.get("name") ?? "";
  const [table] = createResource(name, (wanted) => client.call("catalogueTable", { query: { name: wanted } }));
  return (
    <div class="page known">
      <p class="crumbs">
        <a href="/catalogue/tables">Tables</a>
      </p>
      <h1>{visible(name())}</h1>
      <Asked of={table} what="the table">
        {(known) => (
          <>
            <dl class="facts">
              <dt>Here</dt>
              <dd>
                <Show when={known().data} fallback="the workspace has no such table">
                  {(data) => (
                    <Show when={data().rows > 0} fallback="no rows">
                      <HuntLink query={`table(${JSON.stringify(known().name)})\n| take 100`}>
                        {countText(data().rows)} rows
                      </HuntLink>
                      <Show when={data().first}>
                        {(first) => (
                          <>
                            , <Time at={first()} /> to <Time at={data().last ?? ""} />
                          </>
                        )}
                      </Show>
                    </Show>
                  )}
                </Show>
              </dd>
              <dt>Rules</dt>
              <dd>
                <Show when={Object.keys(known().rules).length > 0} fallback="none reads it">
                  <PlatformLinks counts={known().rules} conditions={{ table: known().name }} />
                </Show>
              </dd>
            </dl>
            <h2>
              Fields that rules compare <span class="count">{known().fields.length}</span>
            </h2>
            <DataTable
              caption="Fields that rules compare"
              rows={known().fields}
              key={({ field }) => field}
              address={({ field }) => fieldAddress(known().name, field)}
              nothing="No rule compares one of its fields."
              columns={[
                {
                  title: "Field",
                  isMain: true,
                  cell: ({ field }) => <FieldLink table={known().name} field={field} />,
                },
                { title: "Type here", cell: ({ type }) => <span class="type">{type ?? ""}</span> },
                {
                  title: "Rules",
                  cell: ({ field, rules }) => (
                    <PlatformLinks counts={rules} conditions={{ comparedIn: known().name, field, asWritten: true }} />
                  ),
                },
              ]}
            />
            <Show when={known().unasked.length > 0}>
              <details>
                <summary>{countText(known().unasked.length)} columns that no rule compares</summary>
                <ul class="columns-list">
                  <For each={known().unasked}>
                    {(column) => (
                      <li>
                        <code>{visible(column.name)}</code> <span class="type">{column.type}</span>
                      </li>
                    )}
                  </For>
                </ul>
              </details>
            </Show>
            <h2>Rules that read it</h2>
            <RuleList conditions={{ table: [known().name] }} />
          </>
        )}
      </Asked>
    </div>
  );
}
