import { createSignal } from "solid-js";

/** Where the page is: the path, and the parameters of its state. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly hash: string;
  /** Whether a page of ours asked to do at once what the address says; no link from elsewhere can. */
  readonly atOnce: boolean;
}

const [place, setPlace] = createSignal<Place>(current());

/** The place that the page shows. */
export { place };

addEventListener("popstate", () => setPlace(current()));

/** Goes to a place of the application. */
export function go(to: string, { atOnce = false }: { readonly atOnce?: boolean } = {}): void {
  history.pushState({ atOnce }, "", to);
  setPlace(current());
}

/** Values of parameters by their names; none where `undefined`. */
type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Changes parameters of the place that is shown, without a step to go back. */
export function amend(changes: Parameters, hash?: string): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    url.searchParams.delete(name);
    for (const one of value === undefined ? [] : [value].flat()) url.searchParams.append(name, one);
  }
  if (hash !== undefined) url.hash = hash;
  history.replaceState(null, "", url);
  setPlace(current());
}

/** Lets links of the application change the place without loading the page anew. */
export function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.origin !== location.origin || link.target !== "" || link.hasAttribute("download")) return;
  if (link.getAttribute("href")?.startsWith("#") === true || link.pathname.startsWith("/api/")) return;
  event.preventDefault();
  // Only links that the application wrote itself ask for more than to be shown.
  go(link.href, { atOnce: link.dataset["atOnce"] !== undefined });
}

function current(): Place {
  const state: unknown = history.state;
  const atOnce = typeof state === "object" && state !== null && Reflect.get(state, "atOnce") === true;
  return { path: location.pathname, query: new URLSearchParams(location.search), hash: location.hash.slice(1), atOnce };
}
