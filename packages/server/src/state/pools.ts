import type { PostgresPool } from "kysely";

/** A PostgreSQL, wherever it runs. */
export interface Database {
  readonly pool: PostgresPool;
  /** Takes the state for this process alone where it is not held yet; fails where another has it. */
  stillAlone(): Promise<void>;
}

/** The type of 64-bit integers in PostgreSQL's catalogue; they come as `bigint`, never rounded. */
export const int8 = 20;
