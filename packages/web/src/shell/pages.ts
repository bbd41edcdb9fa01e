import type { Component } from "solid-js";
import { HuntPage } from "../hunt/hunt-page.tsx";
import { TablesPage } from "../tables/tables-page.tsx";
import { KeysPage } from "./keys-page.tsx";

/** A page of the application. */
export interface Page {
  readonly path: string;
  readonly name: string;
  readonly component: Component;
}

/** Every page, in the order of the navigation; the first is shown where no other is asked for. */
export const pages: readonly [Page, ...Page[]] = [
  { path: "/hunt", name: "Hunt", component: HuntPage },
  { path: "/tables", name: "Tables", component: TablesPage },
  { path: "/keys", name: "Keys", component: KeysPage },
];
