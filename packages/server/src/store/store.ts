import type { Column, ExternalSource, WorkspaceSchema } from "@calypso/kql";

/** Bounds on one query; a query that passes one fails with a coded error, and never returns a part silently. */
export interface QueryLimits {
  readonly maxSeconds: number;
  readonly maxMemoryBytes: number;
  readonly maxResultRows: number;
  /** What one step outside the engine may keep in memory. */
  readonly maxStepBytes: number;
}

/** What the engine read from tables to answer, before any condition that it could not answer from an index. */
export interface Reading {
  readonly rows: bigint;
  /** Of the columns that were read, as they are in memory. */
  readonly bytes: bigint;
}

/** Bounds on one SELECT, and what stops it. */
export interface SelectOptions extends Partial<QueryLimits> {
  /** The most that the engine may hand over, in bytes. */
  readonly maxResultBytes?: number;
  readonly signal?: AbortSignal;
  /** Told once, after the last line; never for a result that failed or was left before its end. One column only. */
  readonly onRead?: (reading: Reading) => void;
}

/** An `INSERT` whose rows ClickHouse's parsers read from a local file. */
export interface FileInsert {
  /** Table and columns, as SQL: `` `T` (`a`, `b`) ``. */
  readonly into: string;
  /** What follows `SELECT` up to, and without, `FROM`. */
  readonly select: string;
  /** What follows the source: a `WHERE`, or nothing. */
  readonly where?: string;
  readonly path: string;
  /** A format of ClickHouse's. */
  readonly format: string;
  /** The columns that the format reads, as ClickHouse declares them: `line String`. */
  readonly structure: string;
  readonly settings?: Readonly<Record<string, number | string>>;
}

/**
 * The logs of one workspace, in an embedded ClickHouse (a folder) or a ClickHouse server. All access to ClickHouse goes
 * through this interface, and what is special about the embedded engine is handled behind it.
 */
export interface Store {
  /** The bounds of a query that names none. */
  readonly limits: QueryLimits;

  /** Tables known now: the shipped schemas, and what the data has added. */
  schema(): WorkspaceSchema;
  /** Makes another schema, since functions have come, gone or changed. */
  namesChanged(): void;

  /**
   * Runs one SELECT made by the compiler (or by this package) and yields its result as lines of text, in the format
   * `TSVRaw`: the compiler's `rowsSql` gives one JSON array a line. Read-only, and within the limits.
   */
  lines(sql: string, options?: SelectOptions): AsyncIterable<string>;

  /** The same as the bytes of a Parquet file, of which none comes where the SELECT fails. */
  parquet(sql: string, options?: SelectOptions): AsyncIterable<Uint8Array>;

  /** Makes the table where it does not exist yet, and adds the columns it lacks; the schema knows it from then on. */
  ensureTable(name: string, columns: readonly Column[]): Promise<void>;

  /** Takes a table and its rows away; the schema knows it as it ships, or not at all, from then on. */
  dropTable(name: string): Promise<void>;

  /** Runs one statement that changes data or definitions. Never made from a user's text. */
  command(sql: string): Promise<void>;

  /** Inserts the rows of a local file, wherever ClickHouse runs. */
  insertFile(insert: FileInsert): Promise<void>;

  /** Runs `work` with the files of `externaldata` loaded into the tables that a compiled query reads. */
  withExternals<T>(externals: readonly ExternalSource[], work: () => Promise<T>): Promise<T>;

  /** How the names of the tables of one run begin: no other run has the same. */
  scratchPrefix(): string;

  /** Makes a table for the length of one run; KQL does not see it. */
  makeScratch(name: string, columns: readonly Column[]): Promise<void>;

  /** Adds rows to such a table with these columns, each a JSON array in one line. */
  fillScratch(name: string, lines: readonly string[], columns: readonly Column[]): Promise<void>;

  /** Takes such a table away; nothing happens where there is none. */
  dropScratch(name: string): Promise<void>;

  close(): Promise<void>;
}
