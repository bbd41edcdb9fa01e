import type { RequestOf, Routes } from "@calypso/contract";
import { rangeOf } from "../hunt/time-range.tsx";
import { place } from "../platform/router.ts";

export type QueueQuery = RequestOf<Routes["incidents"]>["query"];

const lists = ["status", "severity", "owner", "rule", "tactic", "label", "classification", "sla"] as const;

/** What the address asks of the queue; the server refuses what is no value of its own. */
export function filterOfAddress(): QueueQuery {
  const { query } = place();
  const range = rangeOf(query.get("range") ?? "");
  const texts = ["text", "entity"].flatMap((name) => {
    const value = query.get(name);
    return value === null || value.trim() === "" ? [] : [[name, value]];
  });
  const chosen = lists.flatMap((name) => {
    const values = query.getAll(name);
    return values.length === 0 ? [] : [[name, values]];
  });
  // Of the form of the route, whose values the server checks.
  return { ...Object.fromEntries([...texts, ...chosen]), ...range } as QueueQuery;
}

/** The same with the order and the page. */
export function requestOfAddress(): QueueQuery {
  const { query } = place();
  const parts = ["sort", "after"].flatMap((name) => (query.has(name) ? [[name, query.get(name)]] : []));
  return { ...filterOfAddress(), ...Object.fromEntries(parts), limit: 50 } as QueueQuery; // As above.
}
