import type { Compilation } from "@calypso/kql";

/** The SQL of a query, after the statements whose rows leave the engine first; comments say where they come back. */
export function explained({ steps, sql = "" }: Pick<Compilation, "steps" | "sql">): string {
  const before = steps.map(
    ({ table, rowsSql, construct }) =>
      `-- The rows of this SELECT leave the engine for ${construct} and come back as the table ${table}.\n${rowsSql};\n`,
  );
  return [...before, sql].join("\n");
}
