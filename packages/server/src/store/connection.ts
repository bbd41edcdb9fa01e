import type { FileInsert } from "./store.js";

/** One conversation with ClickHouse: one statement at a time. */
export interface Connection {
  /** Runs a statement and gives its output. Throws what the client throws; the pool turns that into a failure. */
  run(sql: string): Promise<Output>;
  /** Inserts what ClickHouse's parsers read from a local file. */
  insertFile(insert: FileInsert): Promise<void>;
  /** Brings the connection back to a clean state after a statement has failed on it. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

/** What a statement printed. */
export interface Output {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Whether all of it is in memory, so that the connection is free again. */
  readonly complete: boolean;
}

/** What makes connections to one place, and how many may work at once. */
export interface Engine {
  readonly maxConnections: number;
  connect(): Promise<Connection>;
}
