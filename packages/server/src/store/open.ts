import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../platform/clock.js";
import type { Ids } from "../platform/ids.js";
import { ClickHouseStore } from "./clickhouse-store.js";
import { embeddedEngine } from "./embedded.js";
import type { ResolveUrl } from "./external-files.js";
import { Failure, failureFrom } from "./failures.js";
import { inUse, refuseSecondOwner, removeOwner, thisProcess, writeOwner } from "./owner.js";
import { ConnectionPool } from "./pool.js";
import { serverEngine } from "./server.js";
import { shippedTables } from "./shipped-tables.js";
import type { QueryLimits, Store } from "./store.js";
import type { QueryNames } from "./tables.js";

/** What a store needs from outside. */
export interface StoreContext {
  readonly clock: Clock;
  readonly ids: Ids;
  /** The folder of the shipped data files. */
  readonly content: string;
  readonly limits: QueryLimits;
  readonly resolveUrl: ResolveUrl;
  /** What names in queries mean beside tables; nothing where absent. */
  readonly names?: QueryNames;
}

/** Opens the embedded store of a workspace folder, and makes the folder where there is none. */
export async function openEmbeddedStore(context: StoreContext, folder: string): Promise<Store> {
  const engineFolder = join(folder, "clickhouse");
  const isNew = !existsSync(engineFolder);
  makeFolder(engineFolder, folder);
  refuseSecondOwner(folder);
  const pool = new ConnectionPool(embeddedEngine(engineFolder));
  try {
    pool.release(await pool.acquire());
  } catch (error) {
    throw openingFailure(error, folder);
  }
  writeOwner(folder, thisProcess(context.clock()));
  const store = new ClickHouseStore(context, pool, shippedTables(join(context.content, "tables")), {
    onClose: () => removeOwner(folder),
  });
  if (!isNew) await store.readTables({ alone: true });
  return store;
}

/** Opens the store in a ClickHouse server or cluster. */
export async function openServerStore(context: StoreContext, url: URL): Promise<Store> {
  const pool = new ConnectionPool(serverEngine(url));
  const store = new ClickHouseStore(context, pool, shippedTables(join(context.content, "tables")), {});
  try {
    await store.readTables({ alone: false });
  } catch (error) {
    await pool.close();
    throw failureFrom(error);
  }
  return store;
}

/** Opens the embedded store of a new folder that nobody else knows; the first statement starts the engine. */
export function openTemporaryStore(context: StoreContext, folder: string): Store {
  const engineFolder = join(folder, "clickhouse");
  makeFolder(engineFolder, folder);
  const pool = new ConnectionPool(embeddedEngine(engineFolder));
  return new ClickHouseStore(context, pool, shippedTables(join(context.content, "tables")), {});
}

function makeFolder(engineFolder: string, folder: string): void {
  try {
    mkdirSync(engineFolder, { recursive: true });
  } catch (cause) {
    throw new Failure("workspace-unusable", `the workspace folder ${folder} cannot be made`, { cause });
  }
}

function openingFailure(error: unknown, folder: string): Failure {
  const text = error instanceof Error ? error.message : String(error);
  if (/one active data directory|still releasing/i.test(text)) {
    return new Failure("workspace-unusable", "this process already has another workspace open", { cause: error });
  }
  if (/Failed to create connection/.test(text)) {
    const owned = inUse(folder);
    return new Failure(owned.code, owned.message, { cause: error, ...(owned.hint ? { hint: owned.hint } : {}) });
  }
  return new Failure("workspace-unusable", `the workspace folder ${folder} cannot be opened`, { cause: error });
}
