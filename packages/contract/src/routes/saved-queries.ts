import Type from "typebox";
import type { Route } from "../route.js";
import { strict } from "./queries.js";

const Kind = Type.Enum(["query", "function"]);

const Saved = Type.Object({
  id: Type.String(),
  kind: Kind,
  name: Type.String(),
  folder: Type.String({ description: "Names of folders with `/` between; empty at the top." }),
  description: Type.String(),
  parameters: Type.String({ description: "Of a function, as KQL writes them: `(least: long = 2)`." }),
  text: Type.String(),
  version: Type.Integer(),
  changedAt: Type.String({ format: "date-time" }),
  changedBy: Type.String(),
});

/** A query of the rules that the service has. */
const RuleQuery = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.String({ description: "`Hunting` for those that are run on demand." }),
  description: Type.String(),
  text: Type.String(),
  tactics: Type.Array(Type.String()),
});

const Draft = {
  kind: Kind,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  folder: Type.String({ maxLength: 300 }),
  description: Type.String({ maxLength: 4000 }),
  parameters: Type.String({ maxLength: 10_000 }),
  text: Type.String({ minLength: 1, maxLength: 300_000 }),
};

const All = Type.Object({ saved: Type.Array(Saved), ofRules: Type.Array(RuleQuery) });
const Named = Type.Object({ id: Type.String({ maxLength: 100 }) });

export const savedQueryRoutes = {
  savedQueries: {
    method: "GET",
    path: "/saved-queries",
    tag: "Saved queries",
    about: "The queries and functions that users keep, and the queries of the rules and hunts that are here.",
    access: "reader",
    answer: All,
  },
  saveQuery: {
    method: "POST",
    path: "/saved-queries",
    tag: "Saved queries",
    about: "Keeps a query, or a function that every query can call at once; a function needs the role engineer.",
    access: "responder",
    body: Type.Object(Draft, strict),
    answer: Type.Object({ id: Type.String(), saved: Type.Array(Saved) }),
  },
  changeSavedQuery: {
    method: "PUT",
    path: "/saved-queries/:id",
    tag: "Saved queries",
    about: "Changes a saved query or function of this version; a function needs the role engineer.",
    access: "responder",
    params: Named,
    body: Type.Object({ ...Draft, version: Type.Integer({ minimum: 1 }) }, strict),
    answer: Type.Object({ id: Type.String(), saved: Type.Array(Saved) }),
  },
  removeSavedQuery: {
    method: "DELETE",
    path: "/saved-queries/:id",
    tag: "Saved queries",
    about: "Removes a saved query, or a function, which needs the role engineer.",
    access: "responder",
    params: Named,
    answer: Type.Object({ saved: Type.Array(Saved) }),
  },
  savedQueryChanges: {
    method: "GET",
    path: "/saved-queries/:id/changes",
    tag: "Saved queries",
    about: "What was done to a saved query, by whom, and each text that it had; the last first.",
    access: "reader",
    params: Named,
    answer: Type.Object({
      changes: Type.Array(
        Type.Object({
          at: Type.String({ format: "date-time" }),
          by: Type.String(),
          kind: Type.Enum(["saved", "changed", "removed"]),
          name: Type.String(),
          text: Type.String(),
        }),
      ),
    }),
  },
} as const satisfies Record<string, Route>;
