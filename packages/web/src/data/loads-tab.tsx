import type { AnswerOf, Routes } from "@calypso/contract";
import { createMemo, createResource, createSignal, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge, type Tone } from "../parts/badge.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { Pager } from "../parts/pager.tsx";
import { Time } from "../parts/time.tsx";
import { client } from "../platform/client.ts";
import { amend, place } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { bytesText, countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { firstRows } from "./queries.ts";

type Load = AnswerOf<Routes["loads"]>["loads"][number];

/** What was loaded, and the rows that could not be read. The address holds what is searched for and the page. */
export function LoadsTab(props: { readonly loaded: number }): JSX.Element {
  const asked = createMemo(() => {
    const { query } = place();
    const [find, table, after] = [query.get("find"), query.get("table"), query.get("after")];
    return {
      loaded: props.loaded,
      query: {
        ...(find === null ? {} : { find }),
        ...(table === null ? {} : { table }),
        ...(after === null ? {} : { after }),
        ...(query.get("rejected") === "true" ? { rejected: true } : {}),
      },
    };
  });
  const [loads] = createResource(asked, ({ query }) => client.call("loads", { query }));
  const [shown, setShown] = createSignal<Load>();
  const isRejected = () => place().query.get("rejected") === "true";
  return (
    <>
      <div class="rule-bar">
        <SearchField
          about="Find a file"
          value={place().query.get("find") ?? ""}
          change={(text) => amend({ find: text || undefined, after: undefined })}
        />
        <label>
          <input
            type="checkbox"
            checked={isRejected()}
            onChange={() => amend({ rejected: isRejected() ? undefined : "true", after: undefined })}
          />{" "}
          only with rows that could not be read
        </label>
        <Show when={place().query.get("table")}>
          {(table) => (
            <button type="button" onClick={() => amend({ table: undefined, after: undefined })}>
              into {visible(table())} only: show all
            </button>
          )}
        </Show>
      </div>
      <Show when={shown()}>{(load) => <Rejected load={load()} close={() => setShown(undefined)} />}</Show>
      <Asked of={loads} what="the loads">
        {(answer) => (
          <>
            <DataTable
              caption="Loads, the latest first"
              columns={[
                { title: "When", cell: ({ started }) => <Time at={started} /> },
                {
                  ...{ title: "File", isMain: true },
                  cell: ({ name, source }) => <span title={visible(source)}>{visible(name)}</span>,
                },
                {
                  title: "Table",
                  cell: ({ table }) => (
                    <Show when={table !== ""}>
                      <HuntLink query={firstRows(table)}>{visible(table)}</HuntLink>
                    </Show>
                  ),
                },
                { title: "State", cell: ({ status }) => <Badge text={names[status]} tone={tones[status]} /> },
                { title: "Size", isNumber: true, cell: ({ bytes }) => bytesText(bytes) },
                { title: "Stored", isNumber: true, cell: ({ stored }) => countText(stored) },
                { title: "Were there", isNumber: true, cell: ({ duplicates }) => countText(duplicates) },
                {
                  ...{ title: "Not read", isNumber: true },
                  cell: (load) => (
                    <Show when={load.rejected > 0} fallback="0">
                      <button type="button" class="link" onClick={() => setShown(load)}>
                        {countText(load.rejected)}
                      </button>
                    </Show>
                  ),
                },
                { title: "Events from", cell: ({ from }) => <Show when={from}>{(at) => <Time at={at()} />}</Show> },
                { title: "By", cell: ({ by }) => visible(by ?? "") },
              ]}
              rows={answer().loads}
              key={({ id }) => id}
              nothing="Nothing was loaded so. Drop files of logs on this page, or use `calypso ingest`."
            />
            <Pager total={answer().total} shown={answer().loads.length} next={answer().next} what="loads" />
          </>
        )}
      </Asked>
    </>
  );
}

const names: Readonly<Record<Load["status"], string>> = {
  ...{ loading: "loading", moving: "loading", done: "done", abandoned: "not loaded" },
};
const tones: Readonly<Record<Load["status"], Tone>> = {
  loading: "low",
  moving: "low",
  done: "good",
  abandoned: "medium",
};

/** The rows of a load that could not be read, page by page. */
function Rejected(props: { readonly load: Load; readonly close: () => void }): JSX.Element {
  const [after, setAfter] = createSignal(0);
  const [rows] = createResource(
    () => ({ load: props.load.id, after: after() }),
    ({ load, after: from }) => client.call("rejectedRows", { params: { load }, query: { after: from, limit: 50 } }),
  );
  return (
    <section class="measured" aria-label="Rows that could not be read">
      <div class="rule-bar">
        <h2>Rows of {visible(props.load.name)} that could not be read</h2>
        <span class="aside" />
        <button type="button" onClick={() => props.close()}>
          Close
        </button>
      </div>
      <Asked of={rows} what="the rows">
        {(answer) => (
          <>
            <Show when={answer().rows.length > 0} fallback={<p class="nothing">They were not kept.</p>}>
              <table class="data">
                <thead>
                  <tr>
                    <th scope="col">Line</th>
                    <th scope="col">Why</th>
                    <th scope="col">Text</th>
                  </tr>
                </thead>
                <tbody>
                  <For each={answer().rows}>
                    {({ line, reason, text }) => (
                      <tr>
                        <td class="number">{line}</td>
                        <td>{visible(reason)}</td>
                        <td class="main">
                          <code>{visible(text.slice(0, 500))}</code>
                        </td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </Show>
            <Show when={answer().next !== undefined || after() > 0}>
              <div class="pager">
                <button type="button" disabled={after() === 0} onClick={() => setAfter(0)}>
                  First page
                </button>
                <button
                  type="button"
                  disabled={answer().next === undefined}
                  onClick={() => setAfter(answer().next ?? 0)}
                >
                  Next page
                </button>
              </div>
            </Show>
          </>
        )}
      </Asked>
    </section>
  );
}
