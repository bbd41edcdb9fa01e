import { createHash } from "node:crypto";
import type { Rule } from "@calypso/catalog";
import type { Transaction } from "kysely";
import type { State } from "../state/open-state.js";
import type { StateTables } from "../state/tables.js";

/** A rule as it runs. */
export interface RuleInForce {
  /** Its key in the state. */
  readonly id: string;
  readonly rule: Rule;
  /** The digest of all that decides what the rule does. */
  readonly version: string;
  /** How long a run waits after the end of its window, in milliseconds. */
  readonly delay: number;
  readonly cutBy: "event" | "arrival";
}

/**
 * Takes up the rules that folders hold now: new ones and new versions are noted, and one that is gone
 * runs no more. Hunts and kinds without a query are left out, as nothing runs them by the clock.
 */
export async function takeUpRules(state: State, rules: readonly Rule[], now: Date): Promise<readonly RuleInForce[]> {
  return state.db.transaction().execute(async (db) => {
    const inForce = rulesToRun(rules);
    for (const one of inForce) await note(db, one, now);
    const running = inForce.filter(({ rule }) => rule.enabled).map(({ id }) => id);
    // What is owed stays owed; what is not due yet is planned anew when the rule is on again.
    await db
      .deleteFrom("windows")
      .where("state", "=", "planned")
      .where("rule_id", "not in", ["", ...running])
      .execute();
    await db
      .updateTable("rules")
      .set({ removed_at: now, active_since: null })
      .where("removed_at", "is", null)
      .where("id", "not in", ["", ...inForce.map(({ id }) => id)])
      .execute();
    return inForce;
  });
}

/** A rule's key: its id, whatever the case; for one without, the digest of where it stands and what it is called. */
export function ruleKey(rule: Pick<Rule, "id" | "file" | "name">): string {
  return rule.id === "" ? digest([rule.file, rule.name]).slice(0, 32) : rule.id.toLowerCase();
}

/** The rules that run by the clock, as they run. Hunts and kinds without a query are left out, and of two with one key the second. */
export function rulesToRun(rules: readonly Rule[]): readonly RuleInForce[] {
  const byKey = new Map<string, Rule>();
  for (const rule of rules) {
    const runs = rule.kind === "Scheduled" || rule.kind === "NRT";
    if (runs && !byKey.has(ruleKey(rule))) byKey.set(ruleKey(rule), rule);
  }
  return [...byKey.values()].map(asItRuns);
}

/** How a rule runs that says nothing else: near-real-time rules look at what arrived, and soon. */
export function asItRuns(rule: Rule): RuleInForce {
  const nearRealTime = rule.kind === "NRT";
  return {
    id: ruleKey(rule),
    rule,
    version: versionOf(rule),
    delay: rule.delay ?? (nearRealTime ? 2 : 5) * 60_000,
    cutBy: rule.cutBy ?? (nearRealTime ? "arrival" : "event"),
  };
}

/** Until when the windows of a rule are passed over that has raised an alert in the one that ends then. */
export function quietUntil({ suppression }: Rule, end: Date): Date | undefined {
  return suppression.enabled ? new Date(end.getTime() + suppression.duration) : undefined;
}

/** Of exceptions counts what they hide and how long, and not where they stand or why they are there. */
function versionOf({ places: _places, file: _file, obstacle, exceptions = [], ...rule }: Rule): string {
  const hidden = exceptions.map(({ id, condition, expiry, enabled }) => [id, condition.text, expiry ?? null, enabled]);
  return digest([rule, obstacle?.message ?? "", ...(hidden.length === 0 ? [] : [hidden])]);
}

async function note(db: Transaction<StateTables>, { id, rule, version }: RuleInForce, now: Date): Promise<void> {
  const known = await db.selectFrom("rules").selectAll().where("id", "=", id).executeTakeFirst();
  const values = {
    name: rule.name,
    kind: rule.kind,
    file: rule.file,
    version,
    obstacle: rule.obstacle?.message ?? null,
    active_since: rule.enabled ? (known?.active_since ?? now) : null,
    removed_at: null,
  };
  if (known === undefined) {
    await db
      .insertInto("rules")
      .values({ id, ...values, suppressed_until: null })
      .execute();
  } else {
    await db.updateTable("rules").set(values).where("id", "=", id).execute();
  }
  await db
    .insertInto("rule_versions")
    .values({ rule_id: id, version, seen_at: now, document: JSON.stringify(rule) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
