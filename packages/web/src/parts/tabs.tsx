import { For, type JSX, Show } from "solid-js";
import { place } from "../platform/router.ts";
import { countText } from "../text/times.ts";

/** A part of a page that has an address of its own. */
export interface Tab {
  /** In the address as `tab`; empty for the first. */
  readonly name: string;
  readonly title: string;
  readonly count?: number | undefined;
}

/** The name of the tab that the address names. */
export function currentTab(): string {
  return place().query.get("tab") ?? "";
}

/** Links to the parts of a page; all else of the address stays. */
export function Tabs(props: { readonly about: string; readonly tabs: readonly Tab[] }): JSX.Element {
  const address = (name: string) => {
    const query = new URLSearchParams(place().query);
    query.delete("after");
    if (name === "") query.delete("tab");
    else query.set("tab", name);
    return `${place().path}${query.size === 0 ? "" : `?${query}`}`;
  };
  return (
    <nav class="tabs" aria-label={props.about}>
      <For each={props.tabs}>
        {(tab) => (
          <a href={address(tab.name)} aria-current={currentTab() === tab.name ? "page" : undefined}>
            {tab.title}
            <Show when={tab.count !== undefined}>
              <span class="count">{countText(tab.count ?? 0)}</span>
            </Show>
          </a>
        )}
      </For>
    </nav>
  );
}
