import { type Kysely, type Migration, Migrator, sql } from "kysely";
import { accessMigration } from "./access-migration.js";
import { bookmarksMigration } from "./bookmarks-migration.js";
import {
  catalogueFacetsMigration,
  catalogueMigration,
  catalogueReadingMigration,
  coverageProfilesMigration,
} from "./catalogue-migration.js";
import { keysOf } from "./entity-keys.js";
import { incidentWorkMigration } from "./incident-work-migration.js";
import { rulePagesMigration } from "./rule-pages-migration.js";
import { savedQueriesMigration } from "./saved-queries-migration.js";
import type { StateTables } from "./tables.js";

/** Brings the tables to the form that this version knows. Each step runs once, and whole or not at all. */
export async function migrate(db: Kysely<StateTables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

/** In the order of their names; one that has been released is never changed. */
const migrations: Readonly<Record<string, Migration>> = {
  "001-rules-and-windows": {
    async up(db) {
      await db.schema
        .createTable("rules")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("file", "text", (column) => column.notNull())
        .addColumn("version", "text", (column) => column.notNull())
        .addColumn("obstacle", "text")
        .addColumn("active_since", "timestamptz")
        .addColumn("suppressed_until", "timestamptz")
        .addColumn("removed_at", "timestamptz")
        .execute();
      await db.schema
        .createTable("rule_versions")
        .addColumn("rule_id", "text", (column) => column.notNull().references("rules.id"))
        .addColumn("version", "text", (column) => column.notNull())
        .addColumn("seen_at", "timestamptz", (column) => column.notNull())
        .addColumn("document", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("rule_versions_key", ["rule_id", "version"])
        .execute();
      await db.schema
        .createTable("windows")
        .addColumn("rule_id", "text", (column) => column.notNull().references("rules.id"))
        .addColumn("window_from", "timestamptz", (column) => column.notNull())
        .addColumn("window_to", "timestamptz", (column) => column.notNull())
        .addColumn("due_at", "timestamptz", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("attempts", "integer", (column) => column.notNull().defaultTo(0))
        .addColumn("retry_at", "timestamptz")
        .addColumn("started_at", "timestamptz")
        .addColumn("finished_at", "timestamptz")
        .addColumn("version", "text")
        .addColumn("result_rows", "integer")
        .addColumn("alerts", "integer")
        .addColumn("held_back", "integer")
        .addColumn("seconds", "double precision")
        .addColumn("error_code", "text")
        .addColumn("error_message", "text")
        .addPrimaryKeyConstraint("windows_key", ["rule_id", "window_to"])
        .execute();
      await sql`CREATE INDEX windows_open ON windows (due_at) WHERE state IN ('planned', 'owed', 'running')`.execute(
        db,
      );
    },
  },
  "002-alerts-and-incidents": {
    async up(db) {
      await db.schema
        .createTable("incidents")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("number", "integer", (column) => column.generatedAlwaysAsIdentity().notNull().unique())
        .addColumn("rule_id", "text", (column) => column.notNull().references("rules.id"))
        .addColumn("title", "text", (column) => column.notNull())
        .addColumn("description", "text", (column) => column.notNull())
        .addColumn("severity", "text", (column) => column.notNull())
        .addColumn("status", "text", (column) => column.notNull())
        .addColumn("classification", "text")
        .addColumn("classification_reason", "text")
        .addColumn("classification_comment", "text")
        .addColumn("owner", "text")
        .addColumn("tactics", "jsonb", (column) => column.notNull())
        .addColumn("techniques", "jsonb", (column) => column.notNull())
        .addColumn("labels", "jsonb", (column) => column.notNull())
        .addColumn("created_at", "timestamptz", (column) => column.notNull())
        .addColumn("modified_at", "timestamptz", (column) => column.notNull())
        .addColumn("closed_at", "timestamptz")
        .addColumn("first_alert_at", "timestamptz", (column) => column.notNull())
        .addColumn("first_activity", "text", (column) => column.notNull())
        .addColumn("last_activity", "text", (column) => column.notNull())
        .execute();
      await db.schema.createIndex("incidents_of_rule").on("incidents").columns(["rule_id", "first_alert_at"]).execute();
      await db.schema
        .createTable("incident_events")
        .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
        .addColumn("incident_id", "text", (column) => column.notNull().references("incidents.id"))
        .addColumn("at", "timestamptz", (column) => column.notNull())
        .addColumn("by", "text", (column) => column.notNull())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("detail", "text", (column) => column.notNull())
        .execute();
      await db.schema.createIndex("events_of_incident").on("incident_events").columns(["incident_id", "id"]).execute();
      await db.schema
        .createTable("alerts")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("rule_id", "text", (column) => column.notNull().references("rules.id"))
        .addColumn("window_to", "timestamptz", (column) => column.notNull())
        .addColumn("part", "integer", (column) => column.notNull())
        .addColumn("raised_at", "timestamptz", (column) => column.notNull())
        .addColumn("title", "text", (column) => column.notNull())
        .addColumn("severity", "text", (column) => column.notNull())
        .addColumn("incident_id", "text", (column) => column.references("incidents.id"))
        .addColumn("document", "text", (column) => column.notNull())
        .addUniqueConstraint("one_alert_for_a_group", ["rule_id", "window_to", "part"])
        .execute();
      await db.schema.createIndex("alerts_of_incident").on("alerts").column("incident_id").execute();
      await db.schema
        .createTable("publications")
        .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
        .addColumn("table_name", "text", (column) => column.notNull())
        .addColumn("line", "text", (column) => column.notNull())
        .addColumn("batch", "bigint")
        .execute();
      await sql`CREATE SEQUENCE publication_batches`.execute(db);
    },
  },
  "003-what-windows-read": {
    async up(db) {
      await db.schema
        .alterTable("windows")
        .addColumn("rows_read", "bigint")
        .addColumn("bytes_read", "bigint")
        .execute();
    },
  },
  "004-exceptions": {
    async up(db) {
      await db.schema.alterTable("windows").addColumn("hidden_rows", "integer").execute();
      await db.schema
        .createTable("exception_hits")
        .addColumn("rule_id", "text", (column) => column.notNull().references("rules.id"))
        .addColumn("exception_id", "text", (column) => column.notNull())
        .addColumn("window_to", "timestamptz", (column) => column.notNull())
        .addColumn("rows", "integer", (column) => column.notNull())
        .addPrimaryKeyConstraint("exception_hits_key", ["exception_id", "rule_id", "window_to"])
        .execute();
      await db.schema
        .createTable("exception_values")
        .addColumn("rule_id", "text", (column) => column.notNull().references("rules.id"))
        .addColumn("exception_id", "text", (column) => column.notNull())
        .addColumn("digest", "text", (column) => column.notNull())
        .addColumn("value", "text", (column) => column.notNull())
        .addColumn("first_window", "timestamptz", (column) => column.notNull())
        .addPrimaryKeyConstraint("exception_values_key", ["exception_id", "rule_id", "digest"])
        .execute();
    },
  },
  "005-notices": {
    async up(db) {
      await db.schema
        .createTable("notices")
        .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
        .addColumn("at", "timestamptz", (column) => column.notNull())
        .addColumn("document", "text", (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("deliveries")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("route", "text", (column) => column.notNull())
        .addColumn("event", "text", (column) => column.notNull())
        .addColumn("at", "timestamptz", (column) => column.notNull())
        .addColumn("document", "text", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull().defaultTo("waiting"))
        .addColumn("attempts", "integer", (column) => column.notNull().defaultTo(0))
        .addColumn("next_at", "timestamptz", (column) => column.notNull())
        .addColumn("sent_at", "timestamptz")
        .addColumn("error", "text")
        .execute();
      await db.schema.createIndex("deliveries_open").on("deliveries").columns(["state", "next_at"]).execute();
    },
  },
  "006-tasks-and-entities": {
    async up(db) {
      await db.schema
        .createTable("incident_tasks")
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("incident_id", "text", (column) => column.notNull().references("incidents.id"))
        .addColumn("title", "text", (column) => column.notNull())
        .addColumn("description", "text", (column) => column.notNull())
        .addColumn("created_at", "timestamptz", (column) => column.notNull())
        .addColumn("created_by", "text", (column) => column.notNull())
        .addColumn("done_at", "timestamptz")
        .addColumn("done_by", "text")
        .execute();
      await db.schema.createIndex("tasks_of_incident").on("incident_tasks").column("incident_id").execute();
      await db.schema
        .createTable("alert_entities")
        .addColumn("alert_id", "text", (column) => column.notNull().references("alerts.id"))
        .addColumn("key", "text", (column) => column.notNull())
        .addColumn("label", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("alert_entities_key", ["alert_id", "key"])
        .execute();
      await db.schema.createIndex("alerts_of_entity").on("alert_entities").column("key").execute();
      await noteEntities(db);
    },
  },
  "007-drifts": {
    async up(db) {
      await db.schema
        .createTable("drifts")
        .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("table_name", "text", (column) => column.notNull())
        .addColumn("field", "text", (column) => column.notNull())
        .addColumn("since", "timestamptz", (column) => column.notNull())
        .addColumn("message", "text", (column) => column.notNull())
        .addColumn("rules", "text", (column) => column.notNull())
        .addColumn("told_at", "timestamptz", (column) => column.notNull())
        .addColumn("ended_at", "timestamptz")
        .execute();
    },
  },
  "008-catalogue": catalogueMigration,
  "009-bookmarks": bookmarksMigration,
  "010-catalogue-facets": catalogueFacetsMigration,
  "011-catalogue-reading": catalogueReadingMigration,
  "012-incident-work": incidentWorkMigration,
  "013-rule-pages": rulePagesMigration,
  "014-coverage-profiles": coverageProfilesMigration,
  "015-access": accessMigration,
  "016-saved-queries": savedQueriesMigration,
};

/** Writes down the entities of alerts that were raised before there was a table of them. */
async function noteEntities(db: Kysely<StateTables>): Promise<void> {
  for (let after: string | undefined = ""; after !== undefined; ) {
    const alerts: readonly { readonly id: string; readonly document: string }[] = await db
      .selectFrom("alerts")
      .select(["id", "document"])
      .where("id", ">", after)
      .orderBy("id")
      .limit(500)
      .execute();
    for (const { id, document } of alerts) {
      const { entities } = JSON.parse(document) as { readonly entities: readonly Readonly<Record<string, string>>[] };
      const keys = keysOf(entities).map((key) => ({ alert_id: id, ...key }));
      if (keys.length > 0) await db.insertInto("alert_entities").values(keys).execute();
    }
    after = alerts.at(-1)?.id;
  }
}
