import type { NotificationRoute } from "@calypso/catalog";
import type { Selectable } from "kysely";
import type { Ids } from "../platform/ids.js";
import type { State } from "../state/open-state.js";
import type { DeliveriesTable } from "../state/tables.js";
import { type Notice, takes } from "./notice.js";

/** One notice for one route. */
export type Delivery = Selectable<DeliveriesTable>;

/** When a delivery is tried again after each failure, in milliseconds; after the last it is given up. */
const retryAfter: readonly number[] = [
  ...[10_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 3_600_000, 7_200_000, 14_400_000],
];

/** How long a delivery that arrived is kept, in milliseconds. */
const remembered = 30 * 86_400_000;

/** Makes a delivery of each notice for each route that takes it. A notice that nobody takes is dropped. */
export async function spread(
  state: State,
  routes: readonly NotificationRoute[],
  { now, ids }: { readonly now: Date; readonly ids: Ids },
): Promise<number> {
  return state.db.transaction().execute(async (db) => {
    const waiting = await db.selectFrom("notices").selectAll().orderBy("id").limit(500).forUpdate().execute();
    if (waiting.length === 0) return 0;
    const deliveries = waiting.flatMap(({ at, document }) => {
      const notice = noticeIn(document);
      return routes
        .filter((route) => takes(route, notice))
        .map((route) => ({ id: ids(), route: route.name, event: notice.event, at, document, next_at: now }));
    });
    if (deliveries.length > 0) await db.insertInto("deliveries").values(deliveries).execute();
    await db
      .deleteFrom("notices")
      .where(
        "id",
        "in",
        waiting.map(({ id }) => id),
      )
      .execute();
    return deliveries.length;
  });
}

/** The notice of a delivery. */
export function noticeIn(document: string): Notice {
  return JSON.parse(document) as Notice; // What `oweNotice` wrote.
}

/** Deliveries that can be tried now, the oldest of each route first. */
export async function dueDeliveries(state: State, now: Date): Promise<readonly Delivery[]> {
  return state.db
    .selectFrom("deliveries")
    .selectAll()
    .where("state", "=", "waiting")
    .where("next_at", "<=", now)
    .orderBy("at")
    .orderBy("id")
    .limit(100)
    .execute();
}

/** Notes that a delivery arrived. */
export async function arrived(state: State, { id }: Delivery, now: Date): Promise<void> {
  await state.db
    .updateTable("deliveries")
    .set((column) => ({ state: "sent", attempts: column("attempts", "+", 1), sent_at: now, error: null }))
    .where("id", "=", id)
    .execute();
}

/**
 * Notes that a delivery did not arrive; true where it is given up. What waits behind it for a place that does not answer waits
 * as long.
 */
export async function refused(
  state: State,
  { id, attempts, route }: Delivery,
  { error, permanent }: { readonly error: string; readonly permanent: boolean },
  now: Date,
): Promise<boolean> {
  const pause = permanent ? undefined : retryAfter[attempts];
  const over = pause === undefined;
  await state.db
    .updateTable("deliveries")
    .set((column) => ({
      state: over ? "dead" : "waiting",
      attempts: column("attempts", "+", 1),
      next_at: over ? now : new Date(now.getTime() + pause),
      error,
    }))
    .where("id", "=", id)
    .execute();
  if (over) return true;
  const again = new Date(now.getTime() + pause);
  await state.db
    .updateTable("deliveries")
    .set({ next_at: again })
    .where("route", "=", route)
    .where("state", "=", "waiting")
    .where("next_at", "<", again)
    .execute();
  return false;
}

/** Deliveries that were given up, the newest first. */
export async function deadDeliveries(state: State, most = 1000): Promise<readonly Delivery[]> {
  return state.db
    .selectFrom("deliveries")
    .selectAll()
    .where("state", "=", "dead")
    .orderBy("at", "desc")
    .orderBy("id")
    .limit(most)
    .execute();
}

/** Puts deliveries that were given up back among those that wait: one, or all of them. Returns how many. */
export async function revive(state: State, which: { readonly id?: string }, now: Date): Promise<number> {
  let update = state.db
    .updateTable("deliveries")
    .set({ state: "waiting", attempts: 0, next_at: now })
    .where("state", "=", "dead");
  if (which.id !== undefined) update = update.where("id", "=", which.id);
  const { numUpdatedRows } = await update.executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Forgets deliveries that arrived long ago. */
export async function forgetSent(state: State, now: Date): Promise<void> {
  await state.db
    .deleteFrom("deliveries")
    .where("state", "=", "sent")
    .where("sent_at", "<", new Date(now.getTime() - remembered))
    .execute();
}
