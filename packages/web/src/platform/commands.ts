import { createSignal, onCleanup } from "solid-js";

/** Something that can be done from anywhere, by its name or by keys. */
export interface Command {
  readonly name: string;
  /** As it is shown: `Shift Enter`. */
  readonly keys?: string;
  readonly run: () => void;
}

const [lists, setLists] = createSignal<readonly (readonly Command[])[]>([]);

/** Every command that is there now, in the order of what offers them. */
export function commands(): readonly Command[] {
  return lists().flat();
}

/** Offers commands as long as the component that calls this is shown. */
export function offer(list: readonly Command[]): void {
  setLists((before) => [list, ...before]);
  onCleanup(() => setLists((before) => before.filter((other) => other !== list)));
}

const [told, setTold] = createSignal("");

/** What was last done, for the line that screen readers read out. */
export { told };

/** Says what was done. */
export function tell(text: string): void {
  setTold(text);
}
