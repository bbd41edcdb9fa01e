import type { Column, Place } from "@calypso/kql";
import type { PlainValue, RuleSeverity } from "../rules/rule.js";

/** What a file beside a rule says should happen: scenarios, and what they have in common. */
export interface ScenarioFile {
  readonly name: string;
  /** The id or name of the rule that is meant, where the file beside holds several. */
  readonly rule?: { readonly named: string; readonly place: Place };
  /** The files of `externaldata`: a folder, from the file's own folder, or their names and texts. */
  readonly externaldata?: string | readonly { readonly name: string; readonly text: string }[];
  /** Tables and columns that the shipped schemas lack. */
  readonly tables: readonly { readonly table: string; readonly columns: readonly DeclaredColumn[] }[];
  readonly scenarios: readonly Scenario[];
}

/** A column of a table, and where its type is said. */
export interface DeclaredColumn extends Column {
  readonly place: Place;
}

/** Some events, a moment, and the alerts that are expected of the rule then. */
export interface Scenario {
  readonly name: string;
  readonly place: Place;
  /** Milliseconds since 1970-01-01 UTC: when the run is due, and what relative times count from. */
  readonly now: number;
  /** The rule is run on its schedule over this time; where absent, once, at `now`. */
  readonly replay?: { readonly from: number; readonly to: number };
  readonly events: readonly ScenarioEvents[];
  readonly watchlists: readonly ScenarioWatchlist[];
  /** None for a near miss. */
  readonly expected: readonly ExpectedAlert[];
}

/** Events of one table: a row, or a file from the file's own folder. */
export type ScenarioEvents =
  | { readonly kind: "rows"; readonly table: string; readonly place: Place; readonly rows: readonly ScenarioRow[] }
  | { readonly kind: "file"; readonly table: string; readonly place: Place; readonly path: string };

export interface ScenarioRow {
  readonly place: Place;
  readonly cells: readonly ScenarioCell[];
  /** How many rows it stands for; `$n` in its texts is the number of each, from 1. */
  readonly count: number;
  /** Milliseconds between one and the next. */
  readonly every: number;
}

/** A value of a row. `json` is its JSON as written; `text` is it as text, where it is no list or map. */
export interface ScenarioCell {
  readonly column: string;
  readonly place: Place;
  readonly json: string;
  readonly text?: string;
}

/** Items of a watchlist: rows, or a CSV file from the file's own folder. */
export interface ScenarioWatchlist {
  readonly alias: string;
  readonly place: Place;
  readonly path?: string;
  readonly searchKey?: string;
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** An alert as it has to be; what is absent may be anything. */
export interface ExpectedAlert {
  readonly place: Place;
  readonly title?: string;
  readonly description?: string;
  readonly severity?: RuleSeverity;
  readonly tactics?: readonly string[];
  readonly techniques?: readonly string[];
  /** How many result rows are behind it. */
  readonly rows?: number;
  /** Entities that it has, among others; each has these identifiers, among others. */
  readonly entities: readonly { readonly type: string; readonly identifiers: Readonly<Record<string, string>> }[];
  /** The values of details, in any order. */
  readonly customDetails: Readonly<Record<string, readonly string[]>>;
  /** Rows that are in its sample, among others; each has these values, among others. */
  readonly sample: readonly Readonly<Record<string, PlainValue>>[];
}
