import { type Kysely, sql } from "kysely";
import type { StateTables } from "../state/tables.js";

/** The most imports that are listed. */
const mostImports = 50;

/** The sources of the rules that there are, and the newest imports. */
export async function importsKnown(db: Kysely<StateTables>) {
  const { rows } = await sql<{
    readonly source: string;
    readonly platform: string;
    readonly licence: string;
    readonly commit: string;
    readonly retrieved_at: string;
    readonly rules: bigint;
  }>`
    SELECT source, platform, max(licence) AS licence, max(commit) AS commit, max(retrieved_at) AS retrieved_at, count(*) AS rules
    FROM catalog_rules WHERE removed_at IS NULL GROUP BY 1, 2 ORDER BY 6 DESC, 1, 2`.execute(db);
  const imports = await db
    .selectFrom("catalog_imports")
    .select(["source", "platform", "at", "finished", "added", "changed", "removed", "unchanged"])
    .orderBy("id", "desc")
    .limit(mostImports)
    .execute();
  return {
    sources: rows.map(({ retrieved_at: retrievedAt, rules, ...source }) => ({
      ...source,
      ...{ retrievedAt, rules: Number(rules) },
    })),
    imports: imports.map(({ at, ...one }) => ({ ...one, at: at.toISOString() })),
  };
}
