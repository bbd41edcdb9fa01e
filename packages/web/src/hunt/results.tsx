import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import { csvOf, jsonOf } from "../grid/delimited.ts";
import { Details } from "../grid/details.tsx";
import { Grid } from "../grid/grid.ts";
import { arranged, type Shown, type Sorting } from "../grid/order.ts";
import type { Cell, ResultRows } from "../grid/rows.ts";
import { inSlices } from "../grid/slices.ts";
import { offer, tell } from "../platform/commands.ts";
import { zone } from "../platform/preferences.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { keepEvent } from "../stages/kept-event.ts";
import { bytesText, countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { createParquet } from "./parquet.ts";
import type { Asked } from "./run.ts";
import { copyText, saveFile } from "./save.ts";
import { filterText, hiddenNames, setFilter, showColumn, sortingOf, sortNext } from "./view.ts";

interface ResultsProps {
  readonly rows: ResultRows;
  readonly count: number;
  readonly running: boolean;
  /** What was asked for the rows. */
  readonly asked: Asked | undefined;
  /** The tables that the query reads. */
  readonly tables: readonly string[];
  readonly ready: (focus: () => void) => void;
}

/** The rows of a result: to be filtered, sorted, opened, copied and saved. The address holds the filter, the order and the columns. */
export function Results(props: ResultsProps): JSX.Element {
  const [shown, setShown] = createSignal<Shown>();
  const [opened, setOpened] = createSignal<number>();
  /** How much of the filtering and sorting is done, while that takes long. */
  const [progress, setProgress] = createSignal<number>();
  const filter = createMemo(filterText);
  const columns = createMemo(
    () => {
      const hidden = new Set(hiddenNames());
      return props.rows.columns.flatMap(({ name }, index) => (hidden.has(name) ? [] : [index]));
    },
    [],
    { equals: sameNumbers },
  );
  const sorting = createMemo(() => sortingOf(props.rows.columns), undefined, { equals: sameSorting });

  createEffect(
    on(
      () => props.rows,
      () => {
        setShown(undefined);
        setProgress(undefined);
        setOpened(undefined);
      },
      { defer: true },
    ),
  );

  const grid = new Grid({
    sort: (column) => sortNext(props.rows.columns, column),
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
    void inSlices(arranged(props.rows, asked), stopped.signal, setProgress).then((rows) => {
      if (stopped.signal.aborted) return;
      setProgress(undefined);
      setShown(rows);
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
  /** Keeps a row as the event that the stages of another query are asked about. */
  const follow = (row: number) => {
    const [table = ""] = props.tables;
    const one = jsonOf(props.rows.columns, [props.rows.columns.map((_, column) => props.rows.cell(row, column))]);
    keepEvent({ table: props.tables.length === 1 ? table : "", json: one.replace(/^\[\n|\n\]\n$/g, "") });
    tell("the row is kept: write the query that it should match, and open its stages");
    amend({ tab: "stages" });
  };
  const saveCsv = () => saveFile("result.csv", "text/csv;charset=utf-8", csvOf(...exported()));
  const saveJson = () => saveFile("result.json", "application/json", jsonOf(...exported()));
  const parquet = createParquet(() => props.asked);
  /** Whether the grid shows less than the answer has. */
  const isPart = () => shown() !== undefined || columns().length < props.rows.columns.length;
  offer([
    { name: "Save the result as CSV", run: saveCsv },
    { name: "Save the result as JSON", run: saveJson },
    { name: "Save the whole answer as Parquet", run: () => void parquet.save() },
    { name: "Go to the results", keys: "F6", run: () => grid.element.focus() },
  ]);

  return (
    <>
      <div class="bar">
        <SearchField about="Filter rows" value={filter()} change={setFilter} />
        <details class="menu">
          <summary>
            Columns
            <Show when={props.rows.columns.length - columns().length}>{(hidden) => ` · ${hidden()} hidden`}</Show>
          </summary>
          <fieldset>
            <legend class="unseen">Columns that are shown</legend>
            <For each={props.rows.columns}>
              {(column, index) => (
                <label>
                  <input
                    type="checkbox"
                    checked={columns().includes(index())}
                    onChange={(event) => showColumn(column.name, event.currentTarget.checked)}
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
        <button
          type="button"
          class="quiet"
          title="The whole answer with its types: the service asks the query again, for the moment at which it ran"
          onClick={() => void parquet.save()}
          disabled={parquet.received() !== undefined || props.asked === undefined}
        >
          {isPart() ? "Parquet of the whole answer" : "Parquet"}
        </button>
        <Show when={parquet.received() !== undefined}>
          <button type="button" onClick={parquet.stop}>
            Stop the file{parquet.received() ? ` · ${bytesText(parquet.received() ?? 0)}` : ""}
          </button>
        </Show>
        <Show when={progress()}>
          {(share) => <span class="aside">arranging the rows… {Math.floor(100 * share())} %</span>}
        </Show>
        <Show when={progress() === undefined && shown()}>
          {(list) => (
            <span class="aside">
              {countText(list().length)} of {countText(props.count)} rows
            </span>
          )}
        </Show>
      </div>
      <Show when={parquet.problem()}>{(problem) => <ProblemView problem={problem()} />}</Show>
      <div class="with-details">
        {grid.element}
        <Show when={opened() !== undefined}>
          <Details
            rows={props.rows}
            row={opened() ?? 0}
            actions={
              <button type="button" class="quiet" onClick={() => follow(opened() ?? 0)}>
                Follow in a query
              </button>
            }
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

function sameNumbers(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((number, index) => number === other[index]);
}

function sameSorting(one: Sorting | undefined, other: Sorting | undefined): boolean {
  return one?.column === other?.column && one?.descending === other?.descending;
}
