/** How a rule does on a workspace. */
export interface Verdict {
  readonly status: VerdictStatus;
  /** Why it is not better, in words. */
  readonly reason: string;
  readonly parses: boolean;
  readonly binds: boolean;
  /** The tables that it reads, with their rows in the span; null where they could not be counted. */
  readonly tables: readonly { readonly name: string; readonly rows: number | null }[];
  /** The columns that decide which rows it finds, with the share of rows that have them, from 0 to 1; null where there are no rows. */
  readonly fields: readonly { readonly table: string; readonly name: string; readonly filled: number | null }[];
  /** From the first look at the query to the last row; absent where it did not run. */
  readonly milliseconds?: number;
  readonly found?: FoundInSpan;
  /** The span that was looked at. */
  readonly from: string;
  readonly to: string;
}

/** From the worst to the best. */
export const verdictStatuses = [
  "no query",
  "does not parse",
  "does not bind",
  "failed",
  "no data",
  "empty fields",
  "silent",
  "fires",
] as const;
export type VerdictStatus = (typeof verdictStatuses)[number];

/** What a rule would have found. */
export interface FoundInSpan {
  /** Rows of a hunt; alerts of all others, before suppression and exceptions. */
  readonly count: number;
  readonly of: "rows" | "alerts";
  /** `span`: one run over all of it; `counted`: result rows counted by window in one query; `replayed`: windows run one by one. */
  readonly how: "span" | "counted" | "replayed";
  /** Windows that were looked at, the newest, and how many the span has; where they are fewer, `count` is of these alone. */
  readonly windows: number;
  readonly allWindows: number;
}

/** What rules are tried with. */
export interface TrialOptions {
  /** Ticks; `to` is the present of the trial. */
  readonly span: { readonly from: bigint; readonly to: bigint };
  /** The most windows of one rule that are replayed. */
  readonly maxWindows: number;
  /** The longest that one query of a rule may run, in seconds. */
  readonly maxSeconds: number;
  /** How many rules run at the same time; 2 where absent, as the engine works on one query with all cores, and compiles between two. */
  readonly atOnce?: number;
}
