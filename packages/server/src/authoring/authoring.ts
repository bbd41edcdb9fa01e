import type { LintReferences, Rule } from "@calypso/catalog";
import type { LoadedRules, RuleFiles } from "../detect/load.js";
import type { Clock } from "../platform/clock.js";
import type { Ids } from "../platform/ids.js";
import { ruleKey } from "../service/rules-in-force.js";
import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";
import type { Store } from "../store/store.js";
import type { RuleFolders } from "./rule-folders.js";

/** What people change rules with while a service runs them. */
export interface Authoring {
  readonly state: State;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly folders: RuleFolders;
  readonly files: RuleFiles;
  /** The rules as they were last taken up. */
  readonly loaded: () => LoadedRules;
  /** Takes up what has changed, now and not a moment later. */
  readonly takeUp: () => Promise<void>;
  readonly references: () => LintReferences;
  /** Fails for a query that costs too much to be understood. */
  readonly refuseCostly: (text: string, signal?: AbortSignal) => Promise<void>;
}

/** A rule by its key in the state. */
export function ruleOf({ loaded }: Pick<Authoring, "loaded">, key: string): Rule {
  const found = loaded().rules.find((rule) => ruleKey(rule) === key.toLowerCase());
  if (found === undefined) throw new Failure("rule-unknown", `no rule of the folders has the key ${key.slice(0, 100)}`);
  return found;
}

/** What was changed, by whom. */
export interface RuleChange {
  readonly rule: string;
  readonly by: string;
  readonly kind:
    | "created"
    | "saved"
    | "copied"
    | "adopted"
    | "overridden"
    | "exception-saved"
    | "exception-removed"
    | "windows-owed";
  readonly file?: string;
  readonly detail: string;
}

/** Keeps what was changed. */
export async function recordChange(
  { state, clock }: Pick<Authoring, "state" | "clock">,
  change: RuleChange,
): Promise<void> {
  const { rule, by, kind, file = "", detail } = change;
  await state.db.insertInto("rule_changes").values({ rule_id: rule, at: clock(), by, kind, file, detail }).execute();
}

/** What was changed about a rule, the latest first. */
export function changesOf({ state }: Pick<Authoring, "state">, rule: string, most: number) {
  return state.db
    .selectFrom("rule_changes")
    .select(["at", "by", "kind", "file", "detail"])
    .where("rule_id", "=", rule)
    .orderBy("id", "desc")
    .limit(most)
    .execute();
}
