import { type Migration, sql } from "kysely";

/** Queries and functions that people keep, and each text that they have had. */
export const savedQueriesMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable("saved_queries")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("folder", "text", (column) => column.notNull())
      .addColumn("description", "text", (column) => column.notNull())
      .addColumn("parameters", "text", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("changed_at", "timestamptz", (column) => column.notNull())
      .addColumn("changed_by", "text", (column) => column.notNull())
      .execute();
    await sql`CREATE UNIQUE INDEX saved_functions ON saved_queries (name) WHERE kind = 'function'`.execute(db);
    await db.schema
      .createTable("saved_query_changes")
      .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
      .addColumn("query_id", "text", (column) => column.notNull())
      .addColumn("at", "timestamptz", (column) => column.notNull())
      .addColumn("by", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("changes_of_saved_query")
      .on("saved_query_changes")
      .columns(["query_id", "id"])
      .execute();
  },
};
