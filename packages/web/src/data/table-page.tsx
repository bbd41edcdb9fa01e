import type { AnswerOf, Routes } from "@calypso/contract";
import { createMemo, createResource, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { durationText, Time } from "../parts/time.tsx";
import { client } from "../platform/client.ts";
import { offer } from "../platform/commands.ts";
import { amend, go, place } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { bytesText, counted, countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import "../styles/data.css";
import { firstRows, rowsWith } from "./queries.ts";
import { hoursText, Volume } from "./tables-tab.tsx";

type Detail = AnswerOf<Routes["dataTable"]>;

/** A table: what it holds, how its columns are filled, and the frequent values of one. The address holds the column and the search. */
export function TablePage(props: { readonly parameters: Readonly<Record<string, string>> }): JSX.Element {
  const name = () => props.parameters["table"] ?? "";
  const [table] = createResource(name, (asked) => client.call("dataTable", { params: { table: asked } }));
  offer([{ name: "Load files of logs", run: () => go("/data") }]);
  return (
    <div class="page data">
      <p class="hint">
        <a href="/data">Data</a>
      </p>
      <div class="rule-head">
        <h1>{visible(name())}</h1>
        <HuntLink query={firstRows(name())} title="Show rows of this table">
          Show 100 rows
        </HuntLink>
        <a href={`/data?tab=loads&table=${encodeURIComponent(name())}`}>Its loads</a>
      </div>
      <Asked of={table} what="the table">
        {(answer) => (
          <>
            <Facts of={answer()} />
            <Columns of={answer()} />
          </>
        )}
      </Asked>
    </div>
  );
}

function Facts(props: { readonly of: Detail }): JSX.Element {
  const table = () => props.of.table;
  return (
    <>
      <div class="wide">
        <Volume of={table()} height={56} />
      </div>
      <dl class="facts">
        <dt>Holds</dt>
        <dd>
          {counted(table().rows, "row")}
          {table().bytes === undefined ? "" : `, ${bytesText(table().bytes ?? 0)} on disk`}
        </dd>
        <Show when={table().first}>
          {(first) => (
            <>
              <dt>Events</dt>
              <dd>
                from <Time at={first()} /> to <Time at={table().last ?? first()} />
              </dd>
            </>
          )}
        </Show>
        <Show when={table().arrived}>
          {(at) => (
            <>
              <dt>Last arrival</dt>
              <dd>
                <Time at={at()} />
              </dd>
            </>
          )}
        </Show>
        <Show when={table().lag}>
          {(lag) => (
            <>
              <dt>Lag</dt>
              <dd>
                half of its rows within {durationText(Math.max(0, lag().half))}, 95 of 100 within{" "}
                {durationText(Math.max(0, lag().most))}
              </dd>
            </>
          )}
        </Show>
        <Show when={table().late > 0}>
          <dt>Late</dt>
          <dd>{counted(table().late, "row")} of seven days came more than a day after they happened</dd>
        </Show>
        <dt>Gaps</dt>
        <dd>
          <Show when={table().gaps.length > 0} fallback="no hour without a row in its seven days">
            <For each={table().gaps}>
              {({ from, to }) => (
                <div>
                  {hoursText(from, to)} from <Time at={from} />
                </div>
              )}
            </For>
          </Show>
        </dd>
      </dl>
    </>
  );
}

function Columns(props: { readonly of: Detail }): JSX.Element {
  const find = () => place().query.get("find") ?? "";
  const shown = createMemo(() => {
    const wanted = find().toLowerCase();
    const columns = props.of.columns.filter(({ name }) => name.toLowerCase().includes(wanted));
    const sort = place().query.get("sort") ?? "";
    const turn = sort.startsWith("-") ? -1 : 1;
    const by = { name: "name", type: "type", filled: "filled", distinct: "distinct" }[sort.replace(/^-/, "")];
    if (by === undefined) return columns;
    const of = (column: (typeof columns)[number]) => Reflect.get(column, by) as string | number;
    return [...columns].sort((a, b) => (of(a) < of(b) ? -turn : of(a) > of(b) ? turn : 0));
  });
  const chosen = () => props.of.columns.find(({ name }) => name === place().query.get("column"));
  const share = (filled: number) => (props.of.sampled === 0 ? 0 : filled / props.of.sampled);
  return (
    <>
      <h2>Columns</h2>
      <p class="hint">{sampleText(props.of)}</p>
      <div class="two">
        <div>
          <SearchField about="Find a column" value={find()} change={(text) => amend({ find: text || undefined })} />
          <DataTable
            caption="Columns and how they are filled"
            columns={[
              {
                ...{ title: "Column", sort: "name", isMain: true },
                cell: ({ name }) => (
                  <button
                    type="button"
                    class="link"
                    aria-pressed={chosen()?.name === name}
                    onClick={() => amend({ column: name })}
                  >
                    {visible(name)}
                  </button>
                ),
              },
              { title: "Type", sort: "type", cell: ({ type }) => <span class="type">{type}</span> },
              {
                ...{ title: "Filled", sort: "filled", isNumber: true },
                cell: ({ filled }) => (
                  <>
                    <meter min={0} max={1} value={share(filled)} aria-label="Share of rows that have it" />{" "}
                    {percentText(share(filled))}
                  </>
                ),
              },
              {
                title: "About different",
                sort: "distinct",
                isNumber: true,
                cell: ({ distinct }) => countText(distinct),
              },
            ]}
            rows={shown()}
            key={({ name }) => name}
            nothing="No column is called so."
          />
        </div>
        <Show when={chosen()} fallback={<p class="nothing">Choose a column to see its most frequent values.</p>}>
          {(column) => <Values table={props.of.table.name} column={column().name} />}
        </Show>
      </div>
    </>
  );
}

function Values(props: { readonly table: string; readonly column: string }): JSX.Element {
  const asked = () => ({ table: props.table, column: props.column });
  const [values] = createResource(asked, (params) => client.call("columnValues", { params }));
  return (
    <section aria-label={`Values of ${visible(props.column)}`}>
      <h2>{visible(props.column)}</h2>
      <Asked of={values} what="its values">
        {(answer) => (
          <DataTable
            caption={`The most frequent values of ${visible(props.column)}`}
            columns={[
              {
                ...{ title: "Value", isMain: true },
                cell: ({ value }) => (value === "" ? <span class="absent">empty</span> : visible(value)),
              },
              {
                ...{ title: "Rows", isNumber: true },
                cell: ({ value, rows }) => (
                  <Show when={value !== ""} fallback={countText(rows)}>
                    <HuntLink query={rowsWith(props.table, props.column, value)} {...rangeOf(answer())}>
                      {countText(rows)}
                    </HuntLink>
                  </Show>
                ),
              },
              {
                ...{ title: "Share", isNumber: true },
                cell: ({ rows }) => percentText(answer().sampled === 0 ? 0 : rows / answer().sampled),
              },
            ]}
            rows={answer().values}
            key={({ value }) => value}
            nothing="There is none in the rows that were looked at."
          />
        )}
      </Asked>
    </section>
  );
}

/** The days that were looked at. */
function rangeOf({ from, to }: AnswerOf<Routes["columnValues"]>): { readonly range?: string } {
  return from === undefined || to === undefined ? {} : { range: `${from}..${to}` };
}

/** Which rows the numbers are about. */
function sampleText({ sampled, isWhole, from }: Detail): string {
  const days = from === undefined ? "" : " of its last seven days";
  return isWhole
    ? `Counted over all ${counted(sampled, "row")}${days}.`
    : `Counted over the first ${countText(sampled)} rows${days} that the engine came upon, not over all.`;
}

function percentText(share: number): string {
  if (share > 0 && share < 0.001) return "<0.1 %";
  if (share < 1 && share > 0.999) return ">99.9 %";
  return `${Math.round(share * 1000) / 10} %`;
}
