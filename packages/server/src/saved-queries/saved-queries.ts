import type { OwnFunctions } from "../functions/own-functions.js";
import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";
import type { Store } from "../store/store.js";
import { checkFunction } from "./check-function.js";

/** A query or function that somebody keeps. */
export interface SavedQuery {
  readonly id: string;
  readonly kind: "query" | "function";
  readonly name: string;
  readonly folder: string;
  readonly description: string;
  readonly parameters: string;
  readonly text: string;
  readonly version: number;
  readonly changedAt: Date;
  readonly changedBy: string;
}

/** What is to be kept. */
export type Draft = Pick<SavedQuery, "kind" | "name" | "folder" | "description" | "parameters" | "text">;

/** Where saved queries are kept, and what of the workspace they become a part of. */
export interface SavedQueriesPlace {
  readonly state: State;
  readonly store: Store;
  readonly ownFunctions: OwnFunctions;
}

/** Who changes something, and when. */
export interface Act {
  readonly by: string;
  readonly at: Date;
}

/** All that is kept, by folder and name. */
export async function savedQueries({ db }: State): Promise<readonly SavedQuery[]> {
  const rows = await db
    .selectFrom("saved_queries")
    .selectAll()
    .orderBy("folder")
    .orderBy("name")
    .orderBy("id")
    .execute();
  return rows.map(({ changed_at, changed_by, ...row }) => ({ ...row, changedAt: changed_at, changedBy: changed_by }));
}

/** Makes the saved functions known to queries. */
export async function takeUpFunctions({ state, store, ownFunctions }: SavedQueriesPlace): Promise<void> {
  const all = await savedQueries(state);
  const functions = all.filter(({ kind }) => kind === "function");
  ownFunctions.replace(functions.map(({ name, parameters, text }) => ({ name, parameters, body: text })));
  store.namesChanged();
}

/** Keeps a query or function under a new id. */
export async function saveQuery(place: SavedQueriesPlace, id: string, draft: Draft, { by, at }: Act): Promise<void> {
  const row = await checked(place, draft);
  await place.state.db.transaction().execute(async (db) => {
    await freeName(db, id, row);
    await db
      .insertInto("saved_queries")
      .values({ id, ...row, version: 1, changed_at: at, changed_by: by })
      .execute();
    await db
      .insertInto("saved_query_changes")
      .values({ query_id: id, at, by, kind: "saved", name: row.name, text: row.text })
      .execute();
  });
  if (row.kind === "function") await takeUpFunctions(place);
}

/** Changes a saved query; refused where it is not of this version any more. */
export async function changeQuery(
  place: SavedQueriesPlace,
  id: string,
  version: number,
  draft: Draft,
  { by, at }: Act,
): Promise<void> {
  const row = await checked(place, draft);
  await place.state.db.transaction().execute(async (db) => {
    await freeName(db, id, row);
    const found = await db
      .selectFrom("saved_queries")
      .select(["version", "changed_by", "kind"])
      .where("id", "=", id)
      // Who changes it at the same time waits, and sees this change.
      .forUpdate()
      .executeTakeFirst();
    if (found === undefined) throw unknown();
    if (found.version !== version) {
      throw new Failure("saved-query-refused", `${found.changed_by} has changed it meanwhile`, {
        hint: "open it again, and save your text as a new one if you need both",
      });
    }
    if (found.kind !== row.kind) throw new Failure("saved-query-refused", `it is a ${found.kind}, and stays one`);
    await db
      .updateTable("saved_queries")
      .set({ ...row, version: version + 1, changed_at: at, changed_by: by })
      .where("id", "=", id)
      .execute();
    await db
      .insertInto("saved_query_changes")
      .values({ query_id: id, at, by, kind: "changed", name: row.name, text: row.text })
      .execute();
  });
  if (row.kind === "function") await takeUpFunctions(place);
}

/** Removes a saved query; what it was stays in its changes. */
export async function removeQuery(place: SavedQueriesPlace, id: string, { by, at }: Act): Promise<void> {
  await place.state.db.transaction().execute(async (db) => {
    const gone = await db.deleteFrom("saved_queries").where("id", "=", id).returningAll().executeTakeFirst();
    if (gone === undefined) throw unknown();
    await db
      .insertInto("saved_query_changes")
      .values({ query_id: id, at, by, kind: "removed", name: gone.name, text: gone.text })
      .execute();
  });
  await takeUpFunctions(place);
}

/** What was done to a saved query, the last first; also of one that is removed. */
export async function changesOf({ db }: State, id: string) {
  return db
    .selectFrom("saved_query_changes")
    .select(["at", "by", "kind", "name", "text"])
    .where("query_id", "=", id)
    .orderBy("id", "desc")
    .execute();
}

async function checked(place: SavedQueriesPlace, draft: Draft): Promise<Draft> {
  const name = draft.name.trim();
  const folder = draft.folder
    .split("/")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .join("/");
  const { kind, description, text } = draft;
  if (name === "") throw new Failure("saved-query-refused", "it needs a name");
  if (kind === "query") return { kind, name, folder, description, parameters: "", text };
  const parameters = draft.parameters.trim() === "" ? "()" : draft.parameters.trim();
  await checkFunction(place, { name, parameters, body: text });
  return { kind, name, folder, description, parameters, text };
}

/** Two functions of one name, or two queries of one name in one folder, could not be told apart. */
async function freeName(db: Pick<State["db"], "selectFrom">, id: string, { kind, name, folder }: Draft): Promise<void> {
  const same = db
    .selectFrom("saved_queries")
    .select("id")
    .where("kind", "=", kind)
    .where("name", "=", name)
    .where("id", "!=", id);
  const other = await (kind === "function" ? same : same.where("folder", "=", folder)).executeTakeFirst();
  if (other !== undefined) throw new Failure("saved-query-refused", `there is a ${kind} of the name ${name} already`);
}

function unknown(): Failure {
  return new Failure("saved-query-unknown", "there is no such saved query");
}
