import { For, type JSX, Show } from "solid-js";
import { amend, place } from "../platform/router.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";

/** A value to choose, and how many there are of it. */
export interface FacetValue {
  readonly value: string;
  /** As it is shown; the value itself where absent. */
  readonly title?: string;
  readonly count?: number;
}

/** Values of one property of a list, of which those that are chosen stand in the address; all where none is. */
export function Facet(props: {
  readonly title: string;
  /** The parameter of the address. */
  readonly name: string;
  readonly values: readonly FacetValue[];
}): JSX.Element {
  const chosen = () => place().query.getAll(props.name);
  /** Those that are chosen are shown even where none is left of them. */
  const values = () => [
    ...props.values,
    ...chosen()
      .filter((value) => !props.values.some((other) => other.value === value))
      .map((value): FacetValue => ({ value, count: 0 })),
  ];
  const toggle = (value: string) => {
    const others = chosen().filter((other) => other !== value);
    amend({ [props.name]: others.length === chosen().length ? [...others, value] : others, after: undefined });
  };
  return (
    <Show when={values().length > 0}>
      <fieldset class="facet">
        <legend>{props.title}</legend>
        <For each={values()}>
          {({ value, title, count }) => (
            <label>
              <input type="checkbox" checked={chosen().includes(value)} onChange={() => toggle(value)} />
              <span>{visible(title ?? value)}</span>
              <Show when={count !== undefined}>
                <span class="count">{countText(count ?? 0)}</span>
              </Show>
            </label>
          )}
        </For>
      </fieldset>
    </Show>
  );
}
