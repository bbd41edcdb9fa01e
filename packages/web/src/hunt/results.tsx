import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import { csvOf, jsonOf } from "../grid/delimited.ts";
import { Details } from "../grid/details.tsx";
import { Grid } from "../grid/grid.ts";
import type { Cell, ResultRows } from "../grid/rows.ts";
import { offer, tell } from "../platform/commands.ts";
import { zone } from "../platform/preferences.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { keepEvent } from "../stages/kept-event.ts";
import { bytesText, counted, countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { createArranged } from "./arrangement.ts";
import { Chips } from "./chips.tsx";
import { ColumnMenu, type MenuPlace } from "./column-menu.tsx";
import { createParquet } from "./parquet.ts";
import type { Asked } from "./run.ts";
import { copyText, saveFile } from "./save.ts";
import { setFilter, showColumn, sortNext } from "./view.ts";

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
  const [opened, setOpened] = createSignal<number>();
  const [menu, setMenu] = createSignal<MenuPlace>();
  const arranged = createArranged(props);
  const { filter, columns, sorting, conditions, groupedBy, shown, groups, progress } = arranged;
  const narrowed = createMemo(() => new Set(conditions().map(({ column }) => column)));

  createEffect(
    on(
      () => props.rows,
      () => {
        setOpened(undefined);
        setMenu(undefined);
      },
      { defer: true },
    ),
  );

  const grid = new Grid({
    sort: (column) => sortNext(props.rows.columns, column),
    open: setOpened,
    toggle: arranged.toggle,
    menu: (column, heading, row) => setMenu({ column, heading, row }),
    copy: (text, what) => void copyText(text, what),
  });
  props.ready(() => grid.element.focus());
  onCleanup(() => grid.dispose());
  createEffect(() => {
    grid.element.dataset["rows"] = String(props.count);
    grid.show({
      ...{ rows: props.rows, shown: shown(), groups: groups(), columns: columns(), sorting: sorting() },
      ...{ narrowed: narrowed(), zone: zone() },
    });
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
    { name: "Filter, sort or group by the column of the active cell", keys: "Alt ↓", run: () => grid.menu() },
    { name: "Open all groups of the results", run: () => arranged.openAll(true) },
    { name: "Close all groups of the results", run: () => arranged.openAll(false) },
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
        <Show when={groups()}>
          <button type="button" class="quiet" onClick={() => arranged.openAll(true)}>
            Open all groups
          </button>
          <button type="button" class="quiet" onClick={() => arranged.openAll(false)}>
            Close all groups
          </button>
        </Show>
        <Show when={progress() === undefined && shown()}>
          {(list) => (
            <span class="aside">
              {groups() === undefined ? "" : `${counted(groups()?.count ?? 0, "group")} · `}
              {countText(list().length)} of {countText(props.count)} rows
            </span>
          )}
        </Show>
      </div>
      <Chips columns={props.rows.columns} conditions={conditions()} groupedBy={groupedBy()} />
      <Show when={parquet.problem()}>{(problem) => <ProblemView problem={problem()} />}</Show>
      <div class="with-details">
        {grid.element}
        <Show when={menu()} keyed>
          {(place) => (
            <ColumnMenu
              place={place}
              rows={props.rows}
              arranged={arranged}
              close={() => menu() === place && setMenu(undefined)}
            />
          )}
        </Show>
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
