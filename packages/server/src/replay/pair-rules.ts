import type { RuleInForce } from "../service/rules-in-force.js";

/** A rule in the version that is looked at, and in the one that it is compared with; one of them may be missing. */
export interface RulePair {
  /** By what the differences of the pair are known. */
  readonly id: string;
  readonly now?: RuleInForce;
  readonly before?: RuleInForce;
}

/**
 * Pairs the versions of rules: those of the same id, else of the same name. Where there is one rule on either side, they are
 * two versions of one, whatever they are called. The earlier version gets the later's key, as that decides when windows end.
 */
export function pairRules(now: readonly RuleInForce[], before: readonly RuleInForce[]): readonly RulePair[] {
  const left = new Set(before);
  const take = (found: RuleInForce | undefined) => {
    if (found !== undefined) left.delete(found);
    return found;
  };
  const only = now.length === 1 && before.length === 1 ? before[0] : undefined;
  const sameId = new Map(now.map((one) => [one, take(before.find(({ id }) => id === one.id))]));
  const pairs = now.map((one): RulePair => {
    const other = sameId.get(one) ?? take([...left].find(({ rule }) => rule.name === one.rule.name) ?? only);
    return { id: one.id, now: one, ...(other === undefined ? {} : { before: { ...other, id: one.id } }) };
  });
  return [...pairs, ...[...left].map((one) => ({ id: one.id, before: one }))];
}
