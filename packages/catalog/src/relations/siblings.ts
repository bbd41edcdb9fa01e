import { type Relation, relate, relationKinds } from "./relate.js";
import { actionKey, indicatorKey, type RuleShape } from "./shape.js";

/** A rule that detects what another does, and how near it is. */
export interface Sibling {
  readonly key: string;
  readonly relation: Relation;
  /** From 0 to 1: how much of what either looks for is common, by how rare it is among all rules. */
  readonly likeness: number;
}

/** All rules of a catalogue by what they look for, so that the siblings of one are found without reading all. */
export class RelationIndex {
  readonly #shapes: ReadonlyMap<string, RuleShape>;
  readonly #byFamily = new Map<string, Set<string>>();
  readonly #byIndicator = new Map<string, Set<string>>();

  constructor(shapes: Iterable<RuleShape>) {
    const all = new Map<string, RuleShape>();
    for (const shape of shapes) {
      all.set(shape.key, shape);
      for (const { family } of shape.actions) add(this.#byFamily, family, shape.key);
      for (const indicator of shape.indicators) add(this.#byIndicator, indicatorKey(indicator), shape.key);
    }
    this.#shapes = all;
  }

  /** How many other rules look for the same field, operator and value, by platform. */
  counts(shape: RuleShape, indicator: RuleShape["indicators"][number]): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const key of this.#byIndicator.get(indicatorKey(indicator)) ?? []) {
      const platform = key === shape.key ? undefined : this.#shapes.get(key)?.platform;
      if (platform !== undefined) counts.set(platform, (counts.get(platform) ?? 0) + 1);
    }
    return counts;
  }

  /** The rules that have to do with one, the nearest first. */
  siblings(shape: RuleShape): readonly Sibling[] {
    const near = new Set<string>();
    for (const { family } of shape.actions) for (const key of this.#byFamily.get(family) ?? []) near.add(key);
    for (const indicator of shape.indicators) {
      for (const key of this.#byIndicator.get(indicatorKey(indicator)) ?? []) near.add(key);
    }
    near.delete(shape.key);
    const found = [...near].flatMap((key): Sibling[] => {
      const other = this.#shapes.get(key);
      const relation = other === undefined ? undefined : relate(shape, other);
      return other === undefined || relation === undefined
        ? []
        : [{ key, relation, likeness: this.#likeness(shape, other) }];
    });
    const rank = ({ relation: { kind } }: Sibling) => relationKinds.indexOf(kind);
    return found.sort((a, b) => rank(a) - rank(b) || b.likeness - a.likeness || (a.key < b.key ? -1 : 1));
  }

  #likeness(one: RuleShape, other: RuleShape): number {
    const [left, right] = [termsOf(one), termsOf(other)];
    let common = 0;
    let all = 0;
    for (const term of new Set([...left, ...right])) {
      const weight = this.#rarity(term);
      all += weight;
      if (left.has(term) && right.has(term)) common += weight;
    }
    return all === 0 ? 0 : common / all;
  }

  #rarity(term: string): number {
    const rules = this.#byIndicator.get(term)?.size ?? this.#byFamily.get(term)?.size ?? 1;
    return Math.log(1 + this.#shapes.size / rules);
  }
}

function termsOf({ actions, indicators }: RuleShape): ReadonlySet<string> {
  return new Set([...actions.map(actionKey), ...indicators.map(indicatorKey)]);
}

function add(index: Map<string, Set<string>>, key: string, value: string): void {
  const known = index.get(key) ?? new Set();
  known.add(value);
  index.set(key, known);
}
