import { type Kysely, sql } from "kysely";
import type { StateTables } from "../state/tables.js";

/** A table that rules read, and how many do. */
export interface ReadTable {
  readonly name: string;
  readonly rules: number;
}

/** The tables that rules read, those first that most read. */
export async function readTables(db: Kysely<StateTables>): Promise<readonly ReadTable[]> {
  const { rows } = await sql<{ readonly name: string; readonly rules: bigint }>`
    SELECT min(f.value) AS name, count(DISTINCT f.rule) AS rules
    FROM catalog_facets f JOIN catalog_rules r ON r.number = f.rule AND r.removed_at IS NULL
    WHERE f.kind = 'table' GROUP BY lower(f.value) ORDER BY 2 DESC, 1`.execute(db);
  return rows.map(({ name, rules }) => ({ name, rules: Number(rules) }));
}

/** How many rules there are with a facet, by platform. */
export async function platformsOf(
  db: Kysely<StateTables>,
  kind: "table" | "technique",
  value: string,
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await sql<{ readonly platform: string; readonly rules: bigint }>`
    SELECT r.platform, count(DISTINCT r.number) AS rules
    FROM catalog_facets f JOIN catalog_rules r ON r.number = f.rule AND r.removed_at IS NULL
    WHERE f.kind = ${kind} AND lower(f.value) = ${value.toLowerCase()} GROUP BY 1 ORDER BY 2 DESC, 1`.execute(db);
  return Object.fromEntries(rows.map(({ platform, rules }) => [platform, Number(rules)]));
}

/** How many rules claim each of some techniques. */
export async function claimsOf(
  db: Kysely<StateTables>,
  techniques: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (techniques.length === 0) return new Map();
  const { rows } = await sql<{ readonly value: string; readonly rules: bigint }>`
    SELECT f.value, count(DISTINCT f.rule) AS rules
    FROM catalog_facets f JOIN catalog_rules r ON r.number = f.rule AND r.removed_at IS NULL
    WHERE f.kind = 'technique' AND f.value IN (${sql.join(techniques)}) GROUP BY 1`.execute(db);
  return new Map(rows.map(({ value, rules }) => [value, Number(rules)]));
}
