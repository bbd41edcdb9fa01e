import type { RuleSeverity } from "@calypso/catalog";
import type { Transaction } from "kysely";
import { type Act, actOn, publishIncident } from "../service/incident-changes.js";
import type { State } from "../state/open-state.js";
import { storableJson } from "../state/storable.js";
import type { StateTables } from "../state/tables.js";
import { Failure } from "../store/failures.js";
import { type Bookmark, lockBookmarks, takeFromIncident } from "./bookmarks.js";

type Db = Transaction<StateTables>;

/** An incident that people make of bookmarks. */
export interface NewIncident {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly severity: RuleSeverity;
}

/** Adds bookmarks to an incident, which takes over their tactics and techniques. Refused where it has them all already. */
export async function attachBookmarks(state: State, incident: string, ids: readonly string[], act: Act): Promise<void> {
  await state.db.transaction().execute(async (db) => {
    const bookmarks = await lockBookmarks(db, ids);
    await actOn(db, incident, { kind: "bookmark-added", detail: { bookmarks: ids }, act }, async () => {
      if ((await attach(db, incident, bookmarks, act)) === 0)
        throw new Failure("bookmark-refused", "the incident has these bookmarks already");
      const known = await db
        .selectFrom("incidents")
        .select(["tactics", "techniques"])
        .where("id", "=", incident)
        .executeTakeFirstOrThrow();
      await db
        .updateTable("incidents")
        .set(attackOf([known, ...bookmarks]))
        .where("id", "=", incident)
        .execute();
    });
  });
}

/** Takes bookmarks from an incident. */
export async function detachBookmarks(state: State, incident: string, ids: readonly string[], act: Act): Promise<void> {
  await state.db.transaction().execute(async (db) => {
    await lockBookmarks(db, ids);
    await takeFromIncident(db, incident, ids, act);
  });
}

/** Makes an incident of bookmarks: it covers the time of their events. */
export async function incidentOfBookmarks(
  state: State,
  { id, title, description, severity }: NewIncident,
  ids: readonly string[],
  act: Act,
): Promise<void> {
  if (title.trim() === "") throw new Failure("bookmark-refused", "an incident needs a title");
  const { by, now } = act;
  await state.db.transaction().execute(async (db) => {
    const bookmarks = await lockBookmarks(db, ids);
    const starts = bookmarks.map(({ event_time, query_from }) => event_time ?? query_from).sort();
    const ends = bookmarks.map(({ event_time, query_to }) => event_time ?? query_to).sort();
    await db
      .insertInto("incidents")
      .values({
        ...{ id, rule_id: null, title, description, severity, status: "New", labels: "[]" },
        ...attackOf(bookmarks),
        ...{ created_at: now, modified_at: now, first_alert_at: now, opened_at: now, answered_at: now },
        first_activity: starts[0] ?? now.toISOString(),
        last_activity: ends.at(-1) ?? now.toISOString(),
      })
      .execute();
    await db
      .insertInto("incident_events")
      .values({ incident_id: id, at: now, by, kind: "created", detail: JSON.stringify({ bookmarks: ids }) })
      .execute();
    await attach(db, id, bookmarks, act);
    await publishIncident(db, id, by);
  });
}

/** How many of the bookmarks the incident did not have. */
async function attach(db: Db, incident: string, bookmarks: readonly Bookmark[], { now }: Act): Promise<number> {
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto("incident_bookmarks")
    .values(bookmarks.map(({ id }) => ({ incident_id: incident, bookmark_id: id, at: now })))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows);
}

/** Incidents name techniques, and not their sub-techniques. */
function attackOf(all: readonly { readonly tactics: readonly string[]; readonly techniques: readonly string[] }[]) {
  return {
    tactics: storableJson([...new Set(all.flatMap(({ tactics }) => tactics))]),
    techniques: storableJson([
      ...new Set(all.flatMap(({ techniques }) => techniques.map((one) => one.replace(/\..*/, "")))),
    ]),
  };
}
