import { type Migration, sql } from "kysely";

/** Rows of results that people keep, what they are about, and which incidents they belong to. */
export const bookmarksMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable("bookmarks")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("notes", "text", (column) => column.notNull())
      .addColumn("tags", "jsonb", (column) => column.notNull())
      .addColumn("tactics", "jsonb", (column) => column.notNull())
      .addColumn("techniques", "jsonb", (column) => column.notNull())
      .addColumn("hunt", "text")
      .addColumn("query", "text", (column) => column.notNull())
      .addColumn("query_from", "text", (column) => column.notNull())
      .addColumn("query_to", "text", (column) => column.notNull())
      .addColumn("event_time", "text")
      .addColumn("row", "text", (column) => column.notNull())
      .addColumn("entities", "text", (column) => column.notNull())
      .addColumn("created_at", "timestamptz", (column) => column.notNull())
      .addColumn("created_by", "text", (column) => column.notNull())
      .addColumn("updated_at", "timestamptz", (column) => column.notNull())
      .addColumn("updated_by", "text", (column) => column.notNull())
      .addColumn("deleted_at", "timestamptz")
      .execute();
    await db.schema
      .createTable("bookmark_entities")
      .addColumn("bookmark_id", "text", (column) => column.notNull().references("bookmarks.id"))
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("label", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("bookmark_entities_key", ["bookmark_id", "key"])
      .execute();
    await db.schema.createIndex("bookmarks_of_entity").on("bookmark_entities").column("key").execute();
    await db.schema
      .createTable("incident_bookmarks")
      .addColumn("incident_id", "text", (column) => column.notNull().references("incidents.id"))
      .addColumn("bookmark_id", "text", (column) => column.notNull().references("bookmarks.id"))
      .addColumn("at", "timestamptz", (column) => column.notNull())
      .addPrimaryKeyConstraint("incident_bookmarks_key", ["incident_id", "bookmark_id"])
      .execute();
    await db.schema.createIndex("incidents_of_bookmark").on("incident_bookmarks").column("bookmark_id").execute();
    // People make incidents of bookmarks, without a rule.
    await sql`ALTER TABLE incidents ALTER COLUMN rule_id DROP NOT NULL`.execute(db);
  },
};
