import type { Column } from "../schema/types.js";
import { internalName } from "./internal.js";
import type { Plan } from "./plan.js";

/** What a walk gathers on its way: a text of all values, or whether all or any of them are true. */
export interface Gathering {
  /** The column of the result. */
  readonly name: string;
  /** The column of the steps that holds the value. */
  readonly value: string;
  readonly how: "list" | "all" | "any";
  /** The value belongs to the node that a step leaves, so the first step adds none. */
  readonly inner: boolean;
  /** A walk whose values are not all true ends there. */
  readonly required?: true;
}

/**
 * Ways along steps from one key to the next, at least `least` and at most `most` steps long. The column `edges` holds the
 * numbers of their edges and `nodes` the keys that they pass, both as arrays; `length` is the number of steps.
 */
export interface Walk {
  readonly kind: "walk";
  /** Where ways begin: the columns `key` and, where there is one, `part`. */
  readonly seeds: Plan;
  /** One row for each step: `from`, `to`, `edge`, `part`, and the values that are gathered. */
  readonly steps: Plan;
  readonly key: Column;
  /** A column that a way's steps and its seed share. */
  readonly part?: Column;
  readonly least: number;
  readonly most: number;
  /** What a way may not meet twice. */
  readonly once: "edges" | "nodes" | "nothing";
  /** Steps are added in front, so that edges are in the order of a way that ends at its seed. */
  readonly backward: boolean;
  /** Of ways of one length between the same two keys, one is enough. */
  readonly anyOfEach?: true;
  readonly gatherings: readonly Gathering[];
  readonly names: WalkNames;
}

/** The columns of a walk's result. */
export interface WalkNames {
  readonly seed: string;
  readonly end: string;
  readonly edges: string;
  readonly nodes: string;
  readonly length: string;
}

/** The columns that a walk reads of its seeds and steps. */
export const stepNames = {
  key: internalName("key"),
  from: internalName("from"),
  to: internalName("to"),
  edge: internalName("edge"),
  part: internalName("part"),
} as const;

/** The columns that a walk gives. Its arrays have no type of KQL; nothing but the compiler's own functions reads them. */
export function walkColumns(walk: Walk): readonly Column[] {
  const { names, key, part } = walk;
  return [
    { name: names.seed, type: key.type },
    { name: names.end, type: key.type },
    ...(part === undefined ? [] : [part]),
    { name: names.edges, type: "dynamic" },
    { name: names.nodes, type: "dynamic" },
    { name: names.length, type: "long" },
    ...walk.gatherings.map(({ name, how }): Column => ({ name, type: how === "list" ? "string" : "bool" })),
  ];
}
