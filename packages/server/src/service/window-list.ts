import type { State } from "../state/open-state.js";
import type { LedgerWindow } from "./ledger.js";

/** Windows of a rule, in the order of their ends, and how many there are in all. */
export interface WindowList {
  readonly windows: readonly LedgerWindow[];
  readonly total: number;
}

/** The windows of a rule that end in a range (`from < end <= to`); where there are more than `most`, the latest. */
export async function windowsBetween(
  { db }: State,
  rule: string,
  { from, to }: { readonly from: Date; readonly to: Date },
  most: number,
): Promise<WindowList> {
  const within = db
    .selectFrom("windows")
    .where("rule_id", "=", rule)
    .where("window_to", ">", from)
    .where("window_to", "<=", to);
  const { count } = await within.select(({ fn }) => fn.countAll<string>().as("count")).executeTakeFirstOrThrow();
  const windows = await within.selectAll().orderBy("window_to", "desc").limit(most).execute();
  return { windows: windows.reverse(), total: Number(count) };
}

/** The versions of a rule that a service has seen, the latest first. */
export async function versionsOf({ db }: State, rule: string, most: number) {
  const rows = await db
    .selectFrom("rule_versions as v")
    .select(["v.version", "v.seen_at", "v.document"])
    .where("v.rule_id", "=", rule)
    .orderBy("v.seen_at", "desc")
    .limit(most)
    .execute();
  return rows;
}
