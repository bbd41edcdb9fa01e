import { PGlite } from "@electric-sql/pglite";
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import { Failure } from "../store/failures.js";
import { refuseSecondOwner, removeOwner, thisProcess, writeOwner } from "../store/owner.js";
import { emptyDatabase } from "./empty-database.js";
import { type Database, int8 } from "./pools.js";

/** A PostgreSQL inside the process, whose files are in a folder; a living process that has the folder is named. */
export async function embeddedDatabase(folder: string): Promise<Database> {
  refuseService(folder);
  writeOwner(folder, thisProcess(new Date()));
  const files = `${folder}/postgresql`;
  const database = await PGlite.create(files, { ...(await emptyDatabase(files)), parsers: { [int8]: BigInt } });
  return { pool: poolOfOne(database, () => removeOwner(folder)), stillAlone: async () => {} };
}

/** Only the folder's one user may open it: the engine itself would not notice a second. */
function refuseService(folder: string): void {
  try {
    refuseSecondOwner(folder);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    throw new Failure("state-in-use", cause.message.replace("the workspace", "the state in"), {
      cause,
      hint: "stop the service first, or wait until the other command has ended",
    });
  }
}

/**
 * The engine has a single session: whoever has the connection keeps it until it is given back, so that a transaction
 * never mixes with what another asks meanwhile.
 */
function poolOfOne(database: PGlite, ended: () => void): PostgresPool {
  let free: Promise<void> = Promise.resolve();
  return {
    async connect() {
      const before = free;
      let release = () => {};
      free = new Promise((resolve) => {
        release = resolve;
      });
      await before;
      return client(database, release);
    },
    async end() {
      if (!database.closed) await database.close();
      ended();
    },
  };
}

function client(database: PGlite, release: () => void): PostgresPoolClient {
  async function query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
    const { rows, affectedRows = 0 } = await database.query<Row>(text, [...parameters]);
    const verb = /^\s*(insert|update|delete|merge)\b/i.exec(text)?.[1]?.toUpperCase();
    if (verb === undefined) return { command: "SELECT", rowCount: rows.length, rows };
    return { command: verb as "INSERT", rowCount: affectedRows, rows }; // One of the four of the pattern.
  }
  // The other form of `query` takes a cursor, which Kysely asks for only where a result is streamed.
  return { query: query as PostgresPoolClient["query"], release };
}
