import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import { csvOf, jsonOf } from "../grid/delimited.ts";
import { Details } from "../grid/details.tsx";
import { Grid } from "../grid/grid.ts";
import { arranged, type Shown, type Sorting } from "../grid/order.ts";
import type { Cell, ResultRows } from "../grid/rows.ts";
import { offer } from "../platform/commands.ts";
import { zone } from "../platform/preferences.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { copyText, saveFile } from "./save.ts";

interface ResultsProps {
  readonly rows: ResultRows;
  readonly count: number;
  readonly running: boolean;
  readonly ready: (focus: () => void) => void;
}

/** The rows of a result: to be filtered, sorted, opened, copied and saved. */
export function Results(props: ResultsProps): JSX.Element {
  const [filter, setFilter] = createSignal("");
  const [sorting, setSorting] = createSignal<Sorting>();
  const [hidden, setHidden] = createSignal<ReadonlySet<number>>(new Set<number>());
  const [shown, setShown] = createSignal<Shown>();
  const [opened, setOpened] = createSignal<number>();
  const columns = createMemo(() => props.rows.columns.map((_, index) => index).filter((index) => !hidden().has(index)));

  createEffect(
    on(
      () => props.rows,
      () => {
        setSorting(undefined);
        setHidden(new Set<number>());
        setShown(undefined);
        setOpened(undefined);
      },
      { defer: true },
    ),
  );

  const grid = new Grid({
    sort: (column) =>
      setSorting((before) => {
        if (before?.column !== column) return { column, descending: false };
        return before.descending ? undefined : { column, descending: true };
      }),
    open: setOpened,
    copy: (text, what) => void copyText(text, what),
  });
  props.ready(() => grid.element.focus());
  onCleanup(() => grid.dispose());

  createEffect(() => {
    // More rows are taken up when they are there; sorting and filtering wait for the end, as each costs a look at all rows.
    if (props.count > 0 && props.running && filter() === "" && sorting() === undefined) return;
    const asked = { filter: filter(), columns: columns(), sorting: sorting() };
    const stopped = new AbortController();
    onCleanup(() => stopped.abort());
    void arranged(props.rows, asked, stopped.signal).then((answer) => {
      if (answer !== undefined && !stopped.signal.aborted) setShown(answer.shown);
    });
  });
  createEffect(() => {
    grid.element.dataset["rows"] = String(props.count);
    grid.show({ rows: props.rows, shown: shown(), columns: columns(), sorting: sorting(), zone: zone() });
  });

  const exported = () => {
    const rows = (function* (): Generator<readonly Cell[]> {
      const list = shown();
      const count = list?.length ?? props.rows.count;
      for (let at = 0; at < count; at++) yield columns().map((column) => props.rows.cell(list?.[at] ?? at, column));
    })();
    return [columns().flatMap((column) => props.rows.columns[column] ?? []), rows] as const;
  };
  const saveCsv = () => saveFile("result.csv", "text/csv;charset=utf-8", csvOf(...exported()));
  const saveJson = () => saveFile("result.json", "application/json", jsonOf(...exported()));
  offer([
    { name: "Save the result as CSV", run: saveCsv },
    { name: "Save the result as JSON", run: saveJson },
    { name: "Go to the results", keys: "F6", run: () => grid.element.focus() },
  ]);

  const toggle = (column: number, show: boolean) => {
    const next = new Set(hidden());
    if (show) next.delete(column);
    else next.add(column);
    setHidden(next);
  };

  return (
    <>
      <div class="bar">
        <input
          type="search"
          aria-label="Filter the rows by a text"
          placeholder="Filter rows"
          value={filter()}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
        <details class="menu">
          <summary>Columns</summary>
          <fieldset>
            <legend class="unseen">Columns that are shown</legend>
            <For each={props.rows.columns}>
              {(column, index) => (
                <label>
                  <input
                    type="checkbox"
                    checked={!hidden().has(index())}
                    onChange={(event) => toggle(index(), event.currentTarget.checked)}
                  />{" "}
                  {visible(column.name)} <span class="type">{column.type}</span>
                </label>
              )}
            </For>
          </fieldset>
        </details>
        <button type="button" class="quiet" onClick={saveCsv}>
          CSV
        </button>
        <button type="button" class="quiet" onClick={saveJson}>
          JSON
        </button>
        <Show when={shown()}>
          {(list) => (
            <span class="aside">
              {countText(list().length)} of {countText(props.count)} rows
            </span>
          )}
        </Show>
      </div>
      <div class="with-details">
        {grid.element}
        <Show when={opened() !== undefined && opened() !== null}>
          <Details
            rows={props.rows}
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
