import type { Condition, TestValue, TextSpan } from "../../detections/condition.js";

/** What an expression of a rule's Python stands for, as far as it can be told without running it. */
export type PythonValue =
  | { readonly kind: "constant"; readonly value: TestValue }
  | { readonly kind: "list"; readonly items: readonly PythonValue[] }
  | PythonField
  /** `from` says what else than True and False it may be: a match or None, or whatever a function gives back. */
  | { readonly kind: "condition"; readonly condition: Condition; readonly from?: "match" | "function" }
  /** The event, or a function's parameter that holds it. */
  | { readonly kind: "event" }
  /** A compiled regular expression. */
  | { readonly kind: "pattern"; readonly pattern: string; readonly caseSensitive: boolean }
  | { readonly kind: "unknown"; readonly text: string; readonly why: string; readonly span: TextSpan };

/** A field of the event, by its path. */
export interface PythonField {
  readonly kind: "field";
  readonly path: string;
  /** `tolower`, `toupper`, `trim`, the innermost first. */
  readonly through: readonly string[];
  /** What stands for a field that is not there; None where absent. */
  readonly otherwise?: PythonValue;
}

/** Why a part of a rule is not followed. */
export const imperative = "imperative code";
