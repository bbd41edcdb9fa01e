import { For, type JSX, Show } from "solid-js";
import { cellText } from "../grid/cell-text.ts";
import type { Condition } from "../grid/conditions.ts";
import type { GridColumn } from "../grid/rows.ts";
import { zone } from "../platform/preferences.ts";
import { visible } from "../text/visible.ts";
import { clearConditions, groupBy, setConditions } from "./view.ts";

/** The conditions and groups that the rows are looked at with, each of which can be taken away. */
export function Chips(props: {
  readonly columns: readonly GridColumn[];
  readonly conditions: readonly Condition[];
  readonly groupedBy: readonly number[];
}): JSX.Element {
  const name = (column: number) => props.columns[column]?.name ?? "";
  return (
    <Show when={props.conditions.length + props.groupedBy.length > 0}>
      <ul class="chips" aria-label="How the rows are looked at">
        <For each={props.conditions}>
          {(condition) => (
            <Chip
              text={conditionText(condition, props.columns)}
              remove={() => setConditions(props.columns, condition.column, [condition.kind])}
            />
          )}
        </For>
        <For each={props.groupedBy}>
          {(column) => <Chip text={`Groups by ${visible(name(column))}`} remove={() => groupBy(name(column), false)} />}
        </For>
        <Show when={props.conditions.length > 1}>
          <li>
            <button type="button" class="quiet" onClick={clearConditions}>
              Clear all filters
            </button>
          </li>
        </Show>
      </ul>
    </Show>
  );
}

function Chip(props: { readonly text: string; readonly remove: () => void }): JSX.Element {
  return (
    <li class="chip">
      <span>{props.text}</span>
      <button type="button" class="quiet" aria-label={`Remove: ${props.text}`} onClick={props.remove}>
        ✕
      </button>
    </li>
  );
}

const words = { has: "has", lacks: "lacks", from: "≥", to: "≤", in: "is", out: "is not" } as const;

/** The most values that a chip names. */
const named = 3;

function conditionText(condition: Condition, columns: readonly GridColumn[]): string {
  const { name = "", type = "string" } = columns[condition.column] ?? {};
  const shown = "values" in condition ? condition.values : [condition.text];
  const texts = shown.slice(0, named).map((value) => {
    const text = cellText(value, type, zone()) || "(empty)";
    return condition.kind === "has" || condition.kind === "lacks" ? `“${text}”` : text;
  });
  const rest = shown.length > named ? ` and ${shown.length - named} more` : "";
  return `${visible(name)} ${words[condition.kind]} ${texts.join(", ")}${rest}`;
}
