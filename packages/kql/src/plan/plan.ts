import type { Constant } from "../functions/value.js";
import type { Column, KqlType } from "../schema/types.js";
import type { Expression, Literal, Location } from "./expression.js";
import type { Transform } from "./transform.js";
import { type Walk, walkColumns } from "./walk.js";

/** A relational plan: what a KQL query means, free of both KQL's and ClickHouse's syntax. */
export type Plan =
  | Scan
  | Rows
  | Range
  | External
  | Project
  | Filter
  | Aggregate
  | Sort
  | Limit
  | Join
  | Union
  | Expand
  | Window
  | Match
  | Shared
  | Numbered
  | Hybrid
  | Walk;

/** A table of the workspace. */
export interface Scan {
  readonly kind: "scan";
  readonly table: string;
  readonly columns: readonly Column[];
}

/** Rows written in the query. */
export interface Rows {
  readonly kind: "rows";
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Constant[])[];
}

/** Values from `from` to `to`, both included, `step` apart. */
export interface Range {
  readonly kind: "range";
  readonly column: Column;
  readonly from: Expression;
  readonly to: Expression;
  readonly step: Expression;
}

/** A file outside the workspace, loaded before the query runs. */
export interface External {
  readonly kind: "external";
  readonly table: string;
  readonly columns: readonly Column[];
}

export interface Named {
  readonly name: string;
  readonly expression: Expression;
}

/** Exactly these columns, each computed from the input's. */
export interface Project {
  readonly kind: "project";
  readonly input: Plan;
  readonly columns: readonly Named[];
}

export interface Filter {
  readonly kind: "filter";
  readonly input: Plan;
  readonly condition: Expression;
}

export interface AggregateColumn {
  readonly name: string;
  readonly function: string;
  readonly args: readonly Expression[];
  /** Only rows where this is true count. */
  readonly when?: Expression;
  /** Which result of a function with several. */
  readonly column: number;
  readonly type: KqlType;
  readonly location: Location;
}

/** One row for each distinct combination of the keys; without keys exactly one row. */
export interface Aggregate {
  readonly kind: "aggregate";
  readonly input: Plan;
  readonly keys: readonly Named[];
  readonly aggregates: readonly AggregateColumn[];
  /** Without keys: no row, instead of one, where the input has none. */
  readonly emptyWithoutRows?: boolean;
}

export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** The input in order. */
export interface Sort {
  readonly kind: "sort";
  readonly input: Plan;
  readonly keys: readonly SortKey[];
}

/** The first rows of the input, or of each group of equal `by` columns. */
export interface Limit {
  readonly kind: "limit";
  readonly input: Plan;
  readonly count: Expression;
  readonly by?: readonly string[];
}

export type JoinKind =
  | "innerunique"
  | "inner"
  | "leftouter"
  | "rightouter"
  | "fullouter"
  | "leftsemi"
  | "rightsemi"
  | "leftanti"
  | "rightanti";

export interface JoinColumn {
  readonly name: string;
  readonly side: "left" | "right";
  readonly source: string;
  readonly type: KqlType;
}

/** Pairs of rows whose keys are equal; a null equals a null. */
export interface Join {
  readonly kind: "join";
  readonly join: JoinKind;
  readonly left: Plan;
  readonly right: Plan;
  readonly on: readonly { readonly left: Expression; readonly right: Expression }[];
  readonly columns: readonly JoinColumn[];
}

/** All rows of all inputs; every input has exactly these columns. */
export interface Union {
  readonly kind: "union";
  readonly inputs: readonly Plan[];
  /** The first input is a table of the query, and the others are rows that the table has besides. */
  readonly ofOneTable?: true;
  readonly columns: readonly Column[];
}

export interface Expansion {
  /** The column that takes the elements. */
  readonly name: string;
  readonly expression: Expression;
  /** Elements of a bag as `[key, value]` arrays instead of single-key bags. */
  readonly bagsAsArrays: boolean;
  /** Properties of the elements, each as text in a column of its own. */
  readonly properties?: readonly ElementProperty[];
}

/** A property of an expanded element, as `tostring` gives it. */
export interface ElementProperty {
  readonly key: string;
  readonly name: string;
}

/** A row for each element of the arrays, which advance together. */
export interface Expand {
  readonly kind: "expand";
  readonly input: Plan;
  readonly items: readonly Expansion[];
  /** The column that takes the element's index, from 0. */
  readonly index?: string;
  readonly limit?: number;
  /** Keeps a row, with index -1, where all arrays are empty. */
  readonly keepEmpty: boolean;
}

