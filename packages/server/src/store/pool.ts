import type { Connection, Engine } from "./connection.js";

/** Connections to one engine, each busy with one statement at a time. */
export class ConnectionPool {
  readonly #engine: Engine;
  readonly #idle: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  #open = 0;
  #control: Promise<Connection> | undefined;
  #asideDone: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** A free connection; `release` or `releaseAfterFailure` gives it back. */
  async acquire(): Promise<Connection> {
    const free = this.#idle.pop();
    if (free !== undefined) return free;
    if (this.#open >= this.#engine.maxConnections) return new Promise((resolve) => this.#waiting.push(resolve));
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
    if (next !== undefined) next(connection);
    else if (this.#closed) connection.close().catch(() => {});
    else this.#idle.push(connection);
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
      if (next !== undefined) next(await this.acquire());
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

  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#idle.splice(0), ...(this.#control === undefined ? [] : [await this.#control])];
    await Promise.all(all.map((connection) => connection.close()));
  }
}
