import type { Detection, Rule } from "@calypso/catalog";
import type { Kysely } from "kysely";
import type { StateTables } from "../../state/tables.js";
import { Failure } from "../../store/failures.js";
import { matching, type RuleConditions } from "../search-rules.js";
import type { Verdict } from "./verdict.js";

/** A rule of the catalogue that is to be tried. */
export interface RuleToTry {
  readonly number: number;
  readonly id: string;
  readonly name: string;
  readonly rule?: Rule;
}

/** The rules that a search finds, or those of some ids, by their numbers. */
export async function rulesToTry(
  db: Kysely<StateTables>,
  search: RuleConditions,
  ids: readonly string[],
): Promise<ReadonlyMap<number, RuleToTry>> {
  const query = db.selectFrom("catalog_rules").select(["number", "id", "name", "document"]).where(matching(search));
  const chosen = ids.length === 0 ? query : query.where("id", "in", [...ids]);
  const found = new Map<number, RuleToTry>();
  for (const { number, id, name, document } of await chosen.orderBy("name").orderBy("id").execute()) {
    const { rule }: Detection = JSON.parse(document);
    found.set(number, { number, id, name, ...(rule === undefined ? {} : { rule }) });
  }
  const known = new Set([...found.values()].map(({ id }) => id));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw new Failure("catalog-rule-unknown", `the catalogue has no rule ${unknown}`, { hint: "give whole ids" });
  }
  return found;
}

/** Keeps how a rule did, in place of what was known before. */
export async function recordVerdict(
  db: Kysely<StateTables>,
  {
    rule,
    at,
    workspace,
    verdict,
  }: { readonly rule: number; readonly at: Date; readonly workspace: string; readonly verdict: Verdict },
): Promise<void> {
  const row = { at, workspace, document: JSON.stringify(verdict) };
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto("catalog_verdicts")
      .values({ rule, ...row })
      .onConflict((conflict) => conflict.column("rule").doUpdateSet(row))
      .execute();
    await transaction
      .updateTable("catalog_rules")
      .set({ verdict: verdict.status })
      .where("number", "=", rule)
      .execute();
  });
}
