/** What has to be true of one event, over fields of the vocabulary: the one form into which every language is brought. */
export type Condition =
  | { readonly kind: "all"; readonly parts: readonly Condition[] }
  | { readonly kind: "any"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition }
  | Test
  | Unread;

/** How a field's value is compared; each is true of a value that meets one of `values`. */
export const testOperators = [
  "equals",
  "contains",
  "startswith",
  "endswith",
  /** The value has the word, as KQL's `has` finds it. */
  "has",
  /** RE2, found anywhere unless anchored. */
  "matches",
  /** `*` and `?` stand for any text and any character, `\` for itself; the whole value counts. */
  "wildcard",
  /** The address is in the network. */
  "cidr",
  "less",
  "lessOrEqual",
  "greater",
  "greaterOrEqual",
  /** Between two values, both included. */
  "between",
  /** The field is there and not empty; without values. */
  "exists",
] as const;
export type TestOperator = (typeof testOperators)[number];

/** A value that a field is compared with; an integer beyond 2^53 is its digits. */
export type TestValue = string | number | boolean | null;

/** A comparison of one field. */
export interface Test {
  readonly kind: "test";
  readonly field: FieldName;
  readonly operator: TestOperator;
  /** Absent where the field is compared with another field. */
  readonly values: readonly TestValue[];
  /** The field that it is compared with, instead of values. */
  readonly other?: FieldName;
  /** False where `A` and `a` are the same. */
  readonly caseSensitive: boolean;
  /** Functions that are applied to the field first, the innermost first, by KQL's names where it has them (`tolower`, `substring(0, 4)`). */
  readonly through?: readonly string[];
  /** Where the text says so. */
  readonly span?: TextSpan;
}

/** A part that no parser follows: it is said, and relations between rules count it as unknown. */
export interface Unread {
  readonly kind: "unread";
  /** The text as written. */
  readonly text: string;
  /** Why: `a macro of the rule's author`, `imperative code`. */
  readonly why: string;
  readonly span?: TextSpan;
}

/** A field as the rule names it, and as the vocabulary does. */
export interface FieldName {
  readonly written: string;
  /** The vocabulary's name (`AppDisplayName`, `InitiatedBy.user.userPrincipalName`); absent where it has none. */
  readonly field?: string;
}

/** Characters of the rule's logic, `start` included and `end` not. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}
