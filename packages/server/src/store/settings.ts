import type { QueryLimits } from "./store.js";

/**
 * Settings of every session, so that expressions mean what the compiler assumes. The limits of the parser have to be here:
 * the SETTINGS clause of a statement is read only after the statement has been parsed.
 */
export const sessionSettings = {
  prefer_column_name_to_alias: 1,
  use_variant_as_common_type: 0,
  join_use_nulls: 0,
  transform_null_in: 0,
  session_timezone: "UTC",
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 1,
  output_format_json_escape_forward_slashes: 0,
  function_json_value_return_type_allow_complex: 1,
  enable_extended_results_for_datetime_functions: 1,
  enable_materialized_cte: 1,
  aggregate_functions_null_for_empty: 0,
  cast_keep_nullable: 0,
  max_query_size: 33_554_432,
  max_parser_depth: 20_000,
  max_subquery_depth: 10_000,
  max_ast_depth: 20_000,
  max_ast_elements: 2_000_000,
  max_expanded_ast_elements: 5_000_000,
  // Logs of any age may come in one batch; the table's own partition key bounds the number of parts.
  max_partitions_per_insert_block: 0,
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
export function limitsTail(limits: QueryLimits): string {
  return (
    "\nFORMAT TSVRaw SETTINGS readonly=1" +
    `, max_execution_time=${limits.maxSeconds}` +
    `, max_memory_usage=${Math.floor(limits.maxMemoryBytes)}` +
    `, max_result_rows=${Math.floor(limits.maxResultRows)}`
  );
}

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
