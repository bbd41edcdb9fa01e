import { createSignal } from "solid-js";
import { keep, read } from "../platform/preferences.ts";

/** A query that was run here. */
export interface Past {
  readonly text: string;
  /** Its range, as addresses have it. */
  readonly range: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The most that are kept. */
const most = 100;

const [past, setPast] = createSignal<readonly Past[]>(kept());

/** The queries that were run in this browser, the last first. */
export { past };

/** Remembers a query; one that was run before moves to the front. */
export function remember(query: Past): void {
  const others = past().filter(({ text }) => text !== query.text);
  setPast([query, ...others].slice(0, most));
  keep("history", JSON.stringify(past()));
}

export function forget(): void {
  setPast([]);
  keep("history", "[]");
}

function kept(): readonly Past[] {
  try {
    const list: unknown = JSON.parse(read("history") ?? "[]");
    return Array.isArray(list) ? list.filter(isPast) : [];
  } catch {
    return [];
  }
}

function isPast(value: unknown): value is Past {
  if (typeof value !== "object" || value === null) return false;
  return ["text", "range", "at"].every((name) => typeof Reflect.get(value, name) === "string");
}
