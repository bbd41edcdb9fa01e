import { engineSettings } from "@calypso/kql";
import type { QueryLimits, SelectOptions } from "./store.js";

/** Settings of every session: those that generated SQL relies on, and those of loading and reading. */
export const sessionSettings = {
  ...engineSettings,
  // Logs of any age may come in one batch; the table's own partition key bounds the number of parts.
  max_partitions_per_insert_block: 0,
  // Rows are read in blocks of the usual number of rows also where they are wide: small blocks cost more than they save.
  preferred_block_size_bytes: 16_000_000,
} as const;

/** The session settings as one statement. */
export function setStatement(): string {
  const pairs = Object.entries(sessionSettings).map(([name, value]) =>
    typeof value === "number" ? `${name}=${value}` : `${name}='${value}'`,
  );
  return `SET ${pairs.join(", ")}`;
}

/**
 * The tail that makes a SELECT read-only and bounded. Limits belong to the statement: sent as client settings they would
 * stay on an embedded connection for good, and `readonly` could never be taken back.
 */
export function limitsTail(limits: QueryLimits & SelectOptions, format: "lines" | "parquet" = "lines"): string {
  const asLines = limits.onRead === undefined ? "TSVRaw SETTINGS" : `Template SETTINGS ${withReading},`;
  return (
    `\nFORMAT ${format === "lines" ? asLines : asParquet} readonly=1` +
    `, max_execution_time=${limits.maxSeconds}` +
    `, max_memory_usage=${Math.floor(limits.maxMemoryBytes)}` +
    `, max_result_rows=${Math.floor(limits.maxResultRows)}` +
    (limits.maxResultBytes === undefined ? "" : `, max_result_bytes=${Math.floor(limits.maxResultBytes)}`)
  );
}

/** With the compression that every reader of Parquet knows. */
const asParquet = "Parquet SETTINGS output_format_parquet_compression_method='snappy',";

/** The lines of TSVRaw for a single column, and a last one that says what was read: rows and bytes. */
const withReading =
  "format_template_row_format='${0:Raw}\\n', format_template_rows_between_delimiter=''" +
  ", format_template_resultset_format='${data}${rows_read:Raw} ${bytes_read:Raw}\\n'";

/**
 * Refuses a SELECT that carries a SETTINGS clause of its own: a nested one overrides the outer `readonly`. The compiler
 * never writes one, so this keeps a fault elsewhere from becoming a way out.
 */
export function assertNoSettings(sql: string): void {
  if (!/settings/i.test(sql)) return;
  const bare = sql.replace(quotedOrComment, " ");
  if (/\bsettings\b/i.test(bare)) throw new Error("a SELECT must not carry a SETTINGS clause of its own");
}

const quotedOrComment =
  /'(?:[^'\\]|\\[\s\S])*'|`(?:[^`\\]|\\[\s\S])*`|"(?:[^"\\]|\\[\s\S])*"|--[^\n]*|\/\*[\s\S]*?\*\//g;
