import { createHash } from "node:crypto";
import { type Detection, type DetectionDifference, differenceOf, type Vocabulary } from "@calypso/catalog";
import { type Kysely, sql } from "kysely";
import type { StateTables } from "../state/tables.js";
import { type Facet, type FieldTest, facetLines, facetsOf, fieldTestsOf } from "./facts.js";
import { type KnownIdentity, type RuleIdentity, versionOf } from "./identity.js";
import { splitWords, wordsOf } from "./words.js";

/** Where rules come from, as the import was told. */
export interface Provenance {
  readonly source: string;
  readonly licence: string;
  readonly commit: string;
  readonly retrievedAt: string;
}

/** One import that goes on. */
export interface ImportRun {
  readonly id: number;
  readonly at: Date;
  readonly vocabulary: Vocabulary;
}

/** A rule as the state has it. */
export interface KnownRule extends KnownIdentity {
  readonly number: number;
  /** The digest of the rule's document, whose dissection changes with our readers. */
  readonly digest: string;
  /** See `readingOf`. */
  readonly reading: string;
}

/** A rule as an import has found it. */
export interface FoundRule {
  readonly detection: Detection;
  readonly identity: RuleIdentity;
  readonly provenance: Provenance;
  /** Empty where the rule could not be taken apart, so that the next import tries again. */
  readonly reading: string;
}

/** What became of a rule: `reread` where only our reading of it is new. */
export type RuleChange =
  | { readonly kind: "added" | "unchanged" | "reread" | "returned" }
  | { readonly kind: "changed"; readonly difference: DetectionDifference };

/** The rules that the state has of a source and platform, by their keys; with `key`, that one alone. */
export async function knownRules(
  db: Kysely<StateTables>,
  source: string,
  platform: string,
  key?: string,
): Promise<Map<string, KnownRule>> {
  const rows = await db
    .selectFrom("catalog_rules")
    .select(["key", "author_id", "file", "number", "version", "reading", "removed_at"])
    .select(sql<string>`md5(document)`.as("digest"))
    .where("source", "=", source)
    .where("platform", "=", platform)
    .$if(key !== undefined, (query) => query.where("key", "=", key ?? ""))
    .orderBy("number")
    .execute();
  return new Map(
    rows.map(({ author_id: authorId, removed_at, ...row }) => [
      row.key,
      { ...row, authorId, removed: removed_at !== null },
    ]),
  );
}

/** Writes one rule with all that it is found by, whole or not at all. */
export async function recordRule(
  db: Kysely<StateTables>,
  run: ImportRun,
  { detection, identity, provenance, reading }: FoundRule,
  known: KnownRule | undefined,
): Promise<RuleChange> {
  const document = JSON.stringify(detection);
  const version = versionOf(detection);
  const isSame = known !== undefined && !known.removed && known.version === version;
  if (isSame && known.digest === createHash("md5").update(document).digest("hex")) {
    await touchRule(db, known.number, reading, provenance);
    return { kind: "unchanged" };
  }
  return db.transaction().execute(async (transaction) => {
    const change = await changeOf(transaction, detection, version, known);
    const facets = facetsOf(detection, run.vocabulary);
    const row = rowOf(detection, provenance, { document, version, reading, facets: facetLines(facets) });
    const number = await writeRow(transaction, run, { ...identity, ...row }, change.kind, known);
    await writeFacts(transaction, number, facets, fieldTestsOf(detection, run.vocabulary));
    if (change.kind !== "reread" && change.kind !== "unchanged") {
      const difference = change.kind === "changed" ? JSON.stringify(change.difference) : "";
      await noteChange(transaction, run, {
        rule: number,
        kind: change.kind,
        version,
        commit: provenance.commit,
        difference,
      });
    }
    return change;
  });
}

/**
 * After many changes: PostgreSQL learns what there is, and searches no longer pass over what is gone. An embedded one has nobody
 * else who would see to that.
 */
export async function settleRules(db: Kysely<StateTables>): Promise<void> {
  await sql`VACUUM (ANALYZE) catalog_rules, catalog_facets, catalog_tests`.execute(db);
}

/** Marks a rule that its source has no more. */
export async function recordRemoval(
  db: Kysely<StateTables>,
  run: ImportRun,
  known: KnownRule,
  commit: string,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable("catalog_rules")
      .set({ removed_at: run.at })
      .where("number", "=", known.number)
      .execute();
    const { number: rule, version } = known;
    await noteChange(transaction, run, { rule, kind: "removed", version, commit, difference: "" });
  });
}

