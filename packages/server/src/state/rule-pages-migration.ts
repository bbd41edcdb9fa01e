import { type Migration, sql } from "kysely";

/** What people changed of rules and which files they handed in; and indexes for the pages that count windows by time. */
export const rulePagesMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable("rule_changes")
      .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
      .addColumn("rule_id", "text", (column) => column.notNull())
      .addColumn("at", "timestamptz", (column) => column.notNull())
      .addColumn("by", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("file", "text", (column) => column.notNull())
      .addColumn("detail", "text", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("changes_of_rule").on("rule_changes").columns(["rule_id", "id"]).execute();
    await db.schema
      .createTable("uploads")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("at", "timestamptz", (column) => column.notNull())
      .addColumn("by", "text", (column) => column.notNull())
      .addColumn("source", "text", (column) => column.notNull())
      .addColumn("bytes", "bigint", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("windows_by_end").on("windows").column("window_to").execute();
    await db.schema
      .createIndex("windows_in_trouble")
      .on("windows")
      .columns(["rule_id", "window_to"])
      .where(sql.ref("state"), "in", ["owed", "failed"])
      .execute();
  },
};
