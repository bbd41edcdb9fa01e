import { For, type JSX, Show } from "solid-js";
import { visible } from "../text/visible.ts";
import { entityAddress, typeText } from "./texts.ts";

/** Entities as links to their pages. */
export function EntityLinks(props: {
  readonly of: readonly { readonly type: string; readonly name: string; readonly label: string }[];
  /** From when their pages look back. */
  readonly at?: string | undefined;
  /** The most to show. */
  readonly most?: number;
}): JSX.Element {
  const shown = () => props.of.slice(0, props.most ?? props.of.length);
  return (
    <span class="entities">
      <For each={shown()}>
        {(entity) => (
          <a href={entityAddress(entity, props.at)} title={`${typeText(entity.type)} ${visible(entity.label)}`}>
            {visible(entity.label)}
          </a>
        )}
      </For>
      <Show when={props.of.length > shown().length}>
        <span class="aside">and more</span>
      </Show>
    </span>
  );
}
