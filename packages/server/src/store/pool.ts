import type { Connection, Engine } from "./connection.js";
import { Failure } from "./failures.js";

/** Somebody who waits for a connection. */
interface Waiting {
  readonly resolve: (connection: Connection) => void;
  readonly reject: (failure: unknown) => void;
}

/** How long closing waits for statements that nobody stops, in milliseconds. */
const patience = 20_000;

/** Connections to one engine, each busy with one statement at a time. */
export class ConnectionPool {
  readonly #engine: Engine;
  readonly #idle: Connection[] = [];
  readonly #waiting: Waiting[] = [];
  #open = 0;
  #control: Promise<Connection> | undefined;
  #asideDone: Promise<void> = Promise.resolve();
  #closed = false;
  /** Connections that come back from now on are too late for `close`. */
  #ended = false;
  #returned: () => void = () => {};

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** A free connection; `release` or `releaseAfterFailure` gives it back. Fails once the pool is closed. */
  async acquire(): Promise<Connection> {
    if (this.#closed) throw closing();
    const free = this.#idle.pop();
    if (free !== undefined) return free;
    if (this.#open >= this.#engine.maxConnections)
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#open += 1;
    try {
      return await this.#engine.connect();
    } catch (error) {
      this.#open -= 1;
      throw error;
    }
  }

  release(connection: Connection): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next.resolve(connection);
    else if (this.#ended) connection.close().catch(() => {});
    else {
      this.#idle.push(connection);
      this.#returned();
    }
  }

  /** Gives back a connection on which a statement has failed: cleaned first, replaced where that fails too. */
  async releaseAfterFailure(connection: Connection): Promise<void> {
    try {
      await connection.recover();
      this.release(connection);
    } catch {
      await connection.close().catch(() => {});
      this.#open -= 1;
      const next = this.#waiting.shift();
      if (next !== undefined) this.acquire().then(next.resolve, next.reject);
      this.#returned();
    }
  }

  /** Runs `work` on a free connection. */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.acquire();
    try {
      const result = await work(connection);
      this.release(connection);
      return result;
    } catch (error) {
      await this.releaseAfterFailure(connection);
      throw error;
    }
  }

  /** Runs a short statement beside all others, on a connection of its own that is never waited for. */
  async aside(sql: string): Promise<void> {
    this.#control ??= this.#engine.connect();
    const control = await this.#control;
    this.#asideDone = this.#asideDone.then(async () => {
      try {
        await control.run(sql);
      } catch {
        await control.recover();
      }
    });
    await this.#asideDone;
  }

  /** Ends all connections, once the statements that run are at their end; they can still be stopped. What only waits is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(closing());
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#returned();
    }, patience);
    while (this.#open > this.#idle.length && !isLate) {
      await new Promise<void>((resolve) => {
        this.#returned = resolve;
      });
    }
    clearTimeout(timer);
    this.#ended = true;
    await this.#asideDone.catch(() => {});
    const all = [...this.#idle.splice(0), ...(this.#control === undefined ? [] : [await this.#control])];
    await Promise.all(all.map((connection) => connection.close()));
  }
}

function closing(): Failure {
  return new Failure("query-cancelled", "the workspace is being closed");
}
