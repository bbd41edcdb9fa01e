import type { AnswerOf, Routes } from "@calypso/contract";
import { createEffect, createSignal, on, onCleanup } from "solid-js";
import { client } from "../platform/client.ts";

/** What the service says about a text without running it. */
export type Checked = AnswerOf<Routes["checkQuery"]>;

/** How long a text has to rest before it is checked, in milliseconds. */
const rest = 300;

/** Checks a text whenever it has changed and rests; `undefined` while there is nothing to say. */
export function createCheck(text: () => string): () => Checked | undefined {
  const [checked, setChecked] = createSignal<Checked>();
  let leaving = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    leaving.abort();
  };
  createEffect(
    on(text, (now) => {
      stop();
      if (now.trim() === "") {
        setChecked(undefined);
        return;
      }
      const mine = new AbortController();
      leaving = mine;
      timer = setTimeout(() => {
        client.call("checkQuery", { body: { text: now }, signal: mine.signal }).then(
          (answer) => setChecked(answer),
          // The run tells of it when the service cannot be reached.
          () => undefined,
        );
      }, rest);
    }),
  );
  onCleanup(stop);
  return checked;
}
