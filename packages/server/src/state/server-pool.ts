import pg from "pg";
import { Failure } from "../store/failures.js";
import { type Database, int8 } from "./pools.js";

/** A PostgreSQL server; a lock that lasts as long as its connection keeps other services out. */
export async function serverDatabase(url: string): Promise<Database> {
  const types = new pg.TypeOverrides();
  types.setTypeParser(int8, BigInt);
  const pool = new pg.Pool({ connectionString: url, max: 4, types });
  // A connection that breaks while nobody uses it is replaced when the next is needed.
  pool.on("error", () => {});
  const lock = new Lock(url);
  return {
    pool: {
      connect: () => pool.connect(),
      async end() {
        await lock.release();
        await pool.end();
      },
    },
    stillAlone: () => lock.hold(),
  };
}

class Lock {
  readonly #url: string;
  #connection: pg.Client | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async hold(): Promise<void> {
    if (this.#connection !== undefined) return;
    const connection = new pg.Client({ connectionString: this.#url, keepAlive: true });
    connection.on("error", () => {
      this.#connection = undefined;
    });
    await connection.connect();
    const { rows } = await connection.query<{ held: boolean }>("SELECT pg_try_advisory_lock($1) AS held", [lockNumber]);
    if (rows[0]?.held === true) {
      this.#connection = connection;
      return;
    }
    await connection.end();
    const { host, pathname } = new URL(this.#url);
    throw new Failure("state-in-use", `another service uses the state at ${host}${pathname}`, {
      hint: "stop it, or give this one a database of its own",
    });
  }

  async release(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.end();
  }
}

/** Any number that no other program is likely to lock. */
const lockNumber = 1_130_459_248;
