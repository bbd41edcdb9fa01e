import type { KqlType } from "../schema/types.js";
import type { Sql } from "../sql/sql.js";
import type { Refusal, Value } from "./value.js";

/** A call with all that the binder knows of it. Arguments already have the types that the function's signature names. */
export interface Call {
  readonly args: readonly Value[];
  /** The result's type, as the binder resolved it. */
  readonly type: KqlType;
  /** For a volatile entry: a number that no other call in the query has, since ClickHouse merges calls that read the same. */
  readonly ordinal?: number;
}

/** When a function is computed outside the engine. */
export type Outside = true | "unless-constant" | "unless-last-constant";

/** Whether a call is, by which of its arguments are constants. */
export function isOutside(when: Outside | undefined, areConstant: readonly boolean[]): boolean {
  if (when === "unless-constant") return !areConstant.every(Boolean);
  if (when === "unless-last-constant") return areConstant.at(-1) !== true;
  return when === true;
}

/** Result of an example, in the spelling of the command line (`"1.00:00:00"`, `null`, `[1,2]`). */
export type ExampleResult = null | boolean | number | string | readonly unknown[] | { readonly [key: string]: unknown };

/**
 * A scalar function or operator: how its call becomes ClickHouse. The binder has resolved overload and types. One of
 * `emit` (arguments one by one), `call` (where the result's type or the number of arguments matters) and `outside` is given.
 */
export interface ScalarEntry {
  /** One sentence for the manual. */
  readonly about: string;
  readonly emit?: (...args: readonly Value[]) => Sql | Value | Refusal;
  readonly call?: (call: Call) => Sql | Value | Refusal;
  /**
   * `true`: the program computes it outside the engine, once for each distinct combination of arguments, and it has no other
   * form. `"unless-constant"`: that too, but where all arguments are constants it has one;
   * `"unless-last-constant"`: where the last one is.
   */
  readonly outside?: Outside;
  /** `true`: never NULL. `"arguments"`: NULL only where an argument is. Absent: may be NULL. */
  readonly notNull?: true | "arguments";
  /** Two evaluations may differ. */
  readonly volatile?: true;
  /** Takes a dynamic as it is where the signature says "string or dynamic"; otherwise it arrives as its text. */
  readonly dynamicArguments?: true;
  /** A limit of the translation that users must know; absent where it is exact. */
  readonly limit?: string;
  /** KQL expressions and their results: each is run as a test and printed in the manual. */
  readonly examples: Readonly<Record<string, ExampleResult>>;
}

/** An aggregate call. `when` is the condition of the `…if` form, as a UInt8 expression that is never NULL. */
export interface AggregateCall {
  readonly args: readonly Value[];
  readonly type: KqlType;
  readonly when?: Sql;
  /** For aggregates with several result columns: which one, from 0. */
  readonly column: number;
}

/** An aggregate function: how its call becomes a ClickHouse aggregate, with and without a condition. */
export interface AggregateEntry {
  readonly about: string;
  readonly emit: (call: AggregateCall) => Sql | Value | Refusal;
  /** The result depends on the order of the rows (`make_list`), so a sort before it must stay. */
  readonly ordered?: true;
  readonly notNull?: true;
  readonly limit?: string;
  /** Whole queries and the single value of their result (one row, one column). */
  readonly examples: Readonly<Record<string, ExampleResult>>;
}

/** A family of scalar functions; the type keeps the names for look-up. */
export function scalars<const T extends Readonly<Record<string, ScalarEntry>>>(entries: T): T {
  return entries;
}

/** A family of aggregates. */
export function aggregates<const T extends Readonly<Record<string, AggregateEntry>>>(entries: T): T {
  return entries;
}
