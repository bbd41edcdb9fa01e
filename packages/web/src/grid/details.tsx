import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from "solid-js";
import { zone } from "../platform/preferences.ts";
import { timeText } from "../text/times.ts";
import { visible, visibleLines } from "../text/visible.ts";
import type { Cell, ResultRows } from "./rows.ts";
import { type Json, NumberText, readJson } from "./tree.ts";

interface DetailsProps {
  readonly rows: ResultRows;
  readonly row: number;
  readonly close: () => void;
  /** What can be done with the row, beside its title. */
  readonly actions?: JSX.Element;
}

/** All columns of one row, with dynamics as trees. */
export function Details(props: DetailsProps): JSX.Element {
  const [empty, setEmpty] = createSignal(false);
  const cells = createMemo(() =>
    props.rows.columns
      .map((column, index) => ({ column, value: props.rows.cell(props.row, index) }))
      .filter(({ value }) => empty() || (value !== null && value !== "")),
  );
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    props.close();
  };
  return (
    <aside class="details" aria-label="The row" onKeyDown={key}>
      <div class="details-head">
        <h2>Row {(props.row + 1).toLocaleString("en-US")}</h2>
        {props.actions}
        <label>
          <input type="checkbox" checked={empty()} onChange={(event) => setEmpty(event.currentTarget.checked)} /> empty
          ones too
        </label>
        <button
          type="button"
          class="quiet"
          ref={(element) => queueMicrotask(() => element.focus())}
          onClick={props.close}
        >
          Close
        </button>
      </div>
      <section class="details-rows" tabindex="0" aria-label="Columns and values">
        <dl>
          <For each={cells()}>
            {({ column, value }) => (
              <div>
                <dt title={column.type}>{visible(column.name)}</dt>
                <dd>
                  <Value value={value} type={column.type} />
                </dd>
              </div>
            )}
          </For>
        </dl>
      </section>
    </aside>
  );
}

function Value(props: { readonly value: Cell; readonly type: string }): JSX.Element {
  const tree = createMemo(() => (props.type === "dynamic" ? readJson(String(props.value)) : undefined));
  return (
    <Switch fallback={<span class="value">{visibleLines(String(props.value))}</span>}>
      <Match when={props.value === null}>
        <span class="absent">null</span>
      </Match>
      <Match when={tree()}>{(read) => <Node value={read().value} open />}</Match>
      <Match when={props.type === "datetime"}>
        <time title={String(props.value)}>{timeText(String(props.value), zone())}</time>
      </Match>
    </Switch>
  );
}

/** The most members of an array or object that are shown before one asks for more. */
const members = 100;

function Node(props: { readonly name?: string; readonly value: Json; readonly open?: boolean }): JSX.Element {
  const [open, setOpen] = createSignal(props.open === true);
  const [most, setMost] = createSignal(members);
  const entries = createMemo(() => entriesOf(props.value));
  const name = () => (props.name === undefined ? "" : `${visible(props.name)}: `);
  return (
    <Show
      when={entries()}
      fallback={
        <div class="leaf">
          <span class="name">{name()}</span>
          <span class="value">{leafText(props.value)}</span>
        </div>
      }
    >
      {(list) => (
        <details open={open()} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            <span class="name">{name()}</span>
            {Array.isArray(props.value) ? `[${list().length}]` : `{${list().length}}`}
          </summary>
          <Show when={open()}>
            <For each={list().slice(0, most())}>{([member, value]) => <Node name={member} value={value} />}</For>
            <Show when={list().length > most()}>
              <button type="button" class="quiet" onClick={() => setMost(most() * 10)}>
                {list().length - most()} more
              </button>
            </Show>
          </Show>
        </details>
      )}
    </Show>
  );
}

function entriesOf(value: Json): readonly (readonly [string, Json])[] | undefined {
  if (value === null || typeof value !== "object" || value instanceof NumberText) return undefined;
  return Object.entries(value);
}

function leafText(value: Json): string {
  if (value instanceof NumberText) return value.text;
  return typeof value === "string" ? visibleLines(value) : String(value);
}
