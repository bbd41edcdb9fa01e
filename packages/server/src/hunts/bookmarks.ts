import { type Selectable, sql, type Transaction } from "kysely";
import { printTicks, type Window } from "../detect/ticks.js";
import { type Act, actOn } from "../service/incident-changes.js";
import { keysOf } from "../state/entity-keys.js";
import type { State } from "../state/open-state.js";
import { storableJson } from "../state/storable.js";
import type { BookmarksTable, StateTables } from "../state/tables.js";
import { Failure } from "../store/failures.js";
import { bookmarkRow } from "./bookmark-row.js";
import type { FoundRow } from "./run-hunt.js";

export type Bookmark = Selectable<BookmarksTable>;

type Db = Transaction<StateTables>;

/** What people say of a row that they keep. */
export interface BookmarkWords {
  readonly name: string;
  readonly notes: string;
  readonly tags: readonly string[];
  readonly tactics: readonly string[];
  /** Techniques and sub-techniques. */
  readonly techniques: readonly string[];
}

/** Where kept rows come from. */
export interface BookmarkSource {
  /** The name of the hunting query; absent for any other query. */
  readonly hunt?: string;
  readonly query: string;
  readonly window: Window;
}

/** Keeps rows under these ids, and owes the logs a row of each: all of them or none. */
export async function addBookmarks(
  state: State,
  rows: readonly (FoundRow & { readonly id: string })[],
  source: BookmarkSource,
  words: BookmarkWords,
  { by, now }: Act,
): Promise<void> {
  checkName(words.name);
  const shared = {
    ...{ name: words.name, notes: words.notes, tags: storableJson(words.tags) },
    ...{ tactics: storableJson(words.tactics), techniques: storableJson(words.techniques) },
    ...{ hunt: source.hunt ?? null, query: source.query },
    ...{ query_from: printTicks(source.window.from), query_to: printTicks(source.window.to) },
    ...{ created_at: now, created_by: by, updated_at: now, updated_by: by, deleted_at: null },
  };
  await state.db.transaction().execute(async (db) => {
    for (const { id, object, eventTime, entities } of rows) {
      const own = { event_time: eventTime ?? null, row: object, entities: JSON.stringify(entities) };
      await db
        .insertInto("bookmarks")
        .values({ id, ...shared, ...own })
        .execute();
      const keys = keysOf(entities).map((key) => ({ bookmark_id: id, ...key }));
      if (keys.length > 0) await db.insertInto("bookmark_entities").values(keys).execute();
      await publishBookmark(db, id);
    }
  });
}

/** Changes what is said of a bookmark, and owes the logs another row of it; what is not named stays. */
export async function changeBookmark(
  state: State,
  id: string,
  change: Partial<BookmarkWords>,
  { by, now }: Act,
): Promise<void> {
  if (change.name !== undefined) checkName(change.name);
  await state.db.transaction().execute(async (db) => {
    await lockBookmarks(db, [id]);
    await db
      .updateTable("bookmarks")
      .set({ ...columnsOf(change), updated_at: now, updated_by: by })
      .where("id", "=", id)
      .execute();
    await publishBookmark(db, id);
  });
}

/** Marks a bookmark as deleted, and takes it from its incidents. Its row says so from now on; the rows before it stay. */
export async function deleteBookmark(state: State, id: string, act: Act): Promise<void> {
  await state.db.transaction().execute(async (db) => {
    await lockBookmarks(db, [id]);
    const { now, by } = act;
    await db
      .updateTable("bookmarks")
      .set({ deleted_at: now, updated_at: now, updated_by: by })
      .where("id", "=", id)
      .execute();
    const incidents = await db
      .selectFrom("incident_bookmarks")
      .select("incident_id")
      .where("bookmark_id", "=", id)
      .orderBy("incident_id")
      .execute();
    for (const { incident_id } of incidents) await takeFromIncident(db, incident_id, [id], act);
    await publishBookmark(db, id);
  });
}

