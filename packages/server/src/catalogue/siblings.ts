import {
  type Detection,
  RelationIndex,
  type RelationKind,
  type RuleShape,
  shapeOf,
  type Vocabulary,
} from "@calypso/catalog";
import { type Kysely, sql } from "kysely";
import type { StateTables } from "../state/tables.js";

/** A rule that detects what another does, and what each asks that the other does not. */
export interface RelatedRule {
  readonly id: string;
  readonly name: string;
  readonly platform: string;
  /** How it stands to the other: `stricter` where all that it finds the other finds too. */
  readonly kind: RelationKind;
  readonly likeness: number;
  readonly adds: readonly string[];
  readonly lacks: readonly string[];
}

/** A rule whose siblings are asked for. */
export interface AskedRule {
  readonly id: string;
  readonly number: number;
  readonly detection: Detection;
}

export type RelatedTo = (rule: AskedRule) => Promise<readonly RelatedRule[]>;

/** How many rules of the same events are looked at for the siblings of one. */
const mostCandidates = 2000;
const mostSiblings = 20;

/** Rules of the same events or tables are compared, those first that share most of what they look for. */
export function relatedInState(db: Kysely<StateTables>, vocabulary: Vocabulary): RelatedTo {
  return async ({ id, number, detection }) => {
    const { rows } = await sql<StoredRule>`
      SELECT r.id, r.document, r.name, r.platform FROM catalog_rules r
      WHERE r.removed_at IS NULL AND r.number <> ${number} AND r.number IN (
        SELECT theirs.rule FROM catalog_facets mine JOIN catalog_facets theirs ON theirs.kind = mine.kind AND lower(theirs.value) = lower(mine.value)
        WHERE mine.rule = ${number} AND mine.kind IN ('events', 'table'))
      ORDER BY (SELECT count(*) FROM catalog_tests mine JOIN catalog_tests theirs
        ON lower(theirs.field) = lower(mine.field) AND lower(theirs.value) = lower(mine.value)
        WHERE mine.rule = ${number} AND theirs.rule = r.number) DESC, r.id
      LIMIT ${mostCandidates}`.execute(db);
    const shape = shapeOf(id, detection, vocabulary);
    const index = new RelationIndex([shape, ...rows.map((row) => shapeOfRow(row, vocabulary))]);
    return siblingsIn(index, shape, new Map(rows.map((row) => [row.id, row])));
  };
}

/** The same for many rules: all of the catalogue is compared, and read only once. */
export async function relatedInMemory(db: Kysely<StateTables>, vocabulary: Vocabulary): Promise<RelatedTo> {
  const names = new Map<string, Pick<StoredRule, "name" | "platform">>();
  const shapes = new Map<string, RuleShape>();
  for (let after: string | undefined = ""; after !== undefined; ) {
    const rows: readonly StoredRule[] = await db
      .selectFrom("catalog_rules")
      .select(["id", "document", "name", "platform"])
      .where("removed_at", "is", null)
      .where("id", ">", after)
      .orderBy("id")
      .limit(500)
      .execute();
    for (const row of rows) {
      names.set(row.id, { name: row.name, platform: row.platform });
      shapes.set(row.id, shapeOfRow(row, vocabulary));
    }
    after = rows.at(-1)?.id;
  }
  const index = new RelationIndex(shapes.values());
  return async ({ id, detection }) => siblingsIn(index, shapes.get(id) ?? shapeOf(id, detection, vocabulary), names);
}

interface StoredRule {
  readonly id: string;
  readonly document: string;
  readonly name: string;
  readonly platform: string;
}

function shapeOfRow({ id, document }: StoredRule, vocabulary: Vocabulary): RuleShape {
  const detection: Detection = JSON.parse(document);
  return shapeOf(id, detection, vocabulary);
}

function siblingsIn(
  index: RelationIndex,
  shape: RuleShape,
  names: ReadonlyMap<string, Pick<StoredRule, "name" | "platform">>,
): readonly RelatedRule[] {
  const siblings = index.siblings(shape).slice(0, mostSiblings);
  return siblings.flatMap(({ key: id, relation, likeness }): RelatedRule[] => {
    const rule = names.get(id);
    if (rule === undefined) return [];
    const { kind, onlyThere, onlyHere } = relation;
    const { name, platform } = rule;
    return [
      {
        id,
        name,
        platform,
        kind: reverse[kind],
        likeness,
        adds: onlyThere.map(clauseText),
        lacks: onlyHere.map(clauseText),
      },
    ];
  });
}

/** How the second stands to the first, where this is how the first stands to the second. */
const reverse: Readonly<Record<RelationKind, RelationKind>> = {
  ...{ equal: "equal", stricter: "looser", looser: "stricter" },
  ...{ overlapping: "overlapping", "same action": "same action" },
};

type Clause = ReturnType<RelationIndex["siblings"]>[number]["relation"]["onlyHere"][number];

function clauseText(clause: Clause): string {
  return clause
    .map(({ field, operator, values, negated }) =>
      `${negated ? "not " : ""}${field} ${operator} ${values.join(", ")}`.trim(),
    )
    .join(" or ");
}
