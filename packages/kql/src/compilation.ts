import type { Diagnostic } from "./diagnostics/diagnostic.js";
import type { Dissection, Stage as QueryStage } from "./dissect/dissection.js";
import type { QueryFacts } from "./facts/query-facts.js";
import type { Constant } from "./functions/value.js";
import type { Location } from "./plan/expression.js";
import type { Transform } from "./plan/transform.js";
import type { QueryEmptiness } from "./query-emptiness.js";
import type { WorkspaceSchema } from "./schema/schema.js";
import type { Column } from "./schema/types.js";

/** A stretch of time, `from <= t < to`, in 100 ns ticks since 1970-01-01 UTC. */
export interface TimeScope {
  readonly from: bigint;
  readonly to: bigint;
}

/** A condition on the rows of a query's result: rows that meet it are left out, counted and told of. */
export interface Exclusion {
  /** One expression over the columns of the result. It reads watchlists, and no other table. */
  readonly text: string;
  /** The name that messages give to the text. */
  readonly sourceName: string;
  /** Sets of columns whose values in the rows left out are told: where there are none, those that the condition reads. */
  readonly subjects: readonly (readonly string[])[];
}

/** Operators over the rows of a query's result, those that exclusions leave out not among them. */
export interface Stage {
  /** As it stands after the result: `| summarize count() by Name`. */
  readonly text: string;
  readonly sourceName: string;
}

/** What became of an exclusion. */
export interface ExclusionOutcome {
  /** Where one is an error, the exclusion has no effect. */
  readonly diagnostics: readonly Diagnostic[];
  readonly inForce: boolean;
  /** The sets of columns whose values are told. */
  readonly subjects: readonly (readonly string[])[];
}

/** The most different values of a subject that are told. */
export const mostToldValues = 10_000;

/** What is asked of one stage of a query's pipeline, in the place of the query's result. */
export interface Look {
  /** The stage, by its number among those of `Compilation.pipeline`. */
  readonly stage: number;
  /**
   * `counts`: one row, see `Looked`. `kept`: rows that leave the stage. `lost`: rows that come to a `where` and meet its predicates
   * before the one that is named, and not that one. `values`: what the predicates of a `where` are for the rows that come to it.
   */
  readonly ask:
    | { readonly kind: "counts" }
    | { readonly kind: "kept"; readonly rows: number }
    | { readonly kind: "values"; readonly rows: number }
    | { readonly kind: "lost"; readonly predicate: number; readonly rows: number };
  /** Looks only at what becomes of one event. */
  readonly event?: TracedEvent;
}

/** The rows of a table that have these values; columns that queries name only where they need them among them (`_ItemId`). */
export interface TracedEvent {
  readonly table: string;
  readonly cells: ReadonlyMap<string, Constant>;
}

/** What the columns of an answer to a `Look` are. */
export interface Looked {
  /** The predicates of a `where`; none for other stages, and where `kept` was asked for. */
  readonly predicates: readonly LookedPredicate[];
  /** For `values`: the columns after those of the predicates. */
  readonly seen: readonly SeenValue[];
  /** What happened to the event on the way: rows of the stage are those of its groups, not the event itself. */
  readonly isGroup: boolean;
  /** Rows of the event's table are joined at the stage: the event is followed as a row of the left side, and may be among those too. */
  readonly isJoined: boolean;
  /** The most rows that the query lets out of its last stage, where it says so. */
  readonly most?: bigint;
}

/**
 * A predicate of a `where`, or a part of one. For `counts`, the first column is the number of rows that come to the stage (that leave
 * it, where it is no `where`); then each predicate has two: how many of them meet it, and how many meet it and all whole predicates
 * before it, which is null for parts. For `values`, each predicate has one column.
 */
export interface LookedPredicate {
  readonly text: string;
  readonly location: Location;
  /** How the predicate is made of the parts that follow it one level deeper; absent where it has none. */
  readonly joins?: "and" | "or" | "not";
  /** 0 for the whole predicates that `and` joins. */
  readonly depth: number;
}

/** A value that a predicate looks at: a column, or an operand that is made of columns. */
export interface SeenValue {
  /** The predicate's number, from 0. */
  readonly predicate: number;
  readonly text: string;
}

/** A stage of the pipeline that gives the result; a table that a `let` names is told by its own stages. */
export interface PipelineStage extends Omit<QueryStage, "in" | "out"> {
  /** The `let` that it stands in. */
  readonly let?: string;
  readonly columns: readonly string[];
  /** The table of the workspace that it names, for a source that is one. */
  readonly table?: string;
  /** Which of the rows it leaves is not said, so that numbers after it may be others in another run: `take`. */
  readonly isArbitrary?: true;
}