/** The commit that it was last seen in, for a rule that has not changed, and how it was read. */
export async function touchRule(
  db: Kysely<StateTables>,
  number: number,
  reading: string,
  { licence, commit, retrievedAt }: Provenance,
): Promise<void> {
  await db
    .updateTable("catalog_rules")
    .set({ licence, commit, retrieved_at: retrievedAt, reading })
    .where("number", "=", number)
    .where((where) =>
      where.or([
        where("licence", "!=", licence),
        where("commit", "!=", commit),
        where("retrieved_at", "!=", retrievedAt),
        where("reading", "!=", reading),
      ]),
    )
    .execute();
}

async function changeOf(
  db: Kysely<StateTables>,
  detection: Detection,
  version: string,
  known: KnownRule | undefined,
): Promise<RuleChange> {
  if (known === undefined) return { kind: "added" };
  if (known.removed && known.version === version) return { kind: "returned" };
  if (known.version === version) return { kind: "reread" };
  const { document } = await db
    .selectFrom("catalog_rules")
    .select("document")
    .where("number", "=", known.number)
    .executeTakeFirstOrThrow();
  const before: Detection = JSON.parse(document);
  return { kind: "changed", difference: differenceOf(before, detection) };
}

function rowOf(
  detection: Detection,
  { source, licence, commit, retrievedAt }: Provenance,
  made: { readonly document: string; readonly version: string; readonly reading: string; readonly facets: string },
) {
  const { platform, language, id, name, purpose, severity, status, file } = detection;
  return {
    ...{ platform, language, author_id: id, name, purpose, file, ...made, words: searchableWords(detection) },
    ...{ severity: severity ?? null, status: status ?? null },
    ...{ source, licence, commit, retrieved_at: retrievedAt, removed_at: null },
  };
}

async function writeRow(
  db: Kysely<StateTables>,
  { at }: ImportRun,
  row: RuleIdentity & ReturnType<typeof rowOf>,
  change: RuleChange["kind"],
  known: KnownRule | undefined,
): Promise<number> {
  if (known === undefined) {
    const { number } = await db
      .insertInto("catalog_rules")
      .values({ ...row, first_seen: at, changed_at: at, verdict: null })
      .returning("number")
      .executeTakeFirstOrThrow();
    return number;
  }
  const { number } = known;
  const changed = change === "changed" ? { changed_at: at, verdict: null } : {};
  await db
    .updateTable("catalog_rules")
    .set({ ...row, ...changed })
    .where("number", "=", number)
    .execute();
  await db.deleteFrom("catalog_facets").where("rule", "=", number).execute();
  await db.deleteFrom("catalog_tests").where("rule", "=", number).execute();
  if (change === "changed") await db.deleteFrom("catalog_verdicts").where("rule", "=", number).execute();
  return number;
}

/** The index of a rule's words: its name counts most, then its description, then all else. */
function searchableWords(detection: Detection) {
  const { name, description } = detection;
  return sql<string>`setweight(to_tsvector('english', ${`${name} ${splitWords(name)}`}), 'A')
    || setweight(to_tsvector('english', ${description.slice(0, longestDescription)}), 'B')
    || setweight(to_tsvector('english', ${wordsOf(detection)}), 'D')`;
}

async function writeFacts(
  db: Kysely<StateTables>,
  rule: number,
  facets: readonly Facet[],
  tests: readonly FieldTest[],
): Promise<void> {
  if (facets.length > 0) {
    await db
      .insertInto("catalog_facets")
      .values(facets.map((facet) => ({ rule, ...facet })))
      .execute();
  }
  for (let at = 0; at < tests.length; at += 1000) {
    const part = tests.slice(at, at + 1000).map((test) => ({ rule, ...test }));
    await db.insertInto("catalog_tests").values(part).execute();
  }
}

const longestDescription = 100_000;

async function noteChange(
  db: Kysely<StateTables>,
  { id, at }: ImportRun,
  change: {
    readonly rule: number;
    readonly kind: "added" | "changed" | "removed" | "returned";
    readonly version: string;
    readonly commit: string;
    readonly difference: string;
  },
): Promise<void> {
  await db
    .insertInto("catalog_changes")
    .values({ ...change, import_id: id, at })
    .execute();
}
