import type { Generated } from "kysely";

/** One import of a source of rules. */
export interface CatalogImportsTable {
  readonly id: Generated<number>;
  /** Whose rules: `Azure-Sentinel`, `SigmaHQ/sigma`. */
  readonly source: string;
  readonly platform: string;
  readonly at: Date;
  /** False while it goes on, and for ever where it was stopped. */
  readonly finished: boolean;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** A rule of the catalogue, of any platform. */
export interface CatalogRulesTable {
  /** Short and the same at each import, for links. */
  readonly id: string;
  readonly number: Generated<number>;
  readonly source: string;
  /** What the rule is known by within its source: `id:…`, or `path:…` with its place among the rules of the file. */
  readonly key: string;
  readonly platform: string;
  readonly language: string;
  /** Empty where the author has given none. */
  readonly author_id: string;
  readonly name: string;
  readonly purpose: "rule" | "hunt" | "feed";
  readonly severity: string | null;
  readonly status: string | null;
  readonly file: string;
  readonly licence: string;
  readonly commit: string;
  /** ISO 8601, as given; empty where it was not. */
  readonly retrieved_at: string;
  /** The digest of all that its author has written. */
  readonly version: string;
  readonly first_seen: Date;
  readonly changed_at: Date;
  /** When an import of its source had it no more. */
  readonly removed_at: Date | null;
  /** The detection as JSON. */
  readonly document: string;
  /** How it did on the workspace when it was last tried: `fires`, `silent`, …; null where it never was. */
  readonly verdict: string | null;
  /** The index of its words, as PostgreSQL has it. */
  readonly words: string;
  /** The rows of `catalog_facets` of the rule, to be counted: on each line the JSON of kind and value. */
  readonly facets: string;
  /** The digest of what was read and of what read it; empty where it has to be read again. */
  readonly reading: string;
}

/** What a rule is found by: techniques, tactics, tables, kinds of events. */
export interface CatalogFacetsTable {
  readonly rule: number;
  readonly kind: "technique" | "tactic" | "table" | "events";
  readonly value: string;
}

/** A comparison that a rule makes, with one of its values. */
export interface CatalogTestsTable {
  readonly rule: number;
  readonly table_name: string;
  /** The vocabulary's name, or as written. */
  readonly field: string;
  readonly operator: string;
  /** At most 300 characters. */
  readonly value: string;
  readonly negated: boolean;
}

/** What imports have done to a rule. */
export interface CatalogChangesTable {
  readonly id: Generated<number>;
  readonly rule: number;
  readonly import_id: number;
  readonly at: Date;
  readonly kind: "added" | "changed" | "removed" | "returned";
  readonly version: string;
  readonly commit: string;
  /** What the new version adds and drops, as JSON; empty for other kinds. */
  readonly difference: string;
}

/** How a rule did when it was last tried on a workspace. */
export interface CatalogVerdictsTable {
  readonly rule: number;
  readonly at: Date;
  readonly workspace: string;
  /** The verdict as JSON. */
  readonly document: string;
}

/** A threat profile that somebody has kept. */
export interface CoverageProfilesTable {
  readonly name: string;
  /** What the profile calls itself. */
  readonly title: string;
  /** How many techniques it names that ATT&CK knew when it was kept. */
  readonly techniques: number;
  /** The file as it was given. */
  readonly text: string;
  /** The group of a STIX bundle that is meant; empty for other forms. */
  readonly group_name: string;
  readonly saved_by: string;
  readonly saved_at: Date;
}
