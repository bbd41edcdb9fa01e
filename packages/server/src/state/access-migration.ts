import { type Migration, sql } from "kysely";

/** Users, what they sign in with, who is signed in, and the audit log, which only grows. */
export const accessMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable("users")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("name_key", "text", (column) => column.notNull().unique())
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("created_at", "timestamptz", (column) => column.notNull())
      .addColumn("disabled_at", "timestamptz")
      .addColumn("provider", "text")
      .addColumn("subject", "text")
      .addColumn("password_hash", "text")
      .addUniqueConstraint("users_of_provider", ["provider", "subject"])
      .execute();
    await db.schema
      .createTable("passkeys")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("user_id", "text", (column) => column.notNull().references("users.id"))
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("public_key", "text", (column) => column.notNull())
      .addColumn("counter", "bigint", (column) => column.notNull())
      .addColumn("transports", "jsonb", (column) => column.notNull())
      .addColumn("created_at", "timestamptz", (column) => column.notNull())
      .addColumn("last_used_at", "timestamptz")
      .execute();
    await db.schema
      .createTable("set_up_links")
      .addColumn("hash", "text", (column) => column.primaryKey())
      .addColumn("user_id", "text", (column) => column.notNull().unique().references("users.id"))
      .addColumn("expires_at", "timestamptz", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("sessions")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("hash", "text", (column) => column.notNull().unique())
      .addColumn("user_id", "text", (column) => column.notNull().references("users.id"))
      .addColumn("method", "text", (column) => column.notNull())
      .addColumn("created_at", "timestamptz", (column) => column.notNull())
      .addColumn("expires_at", "timestamptz", (column) => column.notNull())
      .addColumn("seen_at", "timestamptz", (column) => column.notNull())
      .addColumn("address", "text", (column) => column.notNull())
      .addColumn("agent", "text", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("api_tokens")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("hash", "text", (column) => column.notNull().unique())
      .addColumn("user_id", "text", (column) => column.notNull().references("users.id"))
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("created_at", "timestamptz", (column) => column.notNull())
      .addColumn("expires_at", "timestamptz", (column) => column.notNull())
      .addColumn("last_used_at", "timestamptz")
      .execute();
    await db.schema
      .createTable("audit_log")
      .addColumn("id", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
      .addColumn("at", "timestamptz", (column) => column.notNull())
      .addColumn("user_id", "text")
      .addColumn("user_name", "text", (column) => column.notNull())
      .addColumn("via", "text", (column) => column.notNull())
      .addColumn("address", "text", (column) => column.notNull())
      .addColumn("action", "text", (column) => column.notNull())
      .addColumn("refusal", "text", (column) => column.notNull())
      .addColumn("subject", "text", (column) => column.notNull())
      .addColumn("detail", "text", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("audit_log_at").on("audit_log").column("at").execute();
    for (const table of ["passkeys", "sessions", "api_tokens"]) {
      await db.schema.createIndex(`${table}_of_user`).on(table).column("user_id").execute();
    }
    await sql`CREATE OR REPLACE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$`.execute(db);
    await sql`CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
      FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows()`.execute(db);
  },
};
