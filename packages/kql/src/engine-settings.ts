/**
 * The ClickHouse session settings that generated SQL relies on: what names and NULLs mean, how JSON is written, and limits
 * of the SQL parser that real queries pass. They belong to the session, because the parser's limits are read before a
 * query's own SETTINGS clause.
 */
export const engineSettings = {
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
  // What differs from row to row (`rand()`, the number of a row) must not be computed before rows are multiplied.
  query_plan_lift_up_array_join: 0,
  // Rows leave a window function in the order in which they came.
  query_plan_enable_multithreading_after_window_functions: 0,
  max_query_size: 33_554_432,
  max_parser_depth: 20_000,
  max_parser_backtracks: 100_000_000,
  max_subquery_depth: 10_000,
  max_ast_depth: 20_000,
  max_ast_elements: 2_000_000,
  max_expanded_ast_elements: 5_000_000,
} as const;
