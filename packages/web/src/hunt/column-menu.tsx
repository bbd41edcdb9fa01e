import { createMemo, createSignal, createUniqueId, type JSX, onCleanup, onMount, Show } from "solid-js";
import { cellText } from "../grid/cell-text.ts";
import { boundOf, type Condition, hasRange, instantOf } from "../grid/conditions.ts";
import type { ResultRows } from "../grid/rows.ts";
import { zone } from "../platform/preferences.ts";
import { timeText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import type { Arranged } from "./arrangement.ts";
import { ColumnValues } from "./column-values.tsx";
import { groupBy, setConditions, showColumn, sortBy } from "./view.ts";

/** The column whose menu is open, the heading below which it stands, and the row that is active. */
export interface MenuPlace {
  readonly column: number;
  readonly heading: HTMLElement;
  readonly row: number | undefined;
}

interface ColumnMenuProps {
  readonly place: MenuPlace;
  readonly rows: ResultRows;
  readonly arranged: Arranged;
  /** The focus goes back to where it was. */
  readonly close: () => void;
}

/** What can be done with a column: filter, sort and group by it. It stands over the page until one is done with it. */
export function ColumnMenu(props: ColumnMenuProps): JSX.Element {
  const heading = createUniqueId();
  let panel: HTMLElement | undefined;
  const column = () => props.place.column;
  const name = () => props.rows.columns[column()]?.name ?? "";
  const type = () => props.rows.columns[column()]?.type ?? "string";
  const own = createMemo(() => props.arranged.conditions().filter((one) => one.column === column()));
  const set = (kinds: readonly Condition["kind"][], added: readonly Condition[] = []) =>
    setConditions(props.rows.columns, column(), kinds, added);
  const way = () => {
    const sorting = props.arranged.sorting();
    if (sorting?.column !== column()) return "none";
    return sorting.descending ? "descending" : "ascending";
  };
  const isGrouped = () => props.arranged.groupedBy().includes(column());
  /** Does something after which the menu has nothing more to say. */
  const andClose = (work: () => void) => () => {
    work();
    props.close();
  };
  /** Puts the menu under its heading, or as far below as the window has room for it. */
  const place = () => {
    const box = props.place.heading.getBoundingClientRect();
    if (panel === undefined) return;
    panel.style.left = `${Math.max(8, Math.min(box.left, innerWidth - panel.offsetWidth - 8))}px`;
    panel.style.top = `${Math.max(8, Math.min(box.bottom, innerHeight - panel.offsetHeight - 8))}px`;
  };
  // It grows when the column's values have been counted.
  const sizes = new ResizeObserver(place);
  onMount(() => {
    if (panel === undefined) return;
    panel.showPopover();
    place();
    sizes.observe(panel);
    panel.querySelector<HTMLElement>("input, button")?.focus();
  });
  onCleanup(() => {
    sizes.disconnect();
    if (panel?.matches(":popover-open") === true) panel.hidePopover();
  });
  const value = () => {
    const { row } = props.place;
    return row === undefined ? undefined : { cell: props.rows.cell(row, column()) };
  };
  const only = (kind: "in" | "out", cell: ReturnType<ResultRows["cell"]>) => {
    const before = own().find((one) => one.kind === kind);
    const values = kind === "out" && before !== undefined && "values" in before ? before.values : [];
    set(kind === "in" ? ["in", "out"] : ["out"], [{ column: column(), kind, values: [...values, cell] }]);
  };
  return (
    <section
      ref={(element) => (panel = element)}
      class="column-menu"
      role="dialog"
      aria-labelledby={heading}
      popover="auto"
      onToggle={(event) => event.newState === "closed" && props.close()}
    >
      <h2 id={heading}>
        {visible(name())} <span class="type">{type()}</span>
      </h2>
      <TextCondition kind="has" title="Has the text" own={own()} column={column()} set={set} />
      <TextCondition kind="lacks" title="Lacks the text" own={own()} column={column()} set={set} />
      <Show when={hasRange(type())}>
        <div class="bounds">
          <BoundCondition kind="from" title="From" type={type()} own={own()} column={column()} set={set} />
          <BoundCondition kind="to" title="To" type={type()} own={own()} column={column()} set={set} />
        </div>
      </Show>
      <Show when={value()}>
        {(found) => (
          <p class="value-actions">
            <span class="hint">The active row has</span>
            <span class="shown">{cellText(found().cell, type(), zone()) || "(empty)"}</span>
            <button type="button" onClick={andClose(() => only("in", found().cell))}>
              Only this
            </button>
            <button type="button" onClick={andClose(() => only("out", found().cell))}>
              Without it
            </button>
          </p>
        )}
      </Show>
      <ColumnValues rows={props.rows} arranged={props.arranged} column={column()} set={set} />
      <div class="actions">
        <button
          type="button"
          aria-pressed={way() === "ascending"}
          onClick={andClose(() => sortBy(name(), way() === "ascending" ? "none" : "ascending"))}
        >
          Sort ↑
        </button>
        <button
          type="button"
          aria-pressed={way() === "descending"}
          onClick={andClose(() => sortBy(name(), way() === "descending" ? "none" : "descending"))}
        >
          Sort ↓
        </button>
        <button type="button" onClick={andClose(() => groupBy(name(), !isGrouped()))}>
          {isGrouped() ? "Do not group" : "Group by it"}
        </button>
        <button type="button" onClick={andClose(() => showColumn(name(), false))}>
          Hide
        </button>
        <Show when={own().length > 0}>
          <button type="button" onClick={andClose(() => set(["has", "lacks", "from", "to", "in", "out"]))}>
            Clear
          </button>
        </Show>
      </div>
    </section>
  );
}

interface FieldProps {
  readonly title: string;
  readonly column: number;
  /** The conditions on the column. */
  readonly own: readonly Condition[];
  readonly set: (kinds: readonly Condition["kind"][], added?: readonly Condition[]) => void;
}

function textOf(own: readonly Condition[], kind: Condition["kind"]): string {
  const found = own.find((one) => one.kind === kind);
  return found !== undefined && "text" in found ? found.text : "";
}

function TextCondition(props: FieldProps & { readonly kind: "has" | "lacks" }): JSX.Element {
  const change = (text: string) =>
    props.set([props.kind], text === "" ? [] : [{ column: props.column, kind: props.kind, text }]);
  return (
    <label>
      <span>{props.title}</span>
      <input
        type="text"
        spellcheck={false}
        autocomplete="off"
        value={textOf(props.own, props.kind)}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </label>
  );
}

const examples: Readonly<Record<string, string>> = {
  datetime: "2026-10-14 03:00",
  timespan: "1h or 1.02:03:04",
};

/** A bound of a range; times are those of the zone in which the page shows them, and stand in the address as UTC. */
function BoundCondition(props: FieldProps & { readonly kind: "from" | "to"; readonly type: string }): JSX.Element {
  const [isWrong, setWrong] = createSignal(false);
  const note = createUniqueId();
  const shown = () => {
    const text = textOf(props.own, props.kind);
    return props.type === "datetime" ? timeText(text, zone()) : text;
  };
  const change = (written: string) => {
    const text = props.type === "datetime" ? inUtc(written) : written.trim();
    const isBound = boundOf(text, props.type) !== undefined;
    setWrong(written.trim() !== "" && !isBound);
    if (isBound || written.trim() === "") {
      props.set([props.kind], isBound ? [{ column: props.column, kind: props.kind, text }] : []);
    }
  };
  return (
    <label>
      <span>{props.title}</span>
      <input
        type="text"
        spellcheck={false}
        autocomplete="off"
        placeholder={examples[props.type] ?? "0"}
        value={shown()}
        aria-invalid={isWrong()}
        aria-describedby={isWrong() ? note : undefined}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <Show when={isWrong()}>
        <span class="wrong" id={note}>
          not like {examples[props.type] ?? "12.5"}
        </span>
      </Show>
    </label>
  );
}

/** What was written as a time of the zone that is shown, in UTC; as it is where it is no time. */
function inUtc(written: string): string {
  const text = instantOf(written.trim());
  if (text === undefined || zone() === "utc" || /z$/i.test(written.trim())) return text ?? written;
  const [whole, fraction] = [text.slice(0, 19), text.slice(19)];
  return `${new Date(whole).toISOString().slice(0, 19)}${fraction}`;
}
