import { createSignal } from "solid-js";
import { type Json, NumberText, readJson } from "../grid/tree.ts";
import type { Event } from "./trace.ts";

/** An event as it was kept from a row, or typed: the table's name and JSON. */
export interface WrittenEvent {
  readonly table: string;
  readonly json: string;
}

const [keptEvent, keepEvent] = createSignal<WrittenEvent>({ table: "", json: "" });

/** The event that was last kept to be followed; as long as the page is open. */
export { keepEvent, keptEvent };

/** The event of a JSON object: its values, numbers with all their digits; why there is none, where the text is none. */
export function eventOf({ table, json }: WrittenEvent): Event | string {
  if (table.trim() === "") return "name the table of the event";
  const read = readJson(json)?.value;
  const one = Array.isArray(read) && read.length === 1 ? read[0] : read;
  if (typeof one !== "object" || one === null || Array.isArray(one) || one instanceof NumberText) {
    return 'the event is a JSON object, such as a row of results: {"UserPrincipalName": "ann@contoso.example"}';
  }
  const cells = Object.entries<Json>(one as Readonly<Record<string, Json>>).map(([name, value]) => {
    if (value instanceof NumberText) return [name, value.text] as const;
    return [name, typeof value === "object" && value !== null ? JSON.stringify(value) : value] as const;
  });
  return { table: table.trim(), cells: Object.fromEntries(cells) };
}
