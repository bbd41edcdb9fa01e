import { createSignal } from "solid-js";

/** A text of a rule that was changed and is not saved. */
export interface Draft {
  readonly text: string;
  /** The version of the file that it was begun with: what another saves meanwhile is a conflict, not lost. */
  readonly seen: string;
}

const [drafts, setDrafts] = createSignal<ReadonlyMap<string, Draft>>(new Map());

/** The draft of a rule, by the rule's key; it stays while other pages are looked at. */
export function draftOf(key: string): Draft | undefined {
  return drafts().get(key);
}

/** Keeps the draft of a rule in place of the one before, or forgets it. */
export function keepDraft(key: string, draft: Draft | undefined): void {
  const others = [...drafts()].filter(([other]) => other !== key);
  setDrafts(new Map(draft === undefined ? others : [...others, [key, draft]]));
}

addEventListener("beforeunload", (event) => drafts().size > 0 && event.preventDefault());
