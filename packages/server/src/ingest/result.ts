/** Something a person should know about one source; `line` counts from 1, where there is one line to point at. */
export interface IngestMessage {
  readonly line?: number;
  readonly message: string;
}

/** What became of one source: a file, or one entry of an archive, and one table that its rows went to. */
export interface IngestResult {
  readonly source: string;
  readonly sha256: string;
  /** Empty where nothing could be loaded. */
  readonly table: string;
  /** A file in a folder or archive that its name says is no log; it was not read. */
  readonly skipped?: true;
  /** Nothing was stored, as the disk is full: the source can be loaded again when it has room. */
  readonly diskFull?: true;
  readonly read: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** The first and last `TimeGenerated` of the rows, as KQL prints datetimes. */
  readonly from: string | null;
  readonly to: string | null;
  /** NDJSON of the rows that were not stored: `{"line", "reason", "text"}`. */
  readonly rejectedFile?: string;
  readonly messages: readonly IngestMessage[];
}
