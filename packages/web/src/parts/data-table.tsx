import { For, type JSX, Show } from "solid-js";
import { amend, go, place } from "../platform/router.ts";

/** A column of a table. */
export interface TableColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => JSX.Element;
  /** What the address calls the order by this column; the heading then orders by it, and the other way round the next time. */
  readonly sort?: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** The one that says what the row is; it may take what room there is. */
  readonly isMain?: boolean;
}

interface DataTableProps<Row> {
  /** What the rows are, for those who do not see the page. */
  readonly caption: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  /** What is the same for a row that comes again with other values. */
  readonly key: (row: Row) => string;
  /** The page of a row, opened with Enter or a click on the row. */
  readonly address?: (row: Row) => string | undefined;
  /** Rows can be chosen, with `x` or their boxes, where this is given: the keys of those that are. */
  readonly chosen?: ReadonlySet<string>;
  readonly choose?: (chosen: ReadonlySet<string>) => void;
  /** The order where the address names none: `-created` for the newest first. */
  readonly order?: string;
  /** What to say where there is no row. */
  readonly nothing: JSX.Element;
}

/**
 * A list of things as a table. The order stands in the address as `sort`. The arrow keys, `j` and `k`, Home and End move between
 * rows, Enter opens one, `x` chooses it.
 */
export function DataTable<Row>(props: DataTableProps<Row>): JSX.Element {
  let body: HTMLTableSectionElement | undefined;
  const choosing = () => props.choose !== undefined;
  const order = () => place().query.get("sort") ?? props.order ?? "";
  const isChosen = (row: Row) => props.chosen?.has(props.key(row)) === true;
  const toggle = (row: Row) => {
    const chosen = new Set(props.chosen);
    const key = props.key(row);
    if (!chosen.delete(key)) chosen.add(key);
    props.choose?.(chosen);
  };
  const open = (row: Row) => {
    const address = props.address?.(row);
    if (address !== undefined) go(address);
  };
  const move = (from: HTMLTableRowElement, by: number | "first" | "last") => {
    const rows = [...(body?.rows ?? [])];
    const at = rows.indexOf(from);
    const to = by === "first" ? 0 : by === "last" ? rows.length - 1 : Math.min(Math.max(at + by, 0), rows.length - 1);
    for (const [index, row] of rows.entries()) row.tabIndex = index === to ? 0 : -1;
    rows[to]?.focus();
  };
  const key = (event: KeyboardEvent & { readonly currentTarget: HTMLTableRowElement }, row: Row) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = moves[event.key];
    if (steps !== undefined) move(event.currentTarget, steps);
    else if (event.key === "Enter") open(row);
    else if (event.key === "x" && choosing()) toggle(row);
    else return;
    event.preventDefault();
  };
  const click = (event: MouseEvent, row: Row) => {
    const target = event.target instanceof Element ? event.target : undefined;
    // A click that selects text opens nothing.
    if (target?.closest("a, button, input, label, select") != null || getSelection()?.isCollapsed === false) return;
    open(row);
  };
  const all = () => props.rows.length > 0 && props.rows.every(isChosen);
  return (
    <Show when={props.rows.length > 0} fallback={<p class="nothing">{props.nothing}</p>}>
      <table class="data">
        <caption class="unseen">{props.caption}</caption>
        <thead>
          <tr>
            <Show when={choosing()}>
              <th scope="col" class="box">
                <input
                  type="checkbox"
                  aria-label="Choose all rows of this page"
                  checked={all()}
                  onChange={() => props.choose?.(all() ? new Set() : new Set(props.rows.map(props.key)))}
                />
              </th>
            </Show>
            <For each={props.columns}>{(column) => <Heading column={column} order={order()} />}</For>
          </tr>
        </thead>
        <tbody ref={(element) => (body = element)}>
          <For each={props.rows}>
            {(row, index) => (
              <tr
                tabIndex={index() === 0 ? 0 : -1}
                classList={{ opens: props.address?.(row) !== undefined, chosen: isChosen(row) }}
                aria-selected={choosing() ? isChosen(row) : undefined}
                onKeyDown={(event) => key(event, row)}
                onClick={(event) => click(event, row)}
              >
                <Show when={choosing()}>
                  <td class="box">
                    <input
                      type="checkbox"
                      tabIndex={-1}
                      aria-label="Choose this row"
                      checked={isChosen(row)}
                      onChange={() => toggle(row)}
                    />
                  </td>
                </Show>
                <For each={props.columns}>
                  {(column) => (
                    <td classList={{ number: column.isNumber === true, main: column.isMain === true }}>
                      {column.cell(row)}
                    </td>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Show>
  );
}

const moves: Readonly<Record<string, number | "first" | "last">> = {
  ...{ ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10, Home: "first", End: "last" },
};

function Heading<Row>(props: { readonly column: TableColumn<Row>; readonly order: string }): JSX.Element {
  const direction = () => {
    if (props.order === props.column.sort) return "ascending";
    return props.order === `-${props.column.sort}` ? "descending" : undefined;
  };
  const next = () => (direction() === "descending" ? props.column.sort : `-${props.column.sort}`);
  return (
    <th scope="col" classList={{ number: props.column.isNumber === true }} aria-sort={direction()}>
      <Show when={props.column.sort} fallback={props.column.title}>
        <button type="button" class="heading" onClick={() => amend({ sort: next(), after: undefined })}>
          {props.column.title}
          <span aria-hidden="true">
            {direction() === "ascending" ? " ▲" : direction() === "descending" ? " ▼" : ""}
          </span>
        </button>
      </Show>
    </th>
  );
}
