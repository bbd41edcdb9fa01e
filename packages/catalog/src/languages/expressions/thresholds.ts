import { allOf } from "../../detections/combine.js";
import type { Condition, Unread } from "../../detections/condition.js";
import type { GroupTest } from "./condition-reader.js";
import { inverted } from "./constants.js";

/** Group tests that all have to hold, or one set of them where there are several. */
export interface GroupLogic {
  readonly always: readonly GroupTest[];
  /** One of these has to hold as a whole; empty where there is nothing to choose. */
  readonly alternatives: readonly (readonly GroupTest[])[];
}

/** The most alternatives that are written out. */
const mostAlternatives = 32;

/** Takes comparisons of aggregates out of a condition; what mixes them with conditions on single events stays. */
export function takeGroupTests(
  condition: Condition,
  groupTest: (part: Unread) => GroupTest | undefined,
): { readonly rest: Condition; readonly groups: GroupLogic } {
  const parts = condition.kind === "all" ? condition.parts : [condition];
  const rest: Condition[] = [];
  let sets: (readonly GroupTest[])[] = [[]];
  for (const part of parts) {
    const own = alternativesOf(part, groupTest, false);
    const product = own?.flatMap((set) => sets.map((before) => [...before, ...set]));
    if (product === undefined || product.length > mostAlternatives) rest.push(part);
    else sets = product;
  }
  const [only] = sets;
  if (sets.length === 1) return { rest: allOf(rest), groups: { always: only ?? [], alternatives: [] } };
  const members = sets.map((set) => new Set(set));
  const common = new Set((only ?? []).filter((test) => members.every((set) => set.has(test))));
  const alternatives = sets.map((set) => set.filter((test) => !common.has(test)));
  return { rest: allOf(rest), groups: { always: [...common], alternatives } };
}

/** The condition as sets of tests, of which one has to hold; undefined where it is not of group tests alone. */
function alternativesOf(
  condition: Condition,
  groupTest: (part: Unread) => GroupTest | undefined,
  isNot: boolean,
): (readonly GroupTest[])[] | undefined {
  if (condition.kind === "not") return alternativesOf(condition.part, groupTest, !isNot);
  if (condition.kind === "test") return undefined;
  if (condition.kind === "unread") {
    const found = groupTest(condition);
    const operator = found === undefined ? undefined : isNot ? inverted(found.operator) : found.operator;
    return found === undefined || operator === undefined ? undefined : [[isNot ? { ...found, operator } : found]];
  }
  if (condition.parts.length === 0) return undefined;
  const parts: (readonly GroupTest[])[][] = [];
  for (const part of condition.parts) {
    const own = alternativesOf(part, groupTest, isNot);
    if (own === undefined) return undefined;
    parts.push(own);
  }
  if ((condition.kind === "any") !== isNot) {
    const sets = parts.flat();
    return sets.length > mostAlternatives ? undefined : sets;
  }
  let sets: (readonly GroupTest[])[] = [[]];
  for (const own of parts) {
    sets = own.flatMap((set) => sets.map((before) => [...before, ...set]));
    if (sets.length > mostAlternatives) return undefined;
  }
  return sets;
}
