import { createClient } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
import type { Sql } from "../../sql/sql.js";

/** An embedded ClickHouse in memory with the settings that generated SQL relies on. */
export async function engine(): Promise<Engine> {
  const client = createClient({ connection: createChdbConnection({ path: ":memory:" }) });
  for (const [name, setting] of Object.entries(settings)) await client.command({ query: `SET ${name} = ${setting}` });
  return {
    async row(...expressions) {
      const query = `SELECT ${expressions.map((expression, index) => `${expression.text} AS c${index}`).join(", ")}`;
      const answer = await client.query({ query, format: "JSONCompact" });
      const { data } = await answer.json<readonly unknown[]>();
      return data[0] ?? [];
    },
    close: () => client.close(),
  };
}

/** Evaluates expressions in one SELECT. */
export interface Engine {
  row(...expressions: readonly Sql[]): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

const settings = {
  prefer_column_name_to_alias: 1,
  use_variant_as_common_type: 0,
  join_use_nulls: 0,
  transform_null_in: 0,
  session_timezone: "'UTC'",
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 1,
  output_format_json_escape_forward_slashes: 0,
  function_json_value_return_type_allow_complex: 1,
  aggregate_functions_null_for_empty: 0,
  cast_keep_nullable: 0,
};
