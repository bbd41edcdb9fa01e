import type { AnswerOf, Routes } from "@calypso/contract";
import { createMemo, type JSX, Show } from "solid-js";
import { Badge } from "../parts/badge.tsx";
import { type Bar, Bars } from "../parts/bars.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { durationText, Time } from "../parts/time.tsx";
import { zone } from "../platform/preferences.ts";
import { amend, place } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { bytesText, counted, countText, timeText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { byHour, firstRows } from "./queries.ts";

export type TableRow = AnswerOf<Routes["dataTables"]>["tables"][number];

/** The tables with rows: how many, how they came over seven days, what is missing, how late they are. */
export function TablesTab(props: { readonly tables: readonly TableRow[] }): JSX.Element {
  const find = () => place().query.get("find") ?? "";
  const shown = createMemo(() => {
    const wanted = find().toLowerCase();
    return ordered(
      props.tables.filter(({ name }) => name.toLowerCase().includes(wanted)),
      place().query.get("sort") ?? "name",
    );
  });
  return (
    <>
      <div class="rule-bar">
        <SearchField about="Find a table" value={find()} change={(text) => amend({ find: text || undefined })} />
        <span class="aside">{counted(shown().length, "table")}</span>
      </div>
      <DataTable
        caption="Tables that hold rows"
        columns={[
          {
            ...{ title: "Table", sort: "name", isMain: true },
            cell: (table) => (
              <>
                <a href={tableAddress(table.name)}>{visible(table.name)}</a>{" "}
                <Show when={table.drifts > 0}>
                  <a href="/data?tab=feeds">
                    <Badge text="drifts" tone="bad" title="It is not as it was" />
                  </a>
                </Show>
                <Show when={table.problem}>{(why) => <div class="hint">{visible(why())}</div>}</Show>
              </>
            ),
          },
          {
            ...{ title: "Rows", sort: "rows", isNumber: true },
            cell: ({ name, rows }) => <HuntLink query={firstRows(name)}>{countText(rows)}</HuntLink>,
          },
          {
            ...{ title: "On disk", sort: "bytes", isNumber: true },
            cell: ({ bytes }) => (bytes === undefined ? "" : bytesText(bytes)),
          },
          { title: "Seven days by hour", cell: (table) => <Volume of={table} /> },
          {
            ...{ title: "Last event", sort: "last" },
            cell: ({ last }) => <Show when={last}>{(at) => <Time at={at()} ago />}</Show>,
          },
          {
            title: "Last arrival",
            cell: ({ arrived }) => <Show when={arrived}>{(at) => <Time at={at()} ago />}</Show>,
          },
          { ...{ title: "Lag", sort: "lag" }, cell: (table) => <Lag of={table} /> },
          { ...{ title: "Gaps", sort: "gaps" }, cell: (table) => <Gaps of={table} /> },
        ]}
        rows={shown()}
        key={({ name }) => name}
        address={({ name }) => tableAddress(name)}
        order="name"
        nothing="No table holds rows yet. Drop files of logs on this page, or use `calypso ingest`."
      />
    </>
  );
}

export function tableAddress(name: string): string {
  return `/data/${encodeURIComponent(name)}`;
}

/** Rows by hour; behind it the same in Hunt. */
export function Volume(props: { readonly of: TableRow; readonly height?: number }): JSX.Element {
  const bars = createMemo((): readonly Bar[] => {
    const volume = props.of.volume;
    if (volume === undefined) return [];
    const begin = Date.parse(volume.from);
    const begun = Date.parse(props.of.first ?? volume.from);
    return volume.hours.map((value, index): Bar => {
      const at = begin + index * 3_600_000;
      const isMissing = value === 0 && at > begun && index < volume.hours.length - 1;
      const title = `${timeText(new Date(at).toISOString(), zone()).slice(0, 16)}: ${counted(value, "row")}`;
      return { value, title, tone: isMissing ? "missing" : "plain" };
    });
  });
  const total = () => props.of.volume?.hours.reduce((sum, count) => sum + count, 0) ?? 0;
  const range = () => {
    const from = props.of.volume?.from ?? "";
    return `${from}..${new Date(Date.parse(from) + 7 * 86_400_000).toISOString()}`;
  };
  return (
    <Show when={props.of.volume}>
      <HuntLink query={byHour(props.of.name)} range={range()} title="Show the rows by hour">
        <span class="volume">
          <Bars
            about={`${counted(total(), "row")} of ${props.of.name} in seven days`}
            bars={bars()}
            {...(props.height === undefined ? {} : { height: props.height })}
          />
        </span>
      </HuntLink>
    </Show>
  );
}

function Lag(props: { readonly of: TableRow }): JSX.Element {
  return (
    <>
      <Show when={props.of.lag}>
        {(lag) => (
          <span
            title={`half of its rows came within ${durationText(lag().half)}, 95 of 100 within ${durationText(lag().most)}`}
          >
            {durationText(Math.max(0, lag().most))}
          </span>
        )}
      </Show>
      <Show when={props.of.late > 0}>
        <div class="hint" title="Rows of these seven days that came more than a day after they happened">
          {countText(props.of.late)} a day late
        </div>
      </Show>
    </>
  );
}

function Gaps(props: { readonly of: TableRow }): JSX.Element {
  const longest = () => props.of.gaps[0];
  const text = () =>
    props.of.gaps.map(({ from, to }) => `${timeText(from, zone()).slice(0, 16)}, ${hoursText(from, to)}`).join("\n");
  return (
    <Show when={longest()} fallback="none">
      {(gap) => (
        <span title={text()}>
          {props.of.gaps.length === 10 ? "10 or more" : props.of.gaps.length}, longest {hoursText(gap().from, gap().to)}
        </span>
      )}
    </Show>
  );
}

export function hoursText(from: string, to: string): string {
  return counted((Date.parse(to) - Date.parse(from)) / 3_600_000, "hour");
}

const orders: Readonly<Record<string, (table: TableRow) => number | string>> = {
  name: ({ name }) => name.toLowerCase(),
  rows: ({ rows }) => rows,
  bytes: ({ bytes }) => bytes ?? -1,
  last: ({ last }) => last ?? "",
  lag: ({ lag }) => lag?.most ?? -1,
  gaps: ({ gaps: [gap] }) => (gap === undefined ? 0 : Date.parse(gap.to) - Date.parse(gap.from)),
};

function ordered(tables: readonly TableRow[], sort: string): readonly TableRow[] {
  const by = orders[sort.replace(/^-/, "")];
  if (by === undefined) return tables;
  const turn = sort.startsWith("-") ? -1 : 1;
  return [...tables].sort((a, b) => (by(a) < by(b) ? -turn : by(a) > by(b) ? turn : 0));
}
