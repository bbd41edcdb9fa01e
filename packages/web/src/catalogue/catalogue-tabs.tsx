import type { JSX } from "solid-js";
import { place } from "../platform/router.ts";

/** The lists of the catalogue. */
export function CatalogueTabs(): JSX.Element {
  const current = (path: string) => (place().path === path ? "page" : undefined);
  return (
    <nav class="tabs" aria-label="Catalogue">
      <a href="/catalogue" aria-current={current("/catalogue")}>
        Rules
      </a>
      <a href="/catalogue/tables" aria-current={current("/catalogue/tables")}>
        Tables and fields
      </a>
      <a href="/catalogue/sources" aria-current={current("/catalogue/sources")}>
        Sources
      </a>
    </nav>
  );
}
