import {
  type AttackFacts,
  type CoverageMatrix,
  type CoverageStep,
  currentTechnique,
  type Gap,
  gapsBefore,
  type ProfileCoverage,
} from "@calypso/catalog";
import type { Kysely } from "kysely";
import type { StateTables } from "../state/tables.js";
import type { VerdictStatus } from "./verdict/verdict.js";

/** A rule of the catalogue that would bring a technique further. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly platform: string;
  /** How it did here when it was last tried; absent where it never was. */
  readonly verdict?: string;
}

/** The best of the rules that would close a gap, and how many there are. */
export interface Candidates {
  readonly total: number;
  readonly best: readonly Candidate[];
}

/** The best first. With these a rule has rows in its tables, and with these at least it binds. */
const withData: readonly VerdictStatus[] = ["fires", "silent", "empty fields"];
const binding: readonly VerdictStatus[] = [...withData, "failed", "no data"];

/** How many rules are named for a technique. */
const mostNamed = 5;

/** What is covered, with what it is compared with. */
export interface CoveredSoFar {
  readonly attack: AttackFacts;
  readonly matrix: CoverageMatrix;
  readonly profile: ProfileCoverage | undefined;
}

/**
 * What has not come to `step`, each with the rules of the catalogue that would bring it there: of a profile where there is one, and
 * else of all techniques for which there is such a rule.
 */
export async function gapsWithCandidates(
  db: Kysely<StateTables>,
  step: CoverageStep,
  { attack, matrix, profile }: CoveredSoFar,
): Promise<readonly (Gap & { readonly candidates: Candidates })[]> {
  const found = await candidatesFor(db, step, (technique) => currentTechnique(attack, technique), idsInUse(matrix));
  return gapsBefore(step, matrix, profile, "all")
    .map((gap) => ({ ...gap, candidates: found.get(gap.id) ?? noCandidates }))
    .filter(({ candidates }) => profile !== undefined || candidates.total > 0);
}

/** Rules of the catalogue that would bring one technique to `step`. */
export async function candidatesOf(
  db: Kysely<StateTables>,
  step: CoverageStep,
  technique: string,
  { attack, matrix }: Pick<CoveredSoFar, "attack" | "matrix">,
): Promise<Candidates> {
  const claimed = Object.keys(attack.techniques).filter((one) => currentTechnique(attack, one) === technique);
  const current = () => technique;
  return (await candidatesFor(db, step, current, idsInUse(matrix), claimed)).get(technique) ?? noCandidates;
}

const noCandidates: Candidates = { total: 0, best: [] };

function idsInUse({ all }: CoverageMatrix): ReadonlySet<string> {
  return new Set(all.flatMap(({ rules }) => rules.flatMap(({ id }) => (id === "" ? [] : [id.toLowerCase()]))));
}

/**
 * Rules that could run here and would come to `step` as far as is known, by the technique that they claim, in the numbers that
 * `current` gives. Rules that are in use already, by their authors' ids in lower case, are left out, and those that claim none of `only`.
 */
async function candidatesFor(
  db: Kysely<StateTables>,
  step: CoverageStep,
  current: (technique: string) => string | undefined,
  inUse: ReadonlySet<string>,
  only?: readonly string[],
): Promise<ReadonlyMap<string, Candidates>> {
  const claims = db
    .selectFrom("catalog_rules")
    .innerJoin("catalog_facets", "catalog_facets.rule", "catalog_rules.number")
    .select(["id", "author_id", "name", "platform", "verdict", "value"])
    .where("kind", "=", "technique")
    .where("removed_at", "is", null)
    .where("purpose", "=", "rule")
    .where("language", "in", ["kql", "sigma"]);
  const wanting = only === undefined ? claims : claims.where("value", "in", [...only]);
  const rows = await wanting.orderBy("name").orderBy("id").execute();
  const wanted: readonly string[] = step === "claimed" || step === "binds" ? binding : withData;
  const found = new Map<string, Map<string, Candidate>>();
  for (const { id, author_id, name, platform, verdict, value } of rows) {
    const technique = current(value);
    if (technique === undefined || inUse.has(author_id.toLowerCase())) continue;
    if (verdict !== null && !wanted.includes(verdict)) continue;
    const own = found.get(technique) ?? new Map<string, Candidate>();
    own.set(id, { id, name, platform, ...(verdict === null ? {} : { verdict }) });
    found.set(technique, own);
  }
  const rank = ({ verdict }: Candidate) => (verdict === undefined ? wanted.length : wanted.indexOf(verdict));
  return new Map(
    [...found].map(([technique, own]) => {
      const sorted = [...own.values()].sort((one, other) => rank(one) - rank(other));
      return [technique, { total: sorted.length, best: sorted.slice(0, mostNamed) }];
    }),
  );
}