export interface WindowColumn {
  readonly name: string;
  readonly function: "row_number" | "prev" | "next" | "row_cumsum" | "row_rank_dense" | "row_rank_min" | "near";
  readonly args: readonly Expression[];
  /** A true value starts the count again at this row. */
  readonly restart?: Expression;
  /** Columns whose values part the rows; each part is looked at alone. */
  readonly by?: readonly string[];
  readonly type: KqlType;
}

/** The input's columns and functions over its rows in their order. */
export interface Window {
  readonly kind: "window";
  readonly input: Plan;
  readonly columns: readonly WindowColumn[];
}

/** One step of a match: what a row has to meet, and what it then becomes. */
export interface MatchStep {
  readonly condition: Expression;
  /** Columns of the input that a row which meets the condition has computed anew. */
  readonly assigned: readonly Named[];
  /** Which of the rows that meet it are given: all, the last of each run, or none. */
  readonly output: "all" | "last" | "none";
}

/** What a step remembers of the row that it matched last, under a name that the steps' expressions read it by. */
export interface MatchState {
  readonly name: string;
  /** Which step, from 0. */
  readonly step: number;
  readonly column: string;
  /** What is read where the step remembers nothing. */
  readonly initial: Literal;
}

/**
 * Walks over the rows in their order and holds each against the steps, from the last to the first. A row that meets a
 * step takes over what the step before remembers, or else continues the step's own sequence.
 */
export interface Match {
  readonly kind: "match";
  readonly input: Plan;
  /** Columns whose values part the rows; each part is walked over for itself. */
  readonly by: readonly string[];
  readonly steps: readonly MatchStep[];
  readonly states: readonly MatchState[];
  /** The column that takes the number of a row's sequence, from 0. */
  readonly matchId?: string;
  /** A bool column that turns false for rows that meet no step: they are kept then. */
  readonly met?: string;
}

/** A plan that several places read: computed once where `once` is set, and otherwise written at each place. */
export interface Shared {
  readonly kind: "shared";
  readonly id: number;
  readonly name: string;
  readonly input: Plan;
  readonly once: boolean;
}

/** The input's columns and a number that differs from row to row. */
export interface Numbered {
  readonly kind: "numbered";
  readonly input: Plan;
  readonly name: string;
}

/** The input's rows, which leave the engine, go through a transform of the program, and come back as a table. */
export interface Hybrid {
  readonly kind: "hybrid";
  readonly input: Plan;
  readonly transform: Transform;
  /** The columns of the rows that come back. */
  readonly columns: readonly Column[];
  /** The rows come back in an order that counts. */
  readonly ordered: boolean;
  /** The operator or function that users know it by. */
  readonly construct: string;
}

/** The columns that a plan gives, in order. */
export function columnsOf(plan: Plan): readonly Column[] {
  switch (plan.kind) {
    case "scan":
    case "rows":
    case "external":
    case "union":
    case "hybrid":
      return plan.columns;
    case "range":
      return [plan.column];
    case "project":
      return plan.columns.map(({ name, expression }) => ({ name, type: expression.type }));
    case "filter":
    case "sort":
    case "limit":
    case "shared":
      return columnsOf(plan.input);
    case "aggregate":
      return [
        ...plan.keys.map(({ name, expression }) => ({ name, type: expression.type })),
        ...plan.aggregates.map(({ name, type }) => ({ name, type })),
      ];
    case "join":
      return plan.columns.map(({ name, type }) => ({ name, type }));
    case "expand":
      return withColumns(columnsOf(plan.input), [
        ...plan.items.map(({ name }) => ({ name, type: "dynamic" as const })),
        ...plan.items.flatMap(({ properties = [] }) =>
          properties.map(({ name }) => ({ name, type: "string" as const })),
        ),
        ...(plan.index === undefined ? [] : [{ name: plan.index, type: "long" as const }]),
      ]);
    case "window":
      return withColumns(columnsOf(plan.input), plan.columns);
    case "match":
      return withColumns(
        columnsOf(plan.input),
        plan.matchId === undefined ? [] : [{ name: plan.matchId, type: "long" }],
      );
    case "numbered":
      return withColumns(columnsOf(plan.input), [{ name: plan.name, type: "long" }]);
    case "walk":
      return walkColumns(plan);
    default:
      return plan satisfies never;
  }
}

function withColumns(columns: readonly Column[], added: readonly Column[]): readonly Column[] {
  const names = new Set(added.map(({ name }) => name));
  return [...columns.filter(({ name }) => !names.has(name)), ...added.map(({ name, type }) => ({ name, type }))];
}