/** A query and everything that its meaning depends on. */
export interface CompileRequest {
  readonly text: string;
  /** The name that messages give to the text; `query` where absent. */
  readonly sourceName?: string;
  readonly schema: WorkspaceSchema;
  /** What `now()` is: 100 ns ticks since 1970-01-01 UTC. */
  readonly now: bigint;
  /** Restricts every read of a table that has `TimeGenerated` to `from <= TimeGenerated < to`, in ticks as `now`. */
  readonly timeScope?: TimeScope;
  /** Restricts every read of such a table to rows that arrived then: `from <= ingestion_time() < to`. */
  readonly arrivalScope?: TimeScope;
  /** Conditions that keep rows of the result out of it. */
  readonly exclusions?: readonly Exclusion[];
  /** What is asked of the result in its place; nothing is told of exclusions then. */
  readonly stage?: Stage;
  /** What is asked of a stage in the place of the result; exclusions have no part in it. */
  readonly look?: Look;
  /** Values for `declare query_parameters`, as KQL literals. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Makes a warning about a missing column an error. */
  readonly strict?: boolean;
  /** Lines of `rowsSql` have the text of a dynamic's JSON in the place of the JSON itself. */
  readonly dynamicsAsText?: boolean;
  /**
   * The columns of `sql` are for a file that other programs read: dynamics and timespans are texts, decimals have 38 digits, and what
   * Parquet cannot hold ends the query by name.
   */
  readonly portable?: boolean;
  /** The rows of the questions of an earlier compilation of the same text, by their keys. */
  readonly answers?: ReadonlyMap<string, readonly string[]>;
  /** How the names of the tables that steps fill begin, so that two runs at the same time do not share one. */
  readonly scratch?: string;
}

/** A file that has to be loaded into a table before the SQL runs (`externaldata`). */
export interface ExternalSource {
  /** The table that the SQL reads, made by the caller with `columns`. */
  readonly table: string;
  readonly columns: readonly Column[];
  readonly urls: readonly string[];
  /** As written in the query (`csv`, `multijson`, …); absent where the query leaves it to the file's name. */
  readonly format?: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Rows that leave the engine: a transform of the program makes other rows of them, which come back as a table. */
export interface Step {
  /** The table that later statements read, made by the caller with `columns`. */
  readonly table: string;
  readonly columns: readonly Column[];
  /** The rows come back in an order that counts: the last column, a long, numbers them from 0. */
  readonly ordered: boolean;
  /** The columns of the rows that leave. */
  readonly reads: readonly Column[];
  /**
   * One SELECT with each row as one line of text: a JSON array in which a bool is true or false, an int a number, a long
   * or timespan the text of its number, a datetime the text of its ticks since 1970-01-01, a real a number or one of the
   * texts `NaN`, `Infinity` and `-Infinity`, every other value its text; a dynamic is the text of its JSON.
   */
  readonly rowsSql: string;
  readonly transform: Transform;
  /** The operator or function that users know it by. */
  readonly construct: string;
}

/** What only the data knows, and the query needs to know before it runs: a query of its own. */
export interface Question extends Pick<Compilation, "externals" | "steps" | "tables"> {
  readonly key: string;
  /** As `Compilation.rowsSql`. */
  readonly rowsSql: string;
}

/** What a query became. `sql` is absent exactly where a diagnostic is an error, and where there are questions. */
export interface Compilation {
  readonly diagnostics: readonly Diagnostic[];
  /** The columns of the result, in order. */
  readonly columns: readonly Column[];
  /** One SELECT whose columns are ClickHouse values. */
  readonly sql?: string;
  /** The same SELECT with each row as one line of text: a JSON array of the values in the command line's spelling. */
  readonly rowsSql?: string;
  /** Files that the SQL reads. */
  readonly externals: readonly ExternalSource[];
  /** What has to be done outside the engine before the SQL runs, in this order; each may read the tables of those before. */
  readonly steps: readonly Step[];
  /** What has to be answered first: the query is then compiled again, with `answers`. */
  readonly questions: readonly Question[];
  /** Whether there were questions: the columns follow from the data, and are others for other data. */
  readonly asked: boolean;
  /** Names of the workspace's tables that the query reads. */
  readonly tables: readonly string[];
  /** The plan as text, one node a line. */
  readonly plan?: string;
  /** What the query does; absent where its text makes no sense. */
  facts?(): QueryFacts;
  /**
   * The columns of tables, by table, that the query reads to decide which rows its result has and to give these columns of it;
   * a table of which none is read has none. Absent where the text makes no sense.
   */
  fields?(results: readonly string[]): ReadonlyMap<string, ReadonlySet<string>>;
  /**
   * What became of the request's exclusions, in their order. Where one is in force, lines of `rowsSql` have one more cell:
   * null in a row of the result; where rows were left out, one line more has there `[how many, [of one, values, …], …]`,
   * with how many rows each exclusion in force met, and for each of its subjects the values, each the text of an array.
   */
  readonly exclusions?: readonly ExclusionOutcome[];
  /** When the result has no row, for those who run many queries: see `probesOf`. Absent where other rows are told of too. */
  readonly emptiness?: () => QueryEmptiness;
  /** The query taken apart; there whatever else is wrong with it. */
  readonly dissection: () => Dissection;
  /** The stages that a `Look` can ask of. */
  readonly pipeline: () => readonly PipelineStage[];
  /** What the columns are, for a request with a `look`. */
  readonly looked?: Looked;
  /** What `render` asks of a client that draws. */
  readonly visual?: { readonly kind: string; readonly properties: Readonly<Record<string, string>> };
}
