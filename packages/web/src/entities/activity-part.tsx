import type { AnswerOf, Routes } from "@calypso/contract";
import { createMemo, For, type JSX, Show } from "solid-js";
import { Bars } from "../parts/bars.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { Time } from "../parts/time.tsx";
import { zone } from "../platform/preferences.ts";
import { countText, timeText } from "../text/times.ts";
import { visible } from "../text/visible.ts";

type Activity = AnswerOf<Routes["entityActivity"]>;

/** How often each table names an entity over time, and when it was first and last seen. */
export function ActivityPart(props: { readonly answer: Activity }): JSX.Element {
  const range = () => `${props.answer.from}..${props.answer.to}`;
  const first = () => props.answer.tables.map((table) => table.first).sort()[0];
  const last = () =>
    props.answer.tables
      .map((table) => table.last)
      .sort()
      .at(-1);
  const stretches = createMemo(() => {
    const { bin, from, to } = props.answer;
    const start = Math.floor(Date.parse(from) / bin) * bin;
    return Array.from({ length: Math.ceil((Date.parse(to) - start) / bin) }, (_, index) => start + index * bin);
  });
  const counted = createMemo(
    () => new Map(props.answer.bins.map(({ table, at, events }) => [`${table} ${Date.parse(at)}`, events])),
  );
  const barsOf = (table: string) =>
    stretches().map((start) => {
      const value = counted().get(`${table} ${start}`) ?? 0;
      return { value, title: `${timeText(new Date(start).toISOString(), zone())}: ${countText(value)}` };
    });
  return (
    <section aria-label="Activity">
      <h2>Activity</h2>
      <Show when={first()} fallback={<p class="nothing">No table with logs names it.</p>}>
        {(at) => (
          <p>
            First seen <Time at={at()} />, last <Time at={last() ?? at()} />, in all logs that there are.
          </p>
        )}
      </Show>
      <Show when={props.answer.tables.length > 0}>
        <table class="data">
          <caption class="unseen">Activity by table</caption>
          <thead>
            <tr>
              <th scope="col">Table</th>
              <th scope="col" class="number">
                Events
              </th>
              <th scope="col">Over time</th>
              <th scope="col">First</th>
              <th scope="col">Last</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.answer.tables}>
              {(table) => (
                <tr>
                  <td>
                    <HuntLink query={`${table.kql}\n| order by TimeGenerated desc`}>{visible(table.table)}</HuntLink>
                  </td>
                  <td class="number">
                    <HuntLink query={`${table.kql}\n| order by TimeGenerated desc`} range={range()}>
                      {countText(table.events)}
                    </HuntLink>
                  </td>
                  <td class="main">
                    <Bars
                      about={`${table.table}: ${countText(table.events)} events`}
                      bars={barsOf(table.table)}
                      height={22}
                    />
                  </td>
                  <td>
                    <Time at={table.first} />
                  </td>
                  <td>
                    <Time at={table.last} />
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}
