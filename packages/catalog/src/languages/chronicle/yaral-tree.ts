import type { TestValue, TextSpan } from "../../detections/condition.js";

/** A rule of YARA-L 2.0 as it is written. */
export interface YaralRule {
  readonly name: string;
  readonly span: TextSpan;
  readonly meta: readonly { readonly key: string; readonly value: string }[];
  readonly events: readonly YaralExpression[];
  readonly match?: YaralMatch;
  readonly outcome: readonly YaralOutcome[];
  readonly condition?: YaralExpression;
  readonly options: readonly { readonly key: string; readonly value: string }[];
}

/** `match: $user, $ip over 10m`. */
export interface YaralMatch {
  /** Names without their sign. */
  readonly variables: readonly string[];
  /** Milliseconds; absent where it is not a plain length. */
  readonly within?: number;
  readonly span: TextSpan;
}

/** `$name = value` under `outcome`. */
export interface YaralOutcome {
  readonly name: string;
  readonly value: YaralExpression;
  readonly span: TextSpan;
}

export type YaralExpression = { readonly span: TextSpan } & (
  | { readonly kind: "and" | "or"; readonly parts: readonly YaralExpression[] }
  | { readonly kind: "not"; readonly part: YaralExpression }
  | {
      readonly kind: "comparison";
      /** `=`, `!=`, `<`, `<=`, `>`, `>=`. */
      readonly operator: string;
      readonly left: YaralExpression;
      readonly right: YaralExpression;
      readonly nocase: boolean;
    }
  /** `in %list`, `in regex %list`, `in cidr %list`. */
  | {
      readonly kind: "in";
      readonly left: YaralExpression;
      readonly list: string;
      readonly how: string;
      readonly nocase: boolean;
    }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly given: readonly YaralExpression[];
      readonly nocase: boolean;
    }
  /** `$e.principal.ip`: a field of an event; without a path the event, a placeholder, or a value of `outcome`. */
  | { readonly kind: "variable"; readonly name: string; readonly path: string; readonly quantity?: "any" | "all" }
  /** `#e`: how many. */
  | { readonly kind: "count"; readonly name: string }
  | { readonly kind: "value"; readonly value: TestValue }
  | { readonly kind: "pattern"; readonly pattern: string }
  /** What is read to its end and not followed: arithmetic, a reference list by itself. */
  | { readonly kind: "other" }
);
