import { createMemo, For, type JSX, Show } from "solid-js";
import { HuntLink } from "../parts/hunt-link.tsx";
import { Time } from "../parts/time.tsx";
import { countText } from "../text/times.ts";
import { visible, visibleLines } from "../text/visible.ts";
import { EntityLinks } from "./entity-links.tsx";
import { changesOf, deedText } from "./history-tab.tsx";
import type { Incident } from "./texts.ts";

interface Moment {
  readonly at: string;
  readonly kind: string;
  readonly body: () => JSX.Element;
}

/** What happened and what was done about it, in the order of time: the rows of alerts from their first to their last, bookmarks, deeds. */
export function Timeline(props: { readonly incident: Incident }): JSX.Element {
  const moments = createMemo(() =>
    [...alertMoments(props.incident), ...bookmarkMoments(props.incident), ...deedMoments(props.incident)].sort(
      (one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0),
    ),
  );
  return (
    <ol class="timeline">
      <For each={moments()}>
        {(moment) => (
          <li class={moment.kind}>
            <Time at={moment.at} />
            <div>{moment.body()}</div>
          </li>
        )}
      </For>
    </ol>
  );
}

function alertMoments({ alerts, number }: Incident): readonly Moment[] {
  return alerts.flatMap((alert): Moment[] => {
    const address = `/incidents/${number}?tab=alerts&alert=${encodeURIComponent(alert.id)}`;
    const rows = alert.rows === 1 ? "1 row" : `${countText(alert.rows)} rows`;
    const first: Moment = {
      at: alert.start,
      kind: "activity",
      body: () => (
        <>
          <strong>{visible(alert.title)}</strong> <a href={address}>{rows}</a>
          <Show when={alert.start !== alert.end}>
            {" "}
            <span class="aside">
              until <Time at={alert.end} />
            </span>
          </Show>
          <div>
            <EntityLinks of={alert.entities} at={alert.end} most={8} />
          </div>
        </>
      ),
    };
    return [
      first,
      { at: alert.raised, kind: "alert", body: () => <a href={address}>Alert raised: {visible(alert.title)}</a> },
    ];
  });
}

function bookmarkMoments({ bookmarks }: Incident): readonly Moment[] {
  return bookmarks.map((bookmark) => ({
    at: bookmark.time ?? bookmark.from,
    kind: "bookmark",
    body: () => (
      <>
        <HuntLink query={bookmark.query} range={`${bookmark.from}..${bookmark.to}`}>
          {visible(bookmark.name)}
        </HuntLink>{" "}
        <span class="aside">bookmarked by {visible(bookmark.by)}</span>
        <div>{visibleLines(bookmark.notes)}</div>
      </>
    ),
  }));
}

function deedMoments({ history }: Incident): readonly Moment[] {
  const deeds = history.filter(({ kind }) => kind !== "created" && kind !== "alert-added");
  return deeds.map((event) => ({
    at: event.at,
    kind: "deed",
    body: () => (
      <>
        {visible(event.by)} {deedText(event.kind)}
        <For each={changesOf(event.detail).filter(([name]) => name !== "task")}>
          {([name, value]) => (
            <div>
              <span class="aside">{name}</span> <span class="said">{visibleLines(value)}</span>
            </div>
          )}
        </For>
      </>
    ),
  }));
}
