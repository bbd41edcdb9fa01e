import type { AnswerOf, Problem, Routes } from "@calypso/contract";
import { createResource, createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge, type Tone } from "../parts/badge.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { durationText, Time } from "../parts/time.tsx";
import { client, problemOf } from "../platform/client.ts";
import { offer } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { tableAddress } from "./tables-tab.tsx";

type Feed = AnswerOf<Routes["lookAtFeeds"]>;
type Drift = AnswerOf<Routes["drifts"]>["drifts"][number];

/** What drifts among the tables and fields that enabled rules read, and which rules that blinds; as told, and as it is now. */
export function FeedsTab(): JSX.Element {
  const [drifts] = createResource(() => client.call("drifts", {}));
  const [feeds, setFeeds] = createSignal<readonly Feed[]>();
  const [problem, setProblem] = createSignal<Problem>();
  const [looking, setLooking] = createSignal<AbortController>();
  const look = async () => {
    looking()?.abort();
    const mine = new AbortController();
    setLooking(mine);
    setProblem(undefined);
    setFeeds([]);
    try {
      for await (const feed of client.parts("lookAtFeeds", { signal: mine.signal }))
        setFeeds([...(feeds() ?? []), feed]);
    } catch (thrown) {
      if (!mine.signal.aborted) setProblem(problemOf(thrown));
    } finally {
      if (looking() === mine) setLooking(undefined);
    }
  };
  onCleanup(() => looking()?.abort());
  offer([{ name: "Look at the feeds now", run: () => void look() }]);
  const gravestFirst = () =>
    [...(feeds() ?? [])].sort(
      (a, b) => order.indexOf(a.status) - order.indexOf(b.status) || (a.table < b.table ? -1 : 1),
    );
  return (
    <>
      <h2>What was told</h2>
      <Asked of={drifts} what="what was told">
        {(answer) => (
          <DataTable
            caption="Feeds and fields that are not as they were"
            columns={[
              {
                title: "State",
                cell: ({ ended }) => (
                  <Badge text={ended === undefined ? "drifts" : "over"} tone={ended === undefined ? "bad" : "plain"} />
                ),
              },
              { title: "What", isMain: true, cell: ({ message }) => visible(message) },
              { title: "Since", cell: ({ since }) => <Time at={since} /> },
              { title: "Blinds", cell: ({ rules }) => <Blinded rules={rules} /> },
              { title: "Told", cell: ({ told }) => <Time at={told} ago /> },
            ]}
            rows={answer().drifts}
            key={({ kind, table, field, told }: Drift) => `${kind} ${table} ${field ?? ""} ${told}`}
            nothing="Nothing drifts, as far as was looked: the service looks once an hour, a quarter of an hour after it started for the first time."
          />
        )}
      </Asked>
      <h2>How it is now</h2>
      <div class="rule-bar">
        <button type="button" class="main" disabled={looking() !== undefined} onClick={() => void look()}>
          Look now
        </button>
        <Show when={looking()}>
          {(mine) => (
            <button type="button" onClick={() => mine().abort()}>
              Stop
            </button>
          )}
        </Show>
        <span class="aside" role="status">
          {looking() === undefined ? "" : "looking at the tables that enabled rules read…"}
        </span>
      </div>
      <Show when={problem()}>{(found) => <ProblemView problem={found()} />}</Show>
      <Show when={feeds()}>
        <DataTable
          caption="Feeds as they are now"
          columns={[
            {
              ...{ title: "Table", isMain: true },
              cell: ({ table, drifts: found, problem: why }) => (
                <>
                  <a href={tableAddress(table)}>{visible(table)}</a>
                  <For each={found}>{({ message }) => <div>{visible(message)}</div>}</For>
                  <Show when={why}>{(text) => <div class="hint">{visible(text())}</div>}</Show>
                </>
              ),
            },
            { title: "State", cell: ({ status }) => <Badge text={status} tone={tones[status]} /> },
            { title: "Last event", cell: ({ last }) => <Show when={last}>{(at) => <Time at={at()} ago />}</Show> },
            { title: "Rows an hour", isNumber: true, cell: ({ recent }) => countText(Math.round(recent * 10) / 10) },
            { title: "Usually", isNumber: true, cell: ({ usual }) => countText(Math.round(usual * 10) / 10) },
            { title: "Lag", cell: ({ lag }) => (lag === undefined ? "" : durationText(Math.max(0, lag))) },
            { title: "Read by", cell: ({ rules }) => <Blinded rules={rules} /> },
          ]}
          rows={gravestFirst()}
          key={({ table }) => table}
          nothing={looking() === undefined ? "No enabled rule reads a table." : "The rules are read first…"}
        />
      </Show>
    </>
  );
}

const order: readonly Feed["status"][] = ["drifting", "not looked at", "no data", "flowing"];
const tones: Readonly<Record<Feed["status"], Tone>> = {
  ...{ flowing: "good", "no data": "medium", drifting: "bad", "not looked at": "medium" },
};

/** Rules by their names, the first three and how many more. */
function Blinded(props: { readonly rules: readonly { readonly id: string; readonly name: string }[] }): JSX.Element {
  return (
    <>
      <For each={props.rules.slice(0, 3)}>
        {({ id, name }) => (
          <div>
            <Show when={id !== ""} fallback={visible(name)}>
              <a href={`/rules/${encodeURIComponent(id)}`}>{visible(name)}</a>
            </Show>
          </div>
        )}
      </For>
      <Show when={props.rules.length > 3}>
        <span class="hint" title={props.rules.map(({ name }) => visible(name)).join("\n")}>
          and {countText(props.rules.length - 3)} more
        </span>
      </Show>
    </>
  );
}
