import type { AnswerOf, Routes } from "@calypso/contract";
import { onCleanup } from "solid-js";
import { client } from "./client.ts";

/** Something that happened at the service, whoever did it. */
export type Happening = AnswerOf<Routes["events"]>;

const listeners = new Set<(happening: Happening) => void>();
let leaving: AbortController | undefined;
/** After a failure it is tried again, with growing pauses, in milliseconds. */
const pauses = [1000, 2000, 5000, 15_000];

/** Tells of what happens as long as the component that calls this is shown. All listeners share one connection. */
export function listen(tell: (happening: Happening) => void): void {
  listeners.add(tell);
  if (leaving === undefined) void follow();
  onCleanup(() => {
    listeners.delete(tell);
    // Another page may begin to listen at once.
    queueMicrotask(() => {
      if (listeners.size > 0) return;
      leaving?.abort();
      leaving = undefined;
    });
  });
}

/** Listens until nobody does any more; after an interruption from the last event on. */
async function follow(): Promise<void> {
  const mine = new AbortController();
  leaving = mine;
  let after: string | undefined;
  let failures = 0;
  while (!mine.signal.aborted) {
    try {
      const call = { signal: mine.signal, ...(after === undefined ? {} : { after }) };
      for await (const { id, data } of client.events("events", call)) {
        failures = 0;
        after = id ?? after;
        for (const tell of listeners) tell(data);
      }
    } catch {
      // The pages ask anew for what they show and say there what is wrong.
    }
    if (mine.signal.aborted) return;
    const pause = pauses[Math.min(failures, pauses.length - 1)];
    failures += 1;
    await new Promise((resolve) => setTimeout(resolve, pause));
    // What was missed before the first event of a connection is not known.
    if (after === undefined)
      for (const tell of listeners) tell({ kind: "again", why: "the connection was interrupted" });
  }
}
