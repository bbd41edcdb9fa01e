import type { Column, Condition, Location, QueryFacts } from "@calypso/kql";
import type { AttackFacts } from "../coverage/attack-facts.js";
import type { Rule } from "../rules/rule.js";

export type LintSeverity = "error" | "warning" | "note";

/** A rule, and all that a check may ask about it. */
export interface LintSubject {
  readonly rule: Rule;
  /** All rules that are looked at together, this one among them. */
  readonly rules: readonly Rule[];
  /** Its query, where that could be compiled. */
  readonly query?: LintQuery;
  /** What the query does, also where it cannot be translated; absent where it makes no sense. */
  readonly facts?: QueryFacts;
  readonly references: LintReferences;
}

/** What the compiler knows of a rule's query. */
export interface LintQuery {
  readonly columns: readonly Column[];
  readonly tables: readonly string[];
  readonly facts: QueryFacts;
  /** What `now()` was, in ticks: the facts hold instants. */
  readonly now: bigint;
}

/** Facts that the checks compare rules with. */
export interface LintReferences {
  readonly attack: AttackFacts;
  readonly renamed: RenamedNames;
  /** Columns of a table by name; undefined for no table. */
  columnsOf(table: string): readonly string[] | undefined;
}

/** Tables and columns that nothing fills any more, or that have another name. */
export interface RenamedNames {
  readonly tables: Readonly<Record<string, Renaming>>;
  readonly columns: Readonly<Record<string, Readonly<Record<string, Renaming>>>>;
}

export interface Renaming {
  readonly use?: string;
  readonly why: string;
}

/** Something that a check found, at a key of the rule or in its query. */
export interface CheckFinding {
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly at: { readonly key: string } | { readonly location: Location };
}

/** One thing that rules are checked for. */
export interface Check {
  readonly severity: LintSeverity;
  /** One sentence for the manual. */
  readonly about: string;
  find(subject: LintSubject): readonly CheckFinding[];
}

/** Whether a condition is about the time of a table's events, also by the other name that it has in advanced hunting. */
export function isOnTime({ column }: Condition, table: string, { columnsOf }: LintReferences): boolean {
  if (column !== "Timestamp") return column === "TimeGenerated";
  return columnsOf(table)?.includes("Timestamp") === false;
}

/** Where a query names a table first; the query where it names none, as in `union T*`. */
export function atTable(query: LintQuery, table: string): CheckFinding["at"] {
  const location = query.facts.places.get(table);
  return location === undefined ? { key: "query" } : { location };
}

/** True for rules that the service runs by itself, which need more than a hunt. */
export function isAutomatic({ kind }: Rule): boolean {
  return kind === "Scheduled" || kind === "NRT";
}

/** True for a rule of a document with keys, and false for a file of KQL alone. */
export function hasDocument({ query }: Rule): boolean {
  return query.key !== "";
}
