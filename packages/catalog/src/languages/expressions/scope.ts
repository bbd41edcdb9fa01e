import type { Expression } from "./expression.js";

/** What a name stands for in a stage of a pipeline. */
export type Meaning =
  /** A field of the events, and the functions that were applied to it, the innermost first. */
  | { readonly kind: "field"; readonly name: string; readonly through: readonly string[] }
  /** An expression over the names of an earlier stage. */
  | { readonly kind: "expression"; readonly expression: Expression; readonly scope: Scope }
  | { readonly kind: "aggregate"; readonly aggregate: Aggregate }
  /** Something that the rule's text does not say: what a look-up or a join gives. */
  | { readonly kind: "made" };

/** A value of a group of events. */
export interface Aggregate {
  /** By KQL's name: `count`, `dcount`. */
  readonly function: string;
  /** The field it is computed of. */
  readonly of?: string;
  readonly by: readonly string[];
  /** The length of the groups' time slot in milliseconds. */
  readonly within?: number;
  /** False for aggregates that are no number: lists of values, the first time. */
  readonly isNumber: boolean;
}

/** The names of a stage. A name that none of the stages gave a meaning is a field of the events. */
export class Scope {
  readonly #names: ReadonlyMap<string, Meaning>;
  readonly #before: Scope | undefined;
  /** True where names of earlier stages are gone: after an aggregation. */
  readonly #isClosed: boolean;

  constructor(names: Iterable<readonly [string, Meaning]> = [], before?: Scope, isClosed = false) {
    this.#names = new Map(names);
    this.#before = before;
    this.#isClosed = isClosed;
  }

  meaning(name: string): Meaning {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#before) {
      const meaning = scope.#names.get(name);
      if (meaning !== undefined) return meaning;
      if (scope.#isClosed) return { kind: "made" };
    }
    return { kind: "field", name, through: [] };
  }

  /** The scope of the next stage, with names added. */
  with(names: Iterable<readonly [string, Meaning]>): Scope {
    return new Scope(names, this);
  }

  /** The scope after an aggregation: only these names. */
  closedWith(names: Iterable<readonly [string, Meaning]>): Scope {
    return new Scope(names, this, true);
  }
}
