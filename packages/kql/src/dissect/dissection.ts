import type { Location } from "../plan/expression.js";
import type { KqlType } from "../schema/types.js";

/** A query taken apart, as its author reads it: names and texts are those of the query. */
export interface Dissection {
  readonly lets: readonly LetBinding[];
  /** The pipeline whose rows are the result. */
  readonly stages: readonly Stage[];
  /** Every condition, wherever it stands: of the pipeline, and of the bodies of `let` statements. */
  readonly predicates: readonly Predicate[];
  readonly outputs: readonly Output[];
}

/** A `let` statement, with the stages of the pipeline that it names. */
export interface LetBinding {
  readonly name: string;
  /** The statement without its semicolon. */
  readonly text: string;
  readonly stages: readonly Stage[];
}

/** A step of a pipeline: the first is where its rows come from. */
export interface Stage {
  /** From 1. */
  readonly index: number;
  /** `source`, or the operator's keyword. */
  readonly operator: string;
  readonly text: string;
  readonly in: readonly string[];
  readonly out: readonly string[];
  readonly location: Location;
}

/** A constant as JSON has it; an integer beyond 2^53, a datetime or a timespan is the text that was written. */
export type PredicateValue = string | number | boolean | null;

/** One condition. */
export interface Predicate {
  /** The column, with the path into it, that is compared; the text of what is compared where that is no column. */
  readonly field: string;
  /** Functions that are applied to the column first, the innermost first (`tolower`). */
  readonly through: readonly string[];
  /** As written (`=~`, `has_any`, `between`, the name of a function); a bool column alone is `==`. */
  readonly operator: string;
  readonly values: readonly PredicateValue[];
  /** What else it is compared with: a column, an expression, a subquery. */
  readonly comparedWith?: string;
  /** True where rows are kept that do not meet it: for `!=`, `!has`, `not(…)`. */
  readonly negated: boolean;
  /** The stage that it stands in; a stage of `let`, where that is named. */
  readonly stage: number;
  readonly let?: string;
  readonly location: Location;
}

/** A column of the result, and the operator that made it. */
export interface Output {
  readonly name: string;
  readonly type: KqlType | "unknown";
  /** `source` for a column that comes as it is. */
  readonly source: string;
  readonly stage: number;
}