/** Takes bookmarks from an incident, which is noted in its history. */
export async function takeFromIncident(db: Db, incident: string, ids: readonly string[], act: Act): Promise<void> {
  await actOn(db, incident, { kind: "bookmark-removed", detail: { bookmarks: ids }, act }, async () => {
    const { numDeletedRows } = await db
      .deleteFrom("incident_bookmarks")
      .where("incident_id", "=", incident)
      .where("bookmark_id", "in", ids)
      .executeTakeFirst();
    if (numDeletedRows !== BigInt(ids.length))
      throw new Failure("bookmark-refused", "the incident has no such bookmark");
  });
}

/** Holds bookmarks until the transaction ends, always in the same order; refused where one is deleted. */
export async function lockBookmarks(db: Db, ids: readonly string[]): Promise<readonly Bookmark[]> {
  const found = await db.selectFrom("bookmarks").selectAll().where("id", "in", ids).orderBy("id").forUpdate().execute();
  const missing = ids.find((id) => !found.some((one) => one.id === id));
  if (missing !== undefined) throw new Failure("bookmark-unknown", `there is no bookmark ${missing}`);
  const deleted = found.find(({ deleted_at }) => deleted_at !== null);
  if (deleted !== undefined) throw new Failure("bookmark-refused", `the bookmark ${deleted.id} is deleted`);
  return found;
}

/** Which bookmarks are listed. */
export interface BookmarkFilter {
  readonly tag?: string;
  readonly deleted?: boolean;
  readonly limit: number;
}

/** Bookmarks, those changed last first. */
export async function listBookmarks(state: State, filter: BookmarkFilter): Promise<readonly Bookmark[]> {
  const { tag, deleted, limit } = filter;
  return state.db
    .selectFrom("bookmarks")
    .selectAll()
    .where("deleted_at", deleted === true ? "is not" : "is", null)
    .$if(tag !== undefined, (query) => query.where(sql<boolean>`tags @> ${storableJson([tag ?? ""])}::jsonb`))
    .orderBy("updated_at", "desc")
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** The bookmark of an id, or of the beginning of one. */
export async function bookmarkNamed(state: State, name: string): Promise<Bookmark> {
  const [found, other] = await state.db
    .selectFrom("bookmarks")
    .selectAll()
    .where(sql<boolean>`starts_with(id, ${name.toLowerCase()})`)
    .limit(2)
    .execute();
  if (found === undefined || name === "") throw new Failure("bookmark-unknown", `there is no bookmark ${name}`);
  if (other !== undefined)
    throw new Failure("bookmark-unknown", `${name} begins the ids of several bookmarks`, { hint: "write more of it" });
  return found;
}

/** The incidents that a bookmark belongs to, by number. */
export async function incidentsOf(state: State, id: string): Promise<readonly number[]> {
  const found = await state.db
    .selectFrom("incident_bookmarks")
    .innerJoin("incidents", "incidents.id", "incident_id")
    .select("number")
    .where("bookmark_id", "=", id)
    .orderBy("number")
    .execute();
  return found.map(({ number }) => number);
}

function columnsOf({ name, notes, tags, tactics, techniques }: Partial<BookmarkWords>) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(notes === undefined ? {} : { notes }),
    ...(tags === undefined ? {} : { tags: storableJson(tags) }),
    ...(tactics === undefined ? {} : { tactics: storableJson(tactics) }),
    ...(techniques === undefined ? {} : { techniques: storableJson(techniques) }),
  };
}

function checkName(name: string): void {
  if (name.trim() === "") throw new Failure("bookmark-refused", "a bookmark needs a name");
}

async function publishBookmark(db: Db, id: string): Promise<void> {
  const bookmark = await db.selectFrom("bookmarks").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  await db
    .insertInto("publications")
    .values({ table_name: "HuntingBookmark", line: bookmarkRow(bookmark) })
    .execute();
}
