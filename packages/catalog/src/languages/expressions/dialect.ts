import type { Condition, TestOperator, TestValue } from "../../detections/condition.js";
import type { Expression } from "./expression.js";

/** A comparison in the one form. */
export interface Comparison {
  readonly operator: TestOperator;
  readonly value: TestValue;
  readonly caseSensitive: boolean;
  /** True where the comparison is of what does not hold: `!=`. */
  readonly isNot?: true;
}

/** How expressions of a language are understood. */
export interface Dialect {
  /** What an operator compares with a value; undefined where it has no meaning among tests. */
  readonly comparison: (operator: string, value: TestValue) => Comparison | undefined;
  /** What a call that is a condition says, by its name in lower case. */
  readonly predicates: Readonly<Record<string, (call: PredicateCall) => Condition | undefined>>;
  /** Calls that give the position of what they find among a field's values: what is found. */
  readonly positions: Readonly<Record<string, (call: PredicateCall) => Condition | undefined>>;
  /** Functions that pick one of the first parameter's values. */
  readonly picks: ReadonlySet<string>;
  /** Functions of one value by KQL's names, by their names in lower case. */
  readonly functions: Readonly<Record<string, string>>;
  /** Calls that give one of several values by conditions, as conditions and values in turn, with the value that is left last. */
  readonly choices: Readonly<Record<string, (parameters: readonly Expression[]) => readonly Expression[] | undefined>>;
}

/** A call that is a condition, and what its reading needs. */
export interface PredicateCall {
  readonly parameters: readonly Expression[];
  /** What is true of an expression in the scope of the call. */
  readonly condition: (expression: Expression) => Condition;
  /** A test of the expression with each of the values; one is enough. */
  readonly test: (of: Expression, comparisons: readonly Comparison[]) => Condition;
  /** The constant that the expression is. */
  readonly constant: (expression: Expression | undefined) => TestValue | undefined;
}

/** `coalesce(a, b)` as a choice: `a` where it is there, and `b` otherwise. */
export function firstPresent(parameters: readonly Expression[]): readonly Expression[] | undefined {
  if (parameters.length === 0) return undefined;
  return parameters.flatMap((part, index): readonly Expression[] =>
    index === parameters.length - 1 ? [part] : [{ kind: "exists", of: part, span: part.span }, part],
  );
}
