import type { AnswerOf, Routes } from "@calypso/contract";
import { createResource, createRoot, createSignal } from "solid-js";
import { client, reloadSchema } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";

export type Saved = AnswerOf<Routes["savedQueries"]>["saved"][number];
export type RuleQuery = AnswerOf<Routes["savedQueries"]>["ofRules"][number];

/** What the form about a saved query holds. */
export type Draft = Pick<Saved, "kind" | "name" | "folder" | "description" | "parameters">;

/** Asked for when they are first looked at. */
const [wanted, setWanted] = createSignal(false);
const [all, { mutate, refetch }] = createRoot(() =>
  createResource(
    () => wanted() || undefined,
    () => client.call("savedQueries", {}),
  ),
);

/** All that is kept, and the queries of rules. */
export { all as savedQueries };

/** Asks for what is kept, anew where it was asked for before. */
export function lookUpSaved(): void {
  if (wanted()) void refetch();
  else setWanted(true);
}

/** Keeps a text under a new name, or in the place of the saved one that is given. */
export async function keepQuery(draft: Draft, text: string, before: Saved | undefined): Promise<Saved | undefined> {
  const body = { ...draft, text };
  const answer =
    before === undefined
      ? await client.call("saveQuery", { body })
      : await client.call("changeSavedQuery", {
          params: { id: before.id },
          body: { ...body, version: before.version },
        });
  took(answer.saved, draft.kind);
  tell(`${draft.name} is saved`);
  return answer.saved.find(({ id }) => id === answer.id);
}

export async function removeSaved({ id, kind, name }: Saved): Promise<void> {
  took((await client.call("removeSavedQuery", { params: { id } })).saved, kind);
  tell(`${name} is removed`);
}

function took(saved: readonly Saved[], kind: Saved["kind"]): void {
  mutate((before) => ({ saved: [...saved], ofRules: before?.ofRules ?? [] }));
  // What queries can name has changed.
  if (kind === "function") void reloadSchema();
}
