import type { Column, Constant, TransformOption } from "@calypso/kql";

/** A row outside the engine; its cells are what the compiler calls constants (a datetime its ticks, a dynamic its JSON). */
export type Row = readonly Constant[];

/**
 * A pure function from batches of rows to rows. It works as the rows come, and counts what it keeps; what it gives is
 * taken away in batches.
 */
export type RowTransform = (batches: AsyncIterable<readonly Row[]>, scope: TransformScope) => AsyncIterable<Row>;

/** What a transform knows beside its rows, and what it owes to those who wait for it. */
export interface TransformScope {
  readonly options: Readonly<Record<string, TransformOption>>;
  /** The columns of the rows that come. */
  readonly reads: readonly Column[];
  /** The columns of the rows that it has to give. */
  readonly gives: readonly Column[];
  /** Counts bytes that the transform keeps until its end, about as many as they are; fails at the limit. */
  hold(bytes: number): void;
  /** Fails where the query was stopped or its time is over: to be called in every loop that may be long. */
  check(): void;
}
