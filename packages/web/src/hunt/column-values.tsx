import { createEffect, createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import { cellText } from "../grid/cell-text.ts";
import type { Condition } from "../grid/conditions.ts";
import { arranged } from "../grid/order.ts";
import type { Cell, ResultRows } from "../grid/rows.ts";
import { inSlices, type Work } from "../grid/slices.ts";
import { type ValueCount, valuesOf } from "../grid/values.ts";
import { zone } from "../platform/preferences.ts";
import { countText } from "../text/times.ts";
import type { Arranged } from "./arrangement.ts";

/** More different values are no list to choose from. */
const most = 500;

/** The values of a column among the rows that meet all other conditions, to choose some of. */
export function ColumnValues(props: {
  readonly rows: ResultRows;
  readonly arranged: Arranged;
  readonly column: number;
  readonly set: (kinds: readonly Condition["kind"][], added?: readonly Condition[]) => void;
}): JSX.Element {
  const [values, setValues] = createSignal<readonly ValueCount[] | "many">();
  const type = () => props.rows.columns[props.column]?.type ?? "string";
  const chosen = (): readonly Cell[] => {
    const found = props.arranged.conditions().find(({ column, kind }) => column === props.column && kind === "in");
    return found !== undefined && "values" in found ? found.values : [];
  };
  createEffect(() => {
    const { rows, column } = props;
    const { filter, columns, conditions } = props.arranged;
    const others = conditions().filter((one) => one.column !== column);
    const asked = { filter: filter(), columns: columns(), sorting: undefined, conditions: others };
    const work = function* (): Work<readonly ValueCount[] | "many"> {
      const shown = yield* arranged(rows, asked);
      return (yield* valuesOf(rows, shown, column, most)) ?? "many";
    };
    const stopped = new AbortController();
    onCleanup(() => stopped.abort());
    void inSlices(work(), stopped.signal, () => undefined).then((found) => {
      if (!stopped.signal.aborted) setValues(found);
    });
  });
  /** Those that are chosen are shown even where no row has them any more. */
  const shown = () => {
    const list = values();
    if (list === undefined || list === "many") return chosen().map((value): ValueCount => ({ value, count: 0 }));
    const gone = chosen().filter((value) => !list.some((one) => one.value === value));
    return [...list, ...gone.map((value): ValueCount => ({ value, count: 0 }))];
  };
  const toggle = (value: Cell) => {
    const others = chosen().filter((other) => other !== value);
    const now = others.length === chosen().length ? [...others, value] : others;
    props.set(["in"], now.length === 0 ? [] : [{ column: props.column, kind: "in", values: now }]);
  };
  return (
    <fieldset class="column-values">
      <legend>Values</legend>
      <Show when={values() === undefined}>
        <p class="hint">counting…</p>
      </Show>
      <Show when={values() === "many"}>
        <p class="hint">More than {countText(most)} different ones: filter by text or range.</p>
      </Show>
      <For each={shown()}>
        {({ value, count }) => (
          <label>
            <input type="checkbox" checked={chosen().includes(value)} onChange={() => toggle(value)} />
            <span class="shown">{cellText(value, type(), zone()) || "(empty)"}</span>
            <span class="count">{countText(count)}</span>
          </label>
        )}
      </For>
    </fieldset>
  );
}
