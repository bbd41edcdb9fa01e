import { type Kysely, sql } from "kysely";
import type { StateTables } from "../state/tables.js";
import type { Page } from "./page.js";

/** What rules do with a field of a table. */
export interface FieldUse {
  readonly table: string;
  readonly field: string;
  /** How many rules compare it, by platform. */
  readonly rules: Readonly<Record<string, number>>;
}

/** A comparison of a field with a value, and the rules that make it. */
export interface ValueUse {
  readonly operator: string;
  readonly value: string;
  readonly negated: boolean;
  readonly rules: readonly { readonly id: string; readonly name: string; readonly platform: string }[];
}

/** The fields of all tables, or of one, those first that most rules compare; `name` may be `*` for any text. */
export async function fieldUses(db: Kysely<StateTables>, table: string | undefined): Promise<readonly FieldUse[]> {
  const only = table === undefined ? sql`` : sql`AND lower(t.table_name) = ${table.toLowerCase()}`;
  const { rows } = await sql<{
    readonly table: string;
    readonly field: string;
    readonly platform: string;
    readonly rules: bigint;
  }>`
    SELECT min(t.table_name) AS table, min(t.field) AS field, r.platform, count(DISTINCT r.number) AS rules
    FROM catalog_tests t JOIN catalog_rules r ON r.number = t.rule AND r.removed_at IS NULL ${only}
    GROUP BY lower(t.table_name), lower(t.field), r.platform`.execute(db);
  const found = new Map<string, FieldUse & { readonly rules: Record<string, number> }>();
  for (const { table: name, field, platform, rules } of rows) {
    const key = `${name}.${field}`.toLowerCase();
    const known = found.get(key) ?? { table: name, field, rules: {} };
    known.rules[platform] = Number(rules);
    found.set(key, known);
  }
  const total = ({ rules }: FieldUse) => Object.values(rules).reduce((sum, count) => sum + count, 0);
  return [...found.values()].sort((one, other) => total(other) - total(one) || (one.field < other.field ? -1 : 1));
}

/** Every value that rules compare a field of a table with, those first that most rules ask for. */
export async function valueUses(db: Kysely<StateTables>, table: string, field: string): Promise<readonly ValueUse[]> {
  const { rows } = await sql<{
    readonly operator: string;
    readonly value: string;
    readonly negated: boolean;
    readonly id: string;
    readonly name: string;
    readonly platform: string;
  }>`SELECT DISTINCT t.operator, t.value, t.negated, r.id, r.name, r.platform
    FROM catalog_tests t JOIN catalog_rules r ON r.number = t.rule AND r.removed_at IS NULL
    WHERE lower(t.table_name) = ${table.toLowerCase()} AND lower(t.field) = ${field.toLowerCase()}
    ORDER BY r.platform, r.name, r.id`.execute(db);
  const found = new Map<string, ValueUse & { readonly rules: ValueUse["rules"][number][] }>();
  for (const { operator, value, negated, ...rule } of rows) {
    const key = JSON.stringify([operator, value.toLowerCase(), negated]);
    const known = found.get(key) ?? { operator, value, negated, rules: [] };
    known.rules.push(rule);
    found.set(key, known);
  }
  return [...found.values()].sort(
    (one, other) => other.rules.length - one.rules.length || (one.value < other.value ? -1 : 1),
  );
}

/** The page of tables, or of one table's fields. */
export function fieldsPage(table: string | undefined, uses: readonly FieldUse[]): Page {
  const rows = uses.map(({ table: name, field, rules }) => [
    { text: name, to: { kind: "table", key: name } } as const,
    { text: field, to: { kind: "field", key: `${name}.${field}` } } as const,
    platformText(rules),
  ]);
  return {
    title: table ?? "Fields",
    subtitle: `${uses.length} fields that rules compare`,
    sections: [{ title: "Fields", table: { head: ["Table", "Field", "Rules"], rows } }],
  };
}

/** The page of one field. */
export function fieldPage(table: string, field: string, uses: readonly ValueUse[]): Page {
  const platforms: Record<string, Set<string>> = {};
  for (const { id, platform } of uses.flatMap(({ rules }) => rules)) {
    const known = platforms[platform] ?? new Set();
    platforms[platform] = known.add(id);
  }
  const counts = Object.fromEntries(Object.entries(platforms).map(([platform, ids]) => [platform, ids.size]));
  const rows = uses.flatMap(({ operator, value, negated, rules }) =>
    rules.map(({ id, name, platform }) => [
      `${negated ? "not " : ""}${operator}`,
      value,
      { text: name, to: { kind: "rule", key: id } } as const,
      platform,
    ]),
  );
  return {
    title: `${table}.${field}`,
    subtitle: `compared by rules of ${platformText(counts)}`,
    sections: [{ title: "Values", table: { head: ["Operator", "Value", "Rule", "Platform"], rows } }],
  };
}

function platformText(rules: Readonly<Record<string, number>>): string {
  return Object.entries(rules)
    .sort(([, one], [, other]) => other - one)
    .map(([platform, count]) => `${platform} ${count}`)
    .join(", ");
}
