import type { AnswerOf, RequestOf, Routes } from "@calypso/contract";
import { createMemo, createResource, For, type JSX, Match, Show, Switch } from "solid-js";
import { RangePicker, rangeOf } from "../hunt/time-range.tsx";
import { latestOf } from "../parts/asked.tsx";
import { Severity } from "../parts/badge.tsx";
import { DataTable, type TableColumn } from "../parts/data-table.tsx";
import { Facet } from "../parts/facet.tsx";
import { Pager } from "../parts/pager.tsx";
import { Time } from "../parts/time.tsx";
import { client } from "../platform/client.ts";
import { listen } from "../platform/live.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend, place } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import "../styles/incidents.css";
import { EntityLinks } from "./entity-links.tsx";
import { createLiveList } from "./live-list.ts";
import { SavedViews } from "./saved-views.tsx";

type Listed = AnswerOf<Routes["alerts"]>["alerts"][number];
type Query = RequestOf<Routes["alerts"]>["query"];

const facets = [
  ["severity", "Severity"],
  ["incident", "Incident"],
  ["rule", "Rule"],
] as const;

/** Every alert, also those of no incident. Its whole state stands in the address. */
export function AlertsPage(): JSX.Element {
  const key = createMemo(() => place().query.toString());
  const list = createLiveList<Listed>(key, async () => {
    const { alerts, next } = await client.call("alerts", { query: { ...filter(true), limit: 50 } });
    return { rows: alerts, ...(next === undefined ? {} : { next }) };
  });
  const asked = createMemo(() => JSON.stringify(filter(false)));
  const [counts, { refetch }] = createResource(asked, () => client.call("alertCounts", { query: filter(false) }));
  listen((happening) => {
    const isAlert = happening.kind === "alert" || (happening.kind === "incident" && happening.by === "Calypso");
    if (!isAlert && happening.kind !== "again") return;
    list.stir();
    void refetch();
  });
  const valuesOf = (facet: string) =>
    (latestOf(counts)?.counts ?? [])
      .filter((one) => one.facet === facet)
      .map(({ value, label, count }) => ({
        value,
        count,
        title: label ?? (value === "none" ? "In no incident" : value),
      }));
  return (
    <div class="page incidents">
      <div class="filters">
        <h1>Alerts</h1>
        <SearchField
          about="Find in titles, rules and names"
          value={place().query.get("text") ?? ""}
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
        <SavedViews page="alerts" />
      </div>
      <div class="with-sidebar">
        <section aria-label="Filters">
          <For each={facets}>{([name, title]) => <Facet title={title} name={name} values={valuesOf(name)} />}</For>
        </section>
        <section aria-label="The alerts">
          <Show when={list.waiting() > 0}>
            <button type="button" class="news" onClick={() => void list.show()}>
              {list.waiting() === 1 ? "1 new alert" : `${list.waiting()} new alerts`}: show
            </button>
          </Show>
          <Switch>
            <Match when={list.state() === "failed" && list.problem()}>
              {(problem) => <ProblemView problem={problem()} />}
            </Match>
            <Match when={list.state() === "loading" && list.rows.length === 0}>
              <p class="nothing">Loading the alerts…</p>
            </Match>
            <Match when={true}>
              <div class="scrolls">
                <DataTable
                  caption="Alerts"
                  columns={columns}
                  rows={list.rows}
                  key={({ id }) => id}
                  address={addressOf}
                  order="-raised"
                  nothing="No alert is so. Take away a filter, or wait: new ones appear here by themselves."
                />
              </div>
              <Pager total={latestOf(counts)?.total} shown={list.rows.length} next={list.next()} what="alerts" />
            </Match>
          </Switch>
        </section>
      </div>
    </div>
  );
}

function addressOf({ id, incident }: Listed): string {
  if (incident === undefined) return `/alerts/${encodeURIComponent(id)}`;
  return `/incidents/${incident.number}?tab=alerts&alert=${encodeURIComponent(id)}`;
}

const columns: readonly TableColumn<Listed>[] = [
  { title: "Severity", sort: "severity", cell: ({ severity }) => <Severity of={severity} /> },
  {
    title: "Alert",
    isMain: true,
    cell: (row) => (
      <>
        <a class="title" href={addressOf(row)} title={visible(row.title)}>
          {visible(row.title)}
        </a>
        <div class="beneath">
          <Show when={row.rule.name !== row.title}>
            <span>{visible(row.rule.name)}</span>
          </Show>
          <EntityLinks of={row.entities} at={row.end} most={4} />
        </div>
      </>
    ),
  },
  {
    title: "Incident",
    cell: ({ incident }) => (
      <Show when={incident} fallback="none">
        {(one) => (
          <a href={`/incidents/${one().number}`}>
            #{one().number} {one().status}
          </a>
        )}
      </Show>
    ),
  },
  { title: "Rows", isNumber: true, cell: (row) => <a href={addressOf(row)}>{countText(row.rows)}</a> },
  { title: "Happened", cell: ({ start }) => <Time at={start} /> },
  { title: "Raised", sort: "raised", cell: ({ raised }) => <Time at={raised} /> },
];

function filter(whole: boolean): Query {
  const { query } = place();
  const names = ["text", "entity", ...(whole ? ["sort", "after"] : [])];
  const texts = names.flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : []));
  const lists = facets.flatMap(([name]) => (query.has(name) ? [[name, query.getAll(name)]] : []));
  // Of the form of the route, whose values the server checks.
  return { ...Object.fromEntries([...texts, ...lists]), ...rangeOf(query.get("range") ?? "") } as Query;
}
