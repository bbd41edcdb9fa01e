import type { Constant } from "../functions/value.js";
import type { Location } from "../plan/expression.js";
import type { TableCondition } from "./table-conditions.js";

/** What a query does, as plain data: for checks of rules, which judge, and for people who ask. Places are in its own text. */
export interface QueryFacts {
  readonly reads: readonly TableRead[];
  /** The same reads as whole conditions, for those who compare rules: also what is asked of arrays' elements. */
  readonly tableConditions: readonly TableCondition[];
  /** Conditions on numbers of groups of rows. */
  readonly thresholds: readonly Threshold[];
  /** Where conditions stand that are on neither: on elements of arrays, on neighbours, on both sides of a join. */
  readonly otherConditions: readonly Location[];
  /** What joins compare: values of the columns on either side are equal. */
  readonly joins: readonly { readonly left: readonly Origin[]; readonly right: readonly Origin[] }[];
  /** Conditions that stand after work which they could spare, since they read nothing of its results. */
  readonly late: readonly LateCondition[];
  /** Sides of a `join` or `lookup` that are a whole table. */
  readonly wholeSides: readonly { readonly table: string; readonly location: Location }[];
  /** `search`, `union *` and `find` over every table. */
  readonly everything: readonly { readonly operator: string; readonly location: Location }[];
  /** `take` and `limit`, which give any rows. */
  readonly anyRows: readonly Location[];
  /** Functions that have another name now. */
  readonly oldFunctions: readonly {
    readonly name: string;
    readonly instead: string;
    readonly location: Location;
  }[];
  /** Tables that the query names, where each stands first. */
  readonly places: ReadonlyMap<string, Location>;
  /** Columns of tables that the query names, where each stands first; names that the query gives itself are left out. */
  readonly columns: ReadonlyMap<string, Location>;
  /** The result has one row whatever the tables hold. */
  readonly alwaysOneRow: boolean;
  /** The result's rows have an order that the query asks for. */
  readonly sorted: boolean;
}

/** One read of a table. */
export interface TableRead {
  readonly table: string;
  /** All that the read rows have to meet before anything else becomes of them. */
  readonly conditions: readonly Condition[];
  /** What they, or rows made of them, have to meet later, in terms of the table's columns. */
  readonly afterwards: readonly Condition[];
}

/** A condition on the rows of a table. */
export interface Condition {
  /** KQL's name of the operator or function: `==`, `has`, `matches regex`, `or`; with `!` before it inside `not`. */
  readonly operator: string;
  /** The table's column that it compares, where it compares one with constants. */
  readonly column?: string;
  /** The property of that column which it compares (`["user", "ipAddress"]`). */
  readonly path?: readonly string[];
  /** A function that is applied to that first (`tolower`). */
  readonly through?: string;
  /** The constants, in the compiler's form (a datetime is its ticks). */
  readonly values: readonly Constant[];
  /** Of an `or`: the conditions of which one has to hold. */
  readonly alternatives?: readonly Condition[];
  /** Absent where it comes from a saved function. */
  readonly location?: Location;
}

/** A condition on a number that `summarize` computes. */
export interface Threshold {
  /** The aggregate: `count`, `dcount`. */
  readonly function: string;
  /** What it is computed of, where that is a column of a table. */
  readonly of: readonly Origin[];
  /** The rows that count, of a form such as `countif`. */
  readonly when?: Condition;
  /** The groups' own columns. */
  readonly by: readonly string[];
  readonly operator: string;
  readonly value: number;
  readonly location: Location;
}

/** A column of a table that values come from, through other names, groups and joins. */
export interface Origin {
  readonly table: string;
  readonly column: string;
}

/** A condition and what stands before it: the operator's name. */
export interface LateCondition {
  readonly after: "mv-expand" | "summarize";
  readonly location: Location;
}
