import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { AccessTables } from "./access-tables.js";
import type {
  CatalogChangesTable,
  CatalogFacetsTable,
  CatalogImportsTable,
  CatalogRulesTable,
  CatalogTestsTable,
  CatalogVerdictsTable,
  CoverageProfilesTable,
} from "./catalogue-tables.js";
import type { AlertNamesTable, SavedViewsTable, ServiceLevelsTable } from "./incident-work-tables.js";
import type { SavedQueryTables } from "./saved-queries-tables.js";

/** A time of the wall clock, to the millisecond. */
type Time = Date;

/** A rule that a folder holds, or has held. */
export interface RulesTable {
  /** The rule's id in lower case; the digest of its file's name and its own where it has none. */
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly file: string;
  /** The version that runs now. */
  readonly version: string;
  /** Why the rule cannot run, as its file says. */
  readonly obstacle: string | null;
  /** Since when the rule is on; windows that end before are not owed. Null while it is off. */
  readonly active_since: Time | null;
  /** Windows that end before this time are passed over, because an alert was raised. */
  readonly suppressed_until: Time | null;
  /** When the rule went from its folder. */
  readonly removed_at: Time | null;
}

/** What a rule's file said at some time. */
export interface RuleVersionsTable {
  readonly rule_id: string;
  /** The digest of all that decides what the rule does. */
  readonly version: string;
  readonly seen_at: Time;
  /** The rule as JSON. */
  readonly document: string;
}

/** The states of a window. A planned one is not due yet; an owed one was due and has not been run. */
export type WindowState = "planned" | "owed" | "running" | "done" | "failed" | "suppressed";

