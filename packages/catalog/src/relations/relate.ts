import type { Clause } from "./clause.js";
import { canMeetBoth, hasWord, implies } from "./implies.js";
import type { Action, ReadShape, RuleShape } from "./shape.js";

/** How a rule stands to another, the closest first. `stricter`: what it finds, the other finds too. */
export const relationKinds = ["equal", "stricter", "looser", "overlapping", "same action"] as const;
export type RelationKind = (typeof relationKinds)[number];

/** How one rule stands to another, and what each asks that the other does not. */
export interface Relation {
  readonly kind: RelationKind;
  readonly shared: readonly Clause[];
  readonly onlyHere: readonly Clause[];
  readonly onlyThere: readonly Clause[];
}

/** Undefined for rules that have nothing to do with each other. */
export function relate(here: RuleShape, there: RuleShape): Relation | undefined {
  const kind = closest(here, there);
  if (kind === undefined) return undefined;
  const [own, other] = [clausesIn(here), clausesIn(there)];
  return {
    kind,
    shared: [...own].flatMap(([key, clause]) => (other.has(key) ? [clause] : [])),
    onlyHere: [...own].flatMap(([key, clause]) => (other.has(key) ? [] : [clause])),
    onlyThere: [...other].flatMap(([key, clause]) => (own.has(key) ? [] : [clause])),
  };
}

function clausesIn({ reads }: RuleShape): ReadonlyMap<string, Clause> {
  return new Map(reads.flatMap(({ clauses }) => clauses.map((clause) => [JSON.stringify(clause), clause])));
}

function closest(here: RuleShape, there: RuleShape): RelationKind | undefined {
  const [forth, back] = [covers(here, there), covers(there, here)];
  if (forth && back) return "equal";
  if (forth) return "stricter";
  if (back) return "looser";
  if (overlap(here, there)) return "overlapping";
  return here.actions.some((one) => there.actions.some((other) => sameAction(one, other))) ? "same action" : undefined;
}

/**
 * True where each read of the one is of events that the other finds. Known only of rules that look at one kind of events, since
 * how reads are joined is not part of a shape.
 */
function covers(stricter: RuleShape, looser: RuleShape): boolean {
  // What a rule asks besides keeps out some of what it would find.
  if (!isPlain(stricter) || !isPlain(looser) || !looser.whole) return false;
  if (looser.thresholds.length > 0 && JSON.stringify(looser.thresholds) !== JSON.stringify(stricter.thresholds))
    return false;
  return stricter.reads.every((read) =>
    looser.reads.some((other) => read.events === other.events && implies(read.clauses, other.clauses)),
  );
}

function isPlain({ reads }: RuleShape): boolean {
  return (
    reads.length > 0 &&
    new Set(reads.map(({ events }) => events)).size === 1 &&
    reads.every(({ absent, clauses }) => !absent && clauses.length > 0)
  );
}

/** One event can be what both look for, and both ask the same of it in at least one respect that is not everyday. */
function overlap(here: RuleShape, there: RuleShape): boolean {
  return here.reads.some(
    (one) => !one.absent && there.reads.some((other) => !other.absent && readsOverlap(one, other)),
  );
}

function readsOverlap(one: ReadShape, other: ReadShape): boolean {
  if (one.events !== other.events || !canMeetBoth(one.clauses, other.clauses)) return false;
  const keys = new Set(other.clauses.map((clause) => JSON.stringify(clause)));
  return one.clauses.some(
    (clause) => isTelling(clause) && (keys.has(JSON.stringify(clause)) || sharesValue(clause, other.clauses)),
  );
}

/** Asks for a value, and not only that something is there or is not something. */
function isTelling(clause: Clause): boolean {
  return clause.some(({ negated, operator }) => !negated && operator !== "exists" && operator !== "unread");
}

function sharesValue(clause: Clause, others: readonly Clause[]): boolean {
  const values = new Set(clause.flatMap(valuesOf));
  return others.some((other) => other.flatMap(valuesOf).some((value) => values.has(value)));
}

function valuesOf({ negated, operator, field, values }: Clause[number]): readonly string[] {
  return negated || operator === "exists" || operator === "unread"
    ? []
    : values.map((value) => `${field}\u0000${value.toLowerCase()}`);
}

/** True where one event can be both: the same operation, or a part of its name that the other has. */
export function sameAction(one: Action, other: Action): boolean {
  if (one.family !== other.family) return false;
  const [a, b] = [one.operation, other.operation];
  if (a === undefined || b === undefined) return a === b;
  return names(a, b.value) || names(b, a.value);
}

function names({ operator, value }: NonNullable<Action["operation"]>, text: string): boolean {
  switch (operator) {
    case "equals":
      return value === text;
    case "contains":
      return text.includes(value);
    case "has":
      return hasWord(text, value);
    case "startswith":
      return text.startsWith(value);
    case "endswith":
      return text.endsWith(value);
    case "wildcard":
      return text.includes(value.replaceAll("*", "")) && value.replace(/[*?]/g, "").length > 3;
    default:
      return false;
  }
}
