import type { Pattern } from "./pattern.js";

/** What a Sigma detection wants of an event, with the offsets of its parts in the file. */
export type SigmaLogic =
  | { readonly kind: "all" | "any"; readonly parts: readonly SigmaLogic[] }
  | { readonly kind: "not"; readonly part: SigmaLogic }
  | SigmaMatch
  | SigmaRefusal;

/** A test of a field, or of the whole event where there is no field. */
export interface SigmaMatch {
  readonly kind: "match";
  readonly field?: string;
  readonly test: SigmaTest;
  readonly start: number;
  readonly end: number;
}

/** A part that means nothing that can be run. */
export interface SigmaRefusal {
  readonly kind: "refused";
  readonly code: "unsupported-modifier" | "bad-value" | "bad-condition";
  readonly why: string;
  readonly start: number;
  readonly end: number;
}

export type SigmaTest =
  | { readonly kind: "text"; readonly pattern: Pattern; readonly caseSensitive: boolean }
  /** `written` is the number as the rule has it, which may be hexadecimal. */
  | { readonly kind: "number"; readonly value: number; readonly written: string }
  | { readonly kind: "truth"; readonly value: boolean }
  | { readonly kind: "missing" }
  | { readonly kind: "exists" }
  /** Found anywhere in the value; `flags` are of i, m and s. */
  | { readonly kind: "regex"; readonly source: string; readonly flags: string }
  | { readonly kind: "cidr"; readonly network: string }
  | { readonly kind: "compare"; readonly operator: ComparisonOperator; readonly value: number }
  | { readonly kind: "field"; readonly other: string; readonly how: FieldComparison; readonly caseSensitive: boolean }
  /** A part of a time, such as its hour. */
  | {
      readonly kind: "time";
      readonly part: TimePart;
      readonly operator: ComparisonOperator | "equal";
      readonly value: number;
    };

export type ComparisonOperator = "less" | "lessOrEqual" | "greater" | "greaterOrEqual";
export type FieldComparison = "equals" | "contains" | "startswith" | "endswith";
export const timeParts = ["minute", "hour", "day", "week", "month", "year"] as const;
export type TimePart = (typeof timeParts)[number];

/** `all` or `any` of some parts; of one part, that part. */
export function joinLogic(kind: "all" | "any", parts: readonly SigmaLogic[]): SigmaLogic {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind, parts };
}
