import type { Detection, DetectionDifference } from "@calypso/catalog";
import { type Kysely, sql } from "kysely";
import type { StateTables } from "../state/tables.js";
import { Failure } from "../store/failures.js";
import type { RelatedRule, RelatedTo } from "./siblings.js";
import type { Verdict } from "./verdict/verdict.js";

/** All that the catalogue knows of a rule. */
export interface RuleDetails {
  readonly id: string;
  readonly detection: Detection;
  readonly provenance: {
    readonly source: string;
    readonly licence: string;
    readonly commit: string;
    readonly retrievedAt: string;
    readonly firstSeen: Date;
    readonly changedAt: Date;
    readonly removedAt: Date | null;
  };
  readonly indicators: readonly IndicatorCount[];
  readonly siblings: readonly RelatedRule[];
  readonly history: readonly RuleVersion[];
  /** How it did on the workspace; absent where it was not tried. */
  readonly verdict?: { readonly at: Date; readonly workspace: string; readonly document: Verdict };
}

/** A comparison, and how many other rules make it, by platform. */
export interface IndicatorCount {
  readonly table: string;
  readonly field: string;
  readonly operator: string;
  readonly value: string;
  readonly negated: boolean;
  readonly others: Readonly<Record<string, number>>;
}

/** What an import did to the rule. */
export interface RuleVersion {
  readonly at: Date;
  readonly kind: string;
  readonly commit: string;
  readonly difference?: DetectionDifference;
}

/** The rule of an id, of the beginning of one, of an author's id, or of a name that only one rule has. */
export async function showRule(db: Kysely<StateTables>, reference: string, relatedTo: RelatedTo): Promise<RuleDetails> {
  const row = await ruleNamed(db, reference);
  const detection: Detection = JSON.parse(row.document);
  const verdict = await db.selectFrom("catalog_verdicts").selectAll().where("rule", "=", row.number).executeTakeFirst();
  return {
    id: row.id,
    detection,
    provenance: {
      ...{ source: row.source, licence: row.licence, commit: row.commit, retrievedAt: row.retrieved_at },
      ...{ firstSeen: row.first_seen, changedAt: row.changed_at, removedAt: row.removed_at },
    },
    indicators: await indicatorCounts(db, row.number),
    siblings: await relatedTo({ id: row.id, number: row.number, detection }),
    history: await historyOf(db, row.number),
    ...(verdict === undefined
      ? {}
      : { verdict: { at: verdict.at, workspace: verdict.workspace, document: JSON.parse(verdict.document) } }),
  };
}

async function ruleNamed(db: Kysely<StateTables>, reference: string) {
  const wanted = reference.trim().toLowerCase();
  const found = await db
    .selectFrom("catalog_rules")
    .selectAll()
    .where((where) =>
      where.or([
        where("id", "=", wanted),
        where(sql`lower(author_id)`, "=", wanted),
        where(sql`lower(name)`, "=", wanted),
        ...(/^[0-9a-f]{4,}$/.test(wanted) ? [where("id", "like", `${wanted}%`)] : []),
      ]),
    )
    .orderBy(sql`(id = ${wanted})`, "desc")
    .orderBy(sql`(removed_at IS NULL)`, "desc")
    .orderBy("id")
    .limit(5)
    .execute();
  const [first, second] = found;
  if (first === undefined) {
    throw new Failure("catalog-rule-unknown", `the catalogue has no rule ${reference}`, {
      hint: "calypso catalog search finds the ids of rules",
    });
  }
  const isClear =
    second === undefined || first.id === wanted || (first.removed_at === null && second.removed_at !== null);
  if (isClear) return first;
  const ids = found.map(({ id, platform, name }) => `${id} (${platform}: ${name})`).join(", ");
  throw new Failure("catalog-rule-unknown", `${reference} may be any of ${ids}`, { hint: "give one of these ids" });
}

async function indicatorCounts(db: Kysely<StateTables>, rule: number): Promise<readonly IndicatorCount[]> {
  const { rows } = await sql<{
    readonly table_name: string;
    readonly field: string;
    readonly operator: string;
    readonly value: string;
    readonly negated: boolean;
    readonly platform: string | null;
    readonly others: bigint;
  }>`SELECT mine.table_name, mine.field, mine.operator, mine.value, mine.negated, other.platform, count(DISTINCT other.number) AS others
    FROM catalog_tests mine
    LEFT JOIN (catalog_tests theirs JOIN catalog_rules other ON other.number = theirs.rule AND other.removed_at IS NULL)
      ON lower(theirs.field) = lower(mine.field) AND lower(theirs.value) = lower(mine.value)
      AND theirs.operator = mine.operator AND theirs.negated = mine.negated AND theirs.rule <> mine.rule
    WHERE mine.rule = ${rule}
    GROUP BY 1, 2, 3, 4, 5, 6
    ORDER BY 2, 3, 5, 4, 1, 6`.execute(db);
  const found = new Map<string, IndicatorCount & { readonly others: Record<string, number> }>();
  for (const { table_name: table, field, operator, value, negated, platform, others } of rows) {
    const key = JSON.stringify([table, field, operator, value, negated]);
    const known = found.get(key) ?? { table, field, operator, value, negated, others: {} };
    if (platform !== null) known.others[platform] = Number(others);
    found.set(key, known);
  }
  return [...found.values()];
}

async function historyOf(db: Kysely<StateTables>, rule: number): Promise<readonly RuleVersion[]> {
  const changes = await db
    .selectFrom("catalog_changes")
    .select(["at", "kind", "commit", "difference"])
    .where("rule", "=", rule)
    .orderBy("id", "desc")
    .execute();
  return changes.map(({ at, kind, commit, difference }) => ({
    ...{ at, kind, commit },
    ...(difference === "" ? {} : { difference: JSON.parse(difference) }),
  }));
}
