import type { Condition, Test, TestValue } from "../detections/condition.js";
import { subjectOf } from "../detections/detection-tests.js";

/**
 * A condition as clauses that all have to hold, each a choice of atoms of which one has to: what rules are compared by. Values
 * are text, in lower case where case does not count.
 */
export type Clause = readonly Atom[];

/** A test of a field or what is not understood, as it has to be or must not be. */
export interface Atom {
  readonly negated: boolean;
  /** The vocabulary's name of the field, with the functions around it; as written where it has none. */
  readonly field: string;
  readonly operator: Test["operator"] | "unread";
  /** Texts; of `unread` its own text. */
  readonly values: readonly string[];
  readonly caseSensitive: boolean;
  /** The field that it is compared with. */
  readonly other?: string;
}

/** The most atoms of a clause that a choice of conjunctions is multiplied out to. */
const mostAtoms = 64;
/** The most clauses of a condition. */
const mostClauses = 512;

/** The clauses of a condition. What would have to be multiplied out beyond all measure is one atom that is not understood. */
export function clausesOf(condition: Condition): readonly Clause[] {
  return unique(clausesFrom(condition, false));
}

function clausesFrom(condition: Condition, negated: boolean): readonly Clause[] {
  switch (condition.kind) {
    case "all":
    case "any": {
      const parts = condition.parts.map((part) => clausesFrom(part, negated));
      return (condition.kind === "all") !== negated ? parts.flat() : product(parts, condition);
    }
    case "not":
      return clausesFrom(condition.part, !negated);
    case "unread":
      return [[{ negated, field: "", operator: "unread", values: [condition.text], caseSensitive: true }]];
    default:
      return ofTest(condition, negated);
  }
}

function ofTest(test: Test, negated: boolean): readonly Clause[] {
  const { operator, caseSensitive, other } = test;
  const values = test.values.map((value) => valueText(value, caseSensitive));
  const atom: Atom = {
    ...{ negated, field: subjectOf(test), operator, caseSensitive },
    values: operator === "between" ? values : [...new Set(values)].sort(),
    ...(other === undefined ? {} : { other: other.field ?? other.written }),
  };
  // A pattern without any wildcard is the value.
  return [[operator === "wildcard" ? plainWildcard(atom) : atom]];
}

/** `*x*` is `contains`, `x*` is `startswith`, `*x` is `endswith`, `x` is `equals`, where all values are of one shape. */
function plainWildcard(atom: Atom): Atom {
  const shapes = atom.values.map((value) => /^(\*?)([^*?]*)(\*?)$/.exec(value));
  const [first] = shapes;
  if (first === undefined || first === null) return atom;
  const same = shapes.every((shape) => shape !== null && shape[1] === first[1] && shape[3] === first[3]);
  if (!same || first[2] === "") return atom;
  const operator = ({ "": "equals", "*|": "endswith", "|*": "startswith", "*|*": "contains" } as const)[
    first[1] === "" && first[3] === "" ? "" : (`${first[1]}|${first[3]}` as "*|" | "|*" | "*|*")
  ];
  return { ...atom, operator, values: shapes.map((shape) => shape?.[2] ?? "").sort() };
}

export function valueText(value: TestValue, caseSensitive: boolean): string {
  // A null is kept as the empty text is: not there.
  const text = value === null ? "" : String(value);
  return caseSensitive ? text : text.toLowerCase();
}

/** A choice between conjunctions: every clause of one beside every clause of the others. */
function product(parts: readonly (readonly Clause[])[], condition: Condition): readonly Clause[] {
  let all: readonly Clause[] = [[]];
  for (const clauses of parts) {
    all = all.flatMap((left) => clauses.map((right) => joined([...left, ...right])));
    if (all.length > mostClauses || all.some((clause) => clause.length > mostAtoms)) {
      return [
        [{ negated: false, field: "", operator: "unread", values: [JSON.stringify(condition)], caseSensitive: true }],
      ];
    }
  }
  return all;
}

/** Atoms of one field and operator are one with all of their values. */
function joined(clause: Clause): Clause {
  const found = new Map<string, Atom>();
  for (const atom of clause) {
    const { values, ...rest } = atom;
    // Of what must not be, one of several is not one of all; of bounds there is one.
    const key = JSON.stringify(atom.negated || ranges.has(atom.operator) ? atom : rest);
    const known = found.get(key);
    found.set(key, known === undefined ? atom : { ...atom, values: [...new Set([...known.values, ...values])].sort() });
  }
  return [...found.values()];
}

const ranges: ReadonlySet<string> = new Set(["less", "lessOrEqual", "greater", "greaterOrEqual", "between"]);

function unique(clauses: readonly Clause[]): readonly Clause[] {
  return [...new Map(clauses.map((clause) => [JSON.stringify(clause), clause])).values()];
}
