import type { AnswerOf, Routes } from "@calypso/contract";
import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import { Details } from "../grid/details.tsx";
import { Grid } from "../grid/grid.ts";
import { arranged, type Shown, type Sorting } from "../grid/order.ts";
import { ResultRows } from "../grid/rows.ts";
import { inSlices } from "../grid/slices.ts";
import { copyText } from "../hunt/save.ts";
import { HuntLink } from "../parts/hunt-link.tsx";
import { Time } from "../parts/time.tsx";
import { zone } from "../platform/preferences.ts";
import { countText } from "../text/times.ts";
import { visible, visibleLines } from "../text/visible.ts";

type Evidence = AnswerOf<Routes["alertRows"]>;

/** Why an alert was raised: the very rows, and the rule's stages and conditions with what the rows hold there. */
export function AlertEvidence(props: { readonly evidence: Evidence }): JSX.Element {
  const query = () => `set query_now = datetime(${props.evidence.to});\n${props.evidence.query}`;
  const range = () => `${props.evidence.from}..${props.evidence.to}`;
  const gone = () => props.evidence.raisedFor - props.evidence.rows.length;
  return (
    <>
      <p>
        <a href={`/rules/${encodeURIComponent(props.evidence.rule.id)}`}>{visible(props.evidence.rule.name)}</a> looked
        from <Time at={props.evidence.from} /> to <Time at={props.evidence.to} />.{" "}
        <HuntLink query={query()} range={range()}>
          Open its query in Hunt
        </HuntLink>
        {", "}
        <HuntLink query={query()} range={range()} stages title="Count the rows after each stage and condition">
          with its stages
        </HuntLink>
      </p>
      <Show when={!props.evidence.more && gone() !== 0}>
        <p class="hint">
          The alert was raised for {countText(props.evidence.raisedFor)} rows, and the query finds{" "}
          {countText(props.evidence.rows.length)} now: {gone() > 0 ? "logs are gone" : "logs came later"}.
        </p>
      </Show>
      <h2 class="rows">
        {countText(props.evidence.rows.length)} {props.evidence.rows.length === 1 ? "row" : "rows"}
        <Show when={props.evidence.more}> of {countText(props.evidence.raisedFor)}</Show>
      </h2>
      <Rows evidence={props.evidence} />
      <Stages evidence={props.evidence} />
    </>
  );
}

/** The stages of the query that gave the rows, each with its conditions and what the rows hold there. */
function Stages(props: { readonly evidence: Evidence }): JSX.Element {
  const of = (stage: number) => props.evidence.conditions.filter((one) => one.stage === stage && one.let === undefined);
  const inside = () => props.evidence.conditions.filter((one) => one.let !== undefined);
  return (
    <details class="stages" open={props.evidence.stages.length <= 12}>
      <summary>
        {props.evidence.stages.length} stages with {props.evidence.conditions.length} conditions, and what the rows hold
        there
      </summary>
      <ol>
        <For each={props.evidence.stages}>
          {(stage) => (
            <li>
              <code>{visibleLines(stage.text)}</code>
              <Conditions of={of(stage.index)} />
            </li>
          )}
        </For>
      </ol>
      <Show when={inside().length > 0}>
        <p class="aside">Conditions inside what `let` names:</p>
        <Conditions of={inside()} />
      </Show>
    </details>
  );
}

function Conditions(props: { readonly of: Evidence["conditions"] }): JSX.Element {
  return (
    <ul class="plain">
      <For each={props.of}>
        {(one) => (
          <li>
            <code>{visible(one.text)}</code>
            <Show when={one.let}>{(name) => <span class="aside"> in {visible(name())}</span>}</Show>
            <Show when={one.values.length > 0}>
              <span class="aside"> is </span>
              <span class="value">{one.values.map(visible).join(", ")}</span>
            </Show>
          </li>
        )}
      </For>
    </ul>
  );
}

/** As high as the rows need, and no higher than leaves room for what is below; the columns of an opened row need more. */
function heightOf(count: number, isOpened: boolean): number {
  return Math.min(420, Math.max(isOpened ? 300 : 0, 60 + count * 26));
}

function Rows(props: { readonly evidence: Evidence }): JSX.Element {
  const [empty, setEmpty] = createSignal(false);
  const [sorting, setSorting] = createSignal<Sorting>();
  const [shown, setShown] = createSignal<Shown>();
  const [opened, setOpened] = createSignal<number>();
  const rows = createMemo(() => {
    const all = new ResultRows(props.evidence.columns);
    all.add(props.evidence.rows);
    return all;
  });
  const columns = createMemo(() =>
    props.evidence.columns.flatMap((_, index) => {
      const filled = props.evidence.rows.some((row) => row[index] !== null && row[index] !== "");
      return filled || empty() ? [index] : [];
    }),
  );
  const grid = new Grid({
    sort: (column) => {
      const now = sorting();
      setSorting(
        now?.column === column && !now.descending ? { column, descending: true } : { column, descending: false },
      );
    },
    open: setOpened,
    copy: (text, what) => void copyText(text, what),
  });
  onCleanup(() => grid.dispose());
  createEffect(on(rows, () => setOpened(undefined), { defer: true }));
  createEffect(() => {
    const stopped = new AbortController();
    onCleanup(() => stopped.abort());
    const asked = { filter: "", columns: columns(), sorting: sorting() };
    void inSlices(arranged(rows(), asked), stopped.signal, () => {}).then((list) => {
      if (!stopped.signal.aborted) setShown(list);
    });
  });
  createEffect(() => {
    grid.show({ rows: rows(), shown: shown(), columns: columns(), sorting: sorting(), zone: zone() });
  });
  return (
    <>
      <label class="line">
        <input type="checkbox" checked={empty()} onChange={(event) => setEmpty(event.currentTarget.checked)} /> empty
        columns too
      </label>
      <div class="with-details evidence" style={{ height: `${heightOf(rows().count, opened() !== undefined)}px` }}>
        {grid.element}
        <Show when={opened() !== undefined}>
          <Details
            rows={rows()}
            row={opened() ?? 0}
            close={() => {
              setOpened(undefined);
              grid.element.focus();
            }}
          />
        </Show>
      </div>
    </>
  );
}
