import type { CoverageStep } from "@calypso/catalog";
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

/**
 * Rules that could run here and would come to `step` as far as is known, by the technique that they claim, in the numbers that
 * `current` gives. Rules that are in use already, by their authors' ids in lower case, are left out.
 */
export async function candidatesFor(
  db: Kysely<StateTables>,
  step: CoverageStep,
  current: (technique: string) => string | undefined,
  inUse: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Candidates>> {
  const rows = await db
    .selectFrom("catalog_rules")
    .innerJoin("catalog_facets", "catalog_facets.rule", "catalog_rules.number")
    .select(["id", "author_id", "name", "platform", "verdict", "value"])
    .where("kind", "=", "technique")
    .where("removed_at", "is", null)
    .where("purpose", "=", "rule")
    .where("language", "in", ["kql", "sigma"])
    .orderBy("name")
    .orderBy("id")
    .execute();
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