/** The ledger: one row for each window of each rule. */
export interface WindowsTable {
  readonly rule_id: string;
  readonly window_from: Time;
  readonly window_to: Time;
  readonly due_at: Time;
  readonly state: WindowState;
  readonly attempts: Generated<number>;
  /** A failed attempt is repeated from this time on. */
  readonly retry_at: Time | null;
  readonly started_at: Time | null;
  readonly finished_at: Time | null;
  /** The version of the rule that ran. */
  readonly version: string | null;
  readonly result_rows: number | null;
  /** Rows that exceptions kept out; not among `result_rows`. */
  readonly hidden_rows: number | null;
  readonly alerts: number | null;
  readonly held_back: number | null;
  readonly seconds: number | null;
  /** What the engine read from tables for all SELECTs of the window; null where the window has not come to its end. */
  readonly rows_read: bigint | null;
  readonly bytes_read: bigint | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

/** One alert for a window and a group of its rows. */
export interface AlertsTable {
  /** `SystemAlertId`. */
  readonly id: string;
  readonly rule_id: string;
  readonly window_to: Time;
  /** Which of the window's alerts it is, from 0. */
  readonly part: number;
  readonly raised_at: Time;
  readonly title: string;
  readonly severity: string;
  readonly incident_id: string | null;
  /** The alert as JSON, numbers as they were. */
  readonly document: string;
}

/** The present state of an incident. */
export interface IncidentsTable {
  readonly id: string;
  readonly number: Generated<number>;
  /** Null for one that people made of bookmarks. */
  readonly rule_id: string | null;
  readonly title: string;
  readonly description: string;
  readonly severity: string;
  readonly status: "New" | "Active" | "Closed";
  readonly classification: string | null;
  readonly classification_reason: string | null;
  readonly classification_comment: string | null;
  readonly owner: string | null;
  readonly tactics: JSONColumnType<readonly string[]>;
  readonly techniques: JSONColumnType<readonly string[]>;
  readonly labels: JSONColumnType<readonly string[]>;
  readonly created_at: Time;
  readonly modified_at: Time;
  readonly closed_at: Time | null;
  /** When the first alert was raised, from which grouping looks back; of one without a rule, when it was made. */
  readonly first_alert_at: Time;
  readonly first_activity: string;
  readonly last_activity: string;
  /** When a person first did something about it; null while nobody has. */
  readonly answered_at: Time | null;
  /** When it was made, or last opened again. */
  readonly opened_at: Time;
}

/** What happened to incidents, never changed and never taken away. */
export interface IncidentEventsTable {
  readonly id: Generated<bigint>;
  readonly incident_id: string;
  readonly at: Time;
  readonly by: string;
  /**
   * `created`, `alert-added`, `changed`, `reopened`, `commented`, `task-added`, `task-done`, `task-reopened`, `bookmark-added`,
   * `bookmark-removed`.
   */
  readonly kind: string;
  /** What changed, as JSON. */
  readonly detail: string;
}

/** What there is to do about an incident. */
export interface IncidentTasksTable {
  readonly id: string;
  readonly incident_id: string;
  readonly title: string;
  readonly description: string;
  readonly created_at: Time;
  readonly created_by: string;
  /** When it was done, and by whom; null while it is not. */
  readonly done_at: Time | null;
  readonly done_by: string | null;
}

/** The entities of alerts that are told from all others, by which incidents are related. */
export interface AlertEntitiesTable {
  readonly alert_id: string;
  /** The same for the same entity. */
  readonly key: string;
  /** The entity for people. */
  readonly label: string;
}

/** A row of a query's result that somebody keeps, as it was when it was found. */
export interface BookmarksTable {
  /** `BookmarkId`. */
  readonly id: string;
  readonly name: string;
  readonly notes: string;
  readonly tags: JSONColumnType<readonly string[]>;
  readonly tactics: JSONColumnType<readonly string[]>;
  readonly techniques: JSONColumnType<readonly string[]>;
  /** The name of the hunting query; null for any other query. */
  readonly hunt: string | null;
  readonly query: string;
  /** The stretch of time that the query looked at, to the tick. */
  readonly query_from: string;
  readonly query_to: string;
  /** `TimeGenerated` of the row; null where it has none. */
  readonly event_time: string | null;
  /** The row as a JSON object. */
  readonly row: string;
  /** What the row is about, as JSON: an array of entities. */
  readonly entities: string;
  readonly created_at: Time;
  readonly created_by: string;
  readonly updated_at: Time;
  readonly updated_by: string;
  /** One that is deleted stays, for its history. */
  readonly deleted_at: Time | null;
}

/** The entities of bookmarks that are told from all others, by which incidents are related. */
export interface BookmarkEntitiesTable {
  readonly bookmark_id: string;
  readonly key: string;
  readonly label: string;
}

/** Which bookmarks belong to which incidents. */
export interface IncidentBookmarksTable {
  readonly incident_id: string;
  readonly bookmark_id: string;
  readonly at: Time;
}

/** Rows that the logs are owed: of `SecurityAlert`, `SecurityIncident` and `HuntingBookmark`. */
export interface PublicationsTable {
  readonly id: Generated<bigint>;
  readonly table_name: string;
  /** The row as one line of JSON. */
  readonly line: string;
  /** Rows of a batch go into the logs together; a batch never changes once it has a number. */
  readonly batch: ColumnType<bigint | null, bigint | null | undefined, bigint | null>;
}

/** What an exception hid in a window; windows in which it hid nothing have no row. */
export interface ExceptionHitsTable {
  readonly rule_id: string;
  readonly exception_id: string;
  readonly window_to: Time;
  readonly rows: number;
}

/** Whom or what an exception has hidden, each once. */
export interface ExceptionValuesTable {
  readonly rule_id: string;
  readonly exception_id: string;
  /** SHA-256 of the whole value, in hexadecimal. */
  readonly digest: string;
  /** Its first 500 characters: an entity, or columns with their values. */
  readonly value: string;
  /** The end of the window in which it was hidden for the first time. */
  readonly first_window: Time;
}

/** What has happened and is to be told; each becomes deliveries, by the routes of the moment. */
export interface NoticesTable {
  readonly id: Generated<bigint>;
  readonly at: Time;
  /** The notice as JSON. */
  readonly document: string;
}

/** One notice for one route. */
export interface DeliveriesTable {
  /** The same at each attempt. */
  readonly id: string;
  readonly route: string;
  readonly event: string;
  readonly at: Time;
  readonly document: string;
  /** A dead one was given up. */
  readonly state: Generated<"waiting" | "sent" | "dead">;
  readonly attempts: Generated<number>;
  readonly next_at: Time;
  readonly sent_at: Time | null;
  readonly error: string | null;
}

/** A feed or field that rules read and that is not as it was; told once, and once when it is over. */
export interface DriftsTable {
  readonly id: Generated<bigint>;
  readonly kind: "stopped" | "emptied" | "changed";
  readonly table_name: string;
  /** Empty where it is about the whole table. */
  readonly field: string;
  readonly since: Time;
  readonly message: string;
  /** The rules that it blinds, as JSON: an array of objects with `id` and `name`. */
  readonly rules: string;
  readonly told_at: Time;
  /** Null while it lasts. */
  readonly ended_at: Time | null;
}

/** What people changed about a rule while a service ran. */
export interface RuleChangesTable {
  readonly id: Generated<bigint>;
  readonly rule_id: string;
  readonly at: Time;
  readonly by: string;
  /** `saved`, `copied`, `adopted`, `overridden`, `exception-saved`, `exception-removed`, `windows-owed`. */
  readonly kind: string;
  /** The file that was written; empty where none was. */
  readonly file: string;
  /** What changed, for people. */
  readonly detail: string;
}

/** Files of logs that people handed in on the pages. */
export interface UploadsTable {
  readonly id: string;
  readonly at: Time;
  readonly by: string;
  /** How the sources of its loads begin. */
  readonly source: string;
  readonly bytes: bigint;
}

/** All tables of the state: the service's, the catalogue's, and those about who may do what. */
export interface StateTables extends AccessTables, SavedQueryTables {
  readonly rules: RulesTable;
  readonly rule_versions: RuleVersionsTable;
  readonly windows: WindowsTable;
  readonly alerts: AlertsTable;
  readonly incidents: IncidentsTable;
  readonly incident_events: IncidentEventsTable;
  readonly incident_tasks: IncidentTasksTable;
  readonly alert_entities: AlertEntitiesTable;
  readonly bookmarks: BookmarksTable;
  readonly bookmark_entities: BookmarkEntitiesTable;
  readonly incident_bookmarks: IncidentBookmarksTable;
  readonly publications: PublicationsTable;
  readonly exception_hits: ExceptionHitsTable;
  readonly exception_values: ExceptionValuesTable;
  readonly notices: NoticesTable;
  readonly deliveries: DeliveriesTable;
  readonly drifts: DriftsTable;
  readonly service_levels: ServiceLevelsTable;
  readonly saved_views: SavedViewsTable;
  readonly alert_names: AlertNamesTable;
  readonly rule_changes: RuleChangesTable;
  readonly uploads: UploadsTable;
  readonly catalog_imports: CatalogImportsTable;
  readonly catalog_rules: CatalogRulesTable;
  readonly catalog_facets: CatalogFacetsTable;
  readonly catalog_tests: CatalogTestsTable;
  readonly catalog_changes: CatalogChangesTable;
  readonly catalog_verdicts: CatalogVerdictsTable;
  readonly coverage_profiles: CoverageProfilesTable;
}
