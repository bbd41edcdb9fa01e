import type { Diagnostic } from "./diagnostics/diagnostic.js";
import type { WorkspaceSchema } from "./schema/schema.js";
import type { Column } from "./schema/types.js";

/** A query and everything that its meaning depends on. */
export interface CompileRequest {
  readonly text: string;
  /** The name that messages give to the text; `query` where absent. */
  readonly sourceName?: string;
  readonly schema: WorkspaceSchema;
  /** What `now()` is: 100 ns ticks since 1970-01-01 UTC. */
  readonly now: bigint;
  /** Restricts every read of a table that has `TimeGenerated` to `from <= TimeGenerated < to`, in ticks as `now`. */
  readonly timeScope?: { readonly from: bigint; readonly to: bigint };
  /** Values for `declare query_parameters`, as KQL literals. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Makes a warning about a missing column an error. */
  readonly strict?: boolean;
}

/** A file that has to be loaded into a table before the SQL runs (`externaldata`). */
export interface ExternalSource {
  /** The table that the SQL reads, made by the caller with `columns`. */
  readonly table: string;
  readonly columns: readonly Column[];
  readonly urls: readonly string[];
  /** As written in the query (`csv`, `multijson`, …); absent where the query leaves it to the file's name. */
  readonly format?: string;
  readonly options: Readonly<Record<string, string>>;
}

/** What a query became. `sql` is absent exactly where a diagnostic is an error. */
export interface Compilation {
  readonly diagnostics: readonly Diagnostic[];
  /** The columns of the result, in order. */
  readonly columns: readonly Column[];
  /** One SELECT whose columns are ClickHouse values. */
  readonly sql?: string;
  /** The same SELECT with each row as one line of text: a JSON array of the values in the command line's spelling. */
  readonly rowsSql?: string;
  /** Files that the SQL reads. */
  readonly externals: readonly ExternalSource[];
  /** Names of the workspace's tables that the query reads. */
  readonly tables: readonly string[];
  /** The plan as text, one node a line. */
  readonly plan?: string;
  /** What `render` asks of a client that draws. */
  readonly visual?: { readonly kind: string; readonly properties: Readonly<Record<string, string>> };
}
