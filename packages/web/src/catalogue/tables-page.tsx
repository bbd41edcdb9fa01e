import { createResource, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge } from "../parts/badge.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { client } from "../platform/client.ts";
import { amend, place } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { countText } from "../text/times.ts";
import { searchAddress, tableAddress } from "./address.ts";
import { CatalogueTabs } from "./catalogue-tabs.tsx";
import { TableLink } from "./links.tsx";
import "../styles/catalogue.css";

/** The tables that rules read. The address holds what their names are narrowed to. */
export function CatalogueTablesPage(): JSX.Element {
  const [known] = createResource(() => client.call("catalogueTables", {}));
  const wanted = () => place().query.get("find") ?? "";
  return (
    <div class="page catalogue">
      <h1>Catalogue</h1>
      <CatalogueTabs />
      <div class="filters">
        <SearchField about="Find a table" value={wanted()} change={(find) => amend({ find: find || undefined })} />
      </div>
      <Asked of={known} what="the tables">
        {(answer) => (
          <DataTable
            caption="Tables that rules read"
            rows={answer().tables.filter(({ name }) => name.toLowerCase().includes(wanted().toLowerCase()))}
            key={({ name }) => name}
            address={({ name }) => tableAddress(name)}
            nothing="No rule of the catalogue reads such a table."
            columns={[
              { title: "Table", isMain: true, cell: ({ name }) => <TableLink name={name} /> },
              {
                title: "Rules",
                isNumber: true,
                cell: ({ name, rules }) => <a href={searchAddress({ table: name })}>{countText(rules)}</a>,
              },
              {
                title: "Here",
                cell: ({ hasData }) => (
                  <Show when={hasData !== undefined} fallback={<span class="aside">no such table</span>}>
                    <Show when={hasData} fallback={<span class="aside">no logs</span>}>
                      <Badge text="has logs" tone="good" />
                    </Show>
                  </Show>
                ),
              },
            ]}
          />
        )}
      </Asked>
    </div>
  );
}
