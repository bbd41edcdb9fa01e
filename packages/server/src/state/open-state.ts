import { mkdirSync } from "node:fs";
import { Kysely, PostgresDialect } from "kysely";
import { migrate } from "./migrations.js";
import type { Database } from "./pools.js";
import { storableTexts } from "./storable.js";
import type { StateTables } from "./tables.js";

/** The state of the service: rules, windows, alerts, incidents. */
export interface State {
  readonly db: Kysely<StateTables>;
  /** Fails unless this service still has the state to itself, as it may not after its connection was lost. */
  stillAlone(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the state in a folder (an embedded PostgreSQL) or on a PostgreSQL server (`postgres://…`), and brings its tables
 * up to date. Two services never share a state: the second is refused. What is not `alone` reads a server's state beside a
 * service; a folder has one process at a time.
 */
export async function openState(place: string, { alone = true }: { readonly alone?: boolean } = {}): Promise<State> {
  const database = await databaseAt(place);
  const dialect = new PostgresDialect({ pool: database.pool });
  const db = new Kysely<StateTables>({ dialect, plugins: [storableTexts] });
  try {
    if (alone) await database.stillAlone();
    await migrate(db);
  } catch (cause) {
    // A pool that nothing has used yet is not ended by Kysely.
    await db.destroy();
    await database.pool.end().catch(() => {});
    throw cause;
  }
  return { db, stillAlone: database.stillAlone, close: () => db.destroy() };
}

async function databaseAt(place: string): Promise<Database> {
  if (/^postgres(?:ql)?:\/\//.test(place)) return (await import("./server-pool.js")).serverDatabase(place);
  mkdirSync(place, { recursive: true });
  return (await import("./embedded-pool.js")).embeddedDatabase(place);
}
