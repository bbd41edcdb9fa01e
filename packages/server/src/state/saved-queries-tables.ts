import type { Generated } from "kysely";

type Time = Date;

/** A query or function that somebody keeps. */
export interface SavedQueriesTable {
  readonly id: string;
  readonly kind: "query" | "function";
  readonly name: string;
  /** Names of folders with `/` between; empty at the top. */
  readonly folder: string;
  readonly description: string;
  /** Of a function, in KQL: `(least: long = 2)`; empty for a query. */
  readonly parameters: string;
  readonly text: string;
  /** One more with each change. */
  readonly version: number;
  readonly changed_at: Time;
  readonly changed_by: string;
}

/** What people did to a saved query, and the text that it had then. */
export interface SavedQueryChangesTable {
  readonly id: Generated<bigint>;
  readonly query_id: string;
  readonly at: Time;
  readonly by: string;
  readonly kind: "saved" | "changed" | "removed";
  readonly name: string;
  readonly text: string;
}

export interface SavedQueryTables {
  readonly saved_queries: SavedQueriesTable;
  readonly saved_query_changes: SavedQueryChangesTable;
}
