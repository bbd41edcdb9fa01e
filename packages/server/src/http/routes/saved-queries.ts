import { mayDo } from "@calypso/contract";
import {
  type Act,
  changeQuery,
  changesOf,
  removeQuery,
  savedQueries,
  saveQuery,
} from "../../saved-queries/saved-queries.js";
import type { Asked, Handlers } from "../handler.js";
import { Refusal } from "../problems.js";
import type { Served } from "../served.js";

type Names = "savedQueries" | "saveQuery" | "changeSavedQuery" | "removeSavedQuery" | "savedQueryChanges";

export function savedQueryHandlers({ workspace, state, rules }: Served): Handlers<Names> {
  const { store, ownFunctions, clock, ids } = workspace;
  const place = { state, store, ownFunctions };
  const all = async () =>
    (await savedQueries(state)).map(({ changedAt, ...saved }) => ({ ...saved, changedAt: changedAt.toISOString() }));
  const act = ({ user }: Asked, kind: "query" | "function" | undefined): Act => {
    if (user === undefined) throw new Refusal("not-signed-in", "sign in first, or send a token");
    // A function changes what other queries mean, those of rules among them.
    if (kind === "function" && !mayDo(user.role, "engineer")) {
      throw new Refusal("forbidden", "a function needs the role engineer, since rules may call it");
    }
    return { by: user.name, at: clock() };
  };
  return {
    savedQueries: async () => ({
      saved: await all(),
      ofRules: rules.loaded().rules.flatMap((rule) =>
        rule.query.text.trim() === ""
          ? []
          : [
              {
                ...{ id: rule.id, name: rule.name, kind: rule.kind, text: rule.query.text },
                description: rule.description ?? "",
                tactics: [...rule.tactics],
              },
            ],
      ),
    }),
    saveQuery: async ({ body }, asked) => {
      const id = ids();
      await saveQuery(place, id, body, act(asked, body.kind));
      return { id, saved: await all() };
    },
    changeSavedQuery: async ({ params: { id }, body: { version, ...draft } }, asked) => {
      await changeQuery(place, id, version, draft, act(asked, draft.kind));
      return { id, saved: await all() };
    },
    removeSavedQuery: async ({ params: { id } }, asked) => {
      const found = (await savedQueries(state)).find((saved) => saved.id === id);
      await removeQuery(place, id, act(asked, found?.kind));
      return { saved: await all() };
    },
    savedQueryChanges: async ({ params: { id } }) => ({
      changes: (await changesOf(state, id)).map(({ at, ...change }) => ({ ...change, at: at.toISOString() })),
    }),
  };
}
