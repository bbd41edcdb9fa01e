import {
  createEffect,
  createMemo,
  createResource,
  createSignal,
  type JSX,
  Match,
  onCleanup,
  Show,
  Switch,
} from "solid-js";
import { RangePicker } from "../hunt/time-range.tsx";
import { latestOf } from "../parts/asked.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Pager } from "../parts/pager.tsx";
import { client } from "../platform/client.ts";
import { offer, tell } from "../platform/commands.ts";
import { listen } from "../platform/live.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend, place } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { visible } from "../text/visible.ts";
import "../styles/incidents.css";
import { BulkBar } from "./bulk-bar.tsx";
import { createLiveList } from "./live-list.ts";
import { queueColumns } from "./queue-columns.tsx";
import { QueueFacets } from "./queue-facets.tsx";
import { filterOfAddress, requestOfAddress } from "./queue-filter.ts";
import { SavedViews } from "./saved-views.tsx";
import { Targets } from "./targets.tsx";
import type { QueuedIncident } from "./texts.ts";

/** The queue of incidents. Its whole state stands in the address; what others do appears without moving the rows. */
export function QueuePage(): JSX.Element {
  // What needs somebody is what is first seen.
  createEffect(() => {
    if (["/", "/incidents"].includes(place().path) && place().query.size === 0) amend({ status: ["New", "Active"] });
  });
  const key = createMemo(() => JSON.stringify([place().query.toString()]));
  const list = createLiveList<QueuedIncident>(key, async () => {
    const { incidents, next } = await client.call("incidents", { query: requestOfAddress() });
    return { rows: incidents, ...(next === undefined ? {} : { next }) };
  });
  const filter = createMemo(() => JSON.stringify(filterOfAddress()));
  const [counts, { refetch }] = createResource(filter, () =>
    client.call("incidentCounts", { query: filterOfAddress() }),
  );
  const [chosen, setChosen] = createSignal<ReadonlySet<string>>(new Set());
  const [action, setAction] = createSignal<"close" | "assign">();
  let table: HTMLDivElement | undefined;

  listen((happening) => {
    if (happening.kind !== "incident" && happening.kind !== "again") return;
    list.stir();
    void refetch();
  });
  createEffect(() => {
    if (list.waiting() > 0) tell(`${list.waiting()} new incidents`);
  });
  const known = createMemo(() => new Map(list.rows.map((row) => [row.id, row])));
  const picked = createMemo(() => [...chosen()].flatMap((id) => known().get(id) ?? []));
  const done = async () => {
    setChosen(new Set<string>());
    await Promise.all([list.show(), refetch()]);
  };
  const focusList = () => table?.querySelector<HTMLElement>("tbody tr[tabindex='0']")?.focus();
  /** F6 goes to the list; letters on a row of it act on what is chosen, or on that row. */
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target instanceof HTMLTableRowElement && table?.contains(event.target) ? event.target : undefined;
    const act = event.key === "c" ? "close" : event.key === "a" ? "assign" : undefined;
    if (event.key === "F6") focusList();
    else if (row !== undefined && act !== undefined) {
      const one = list.rows[row.sectionRowIndex];
      if (chosen().size === 0 && one !== undefined) setChosen(new Set([one.id]));
      setAction(act);
    } else return;
    event.preventDefault();
  };
  addEventListener("keydown", keys);
  onCleanup(() => removeEventListener("keydown", keys));
  offer([
    { name: "Go to the list of incidents", keys: "F6", run: focusList },
    { name: "Show new incidents", run: () => void list.show() },
    { name: "Choose all incidents of this page", run: () => setChosen(new Set(list.rows.map(({ id }) => id))) },
  ]);
  const text = () => place().query.get("text") ?? "";
  return (
    <div class="page incidents">
      <div class="filters">
        <h1>Incidents</h1>
        <SearchField
          about="Find in titles, rules and names"
          value={text()}
          change={(value) => amend({ text: value || undefined, after: undefined })}
        />
        <RangePicker
          whole="All time"
          value={place().query.get("range") ?? ""}
          change={(value) => amend({ range: value || undefined, after: undefined })}
        />
        <Show when={place().query.get("entity")}>
          {(entity) => (
            <button type="button" onClick={() => amend({ entity: undefined })} title="Show those of all entities">
              {visible(entity())} ✕
            </button>
          )}
        </Show>
        <SavedViews page="incidents" />
        <Targets changed={done} />
      </div>
      <div class="with-sidebar">
        <section aria-label="Filters">
          <QueueFacets counts={latestOf(counts)?.counts ?? []} />
        </section>
        <section aria-label="The queue">
          <BulkBar
            incidents={picked()}
            action={action()}
            open={setAction}
            clear={() => setChosen(new Set<string>())}
            done={done}
          />
          <Show when={list.waiting() > 0}>
            <button type="button" class="news" onClick={() => void list.show()}>
              {list.waiting() === 1 ? "1 new incident" : `${list.waiting()} new incidents`}: show
            </button>
          </Show>
          <Switch>
            <Match when={list.state() === "failed" && list.problem()}>
              {(problem) => <ProblemView problem={problem()} />}
            </Match>
            <Match when={list.state() === "loading" && list.rows.length === 0}>
              <p class="nothing">Loading the incidents…</p>
            </Match>
            <Match when={true}>
              <div ref={(element) => (table = element)} class="scrolls">
                <DataTable
                  caption="Incidents"
                  columns={queueColumns}
                  rows={list.rows}
                  key={({ id }) => id}
                  address={({ number }) => `/incidents/${number}`}
                  chosen={chosen()}
                  choose={setChosen}
                  order="-created"
                  nothing="No incident is so. Take away a filter, or wait: new ones appear here by themselves."
                />
              </div>
              <Pager total={latestOf(counts)?.total} shown={list.rows.length} next={list.next()} what="incidents" />
            </Match>
          </Switch>
        </section>
      </div>
    </div>
  );
}
