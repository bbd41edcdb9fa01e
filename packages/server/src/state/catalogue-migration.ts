import { type Migration, sql } from "kysely";

/** The tables of the catalogue, with an index of words over names, descriptions and logic. */
export const catalogueMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable("catalog_imports")
      .addColumn("id", "integer", (column) => column.generatedAlwaysAsIdentity().primaryKey())
      .addColumn("source", "text", (column) => column.notNull())
      .addColumn("platform", "text", (column) => column.notNull())
      .addColumn("at", "timestamptz", (column) => column.notNull())
      .addColumn("finished", "boolean", (column) => column.notNull())
      .addColumn("added", "integer", (column) => column.notNull())
      .addColumn("changed", "integer", (column) => column.notNull())
      .addColumn("removed", "integer", (column) => column.notNull())
      .addColumn("unchanged", "integer", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("catalog_rules")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("number", "integer", (column) => column.generatedAlwaysAsIdentity().notNull().unique())
      .addColumn("source", "text", (column) => column.notNull())
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("platform", "text", (column) => column.notNull())
      .addColumn("language", "text", (column) => column.notNull())
      .addColumn("author_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("purpose", "text", (column) => column.notNull())
      .addColumn("severity", "text")
      .addColumn("status", "text")
      .addColumn("file", "text", (column) => column.notNull())
      .addColumn("licence", "text", (column) => column.notNull())
      .addColumn("commit", "text", (column) => column.notNull())
      .addColumn("retrieved_at", "text", (column) => column.notNull())
      .addColumn("version", "text", (column) => column.notNull())
      .addColumn("first_seen", "timestamptz", (column) => column.notNull())
      .addColumn("changed_at", "timestamptz", (column) => column.notNull())
      .addColumn("removed_at", "timestamptz")
      .addColumn("document", "text", (column) => column.notNull())
      .addColumn("verdict", "text")
      .addColumn("words", sql`tsvector`)
      .addUniqueConstraint("one_rule_for_a_key", ["source", "platform", "key"])
      .execute();
    await sql`CREATE INDEX catalog_rules_words ON catalog_rules USING gin (words)`.execute(db);
    await sql`CREATE INDEX catalog_rules_author_id ON catalog_rules (lower(author_id))`.execute(db);
    await db.schema
      .createTable("catalog_facets")
      .addColumn("rule", "integer", (column) => column.notNull().references("catalog_rules.number"))
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("value", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("catalog_facets_key", ["rule", "kind", "value"])
      .execute();
    await sql`CREATE INDEX catalog_facets_value ON catalog_facets (kind, lower(value))`.execute(db);
    await db.schema
      .createTable("catalog_tests")
      .addColumn("rule", "integer", (column) => column.notNull().references("catalog_rules.number"))
      .addColumn("table_name", "text", (column) => column.notNull())
      .addColumn("field", "text", (column) => column.notNull())
      .addColumn("operator", "text", (column) => column.notNull())
      .addColumn("value", "text", (column) => column.notNull())
      .addColumn("negated", "boolean", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("catalog_tests_of_rule").on("catalog_tests").column("rule").execute();
    await sql`CREATE INDEX catalog_tests_field ON catalog_tests (lower(field), lower(value))`.execute(db);
    await sql`CREATE INDEX catalog_tests_value ON catalog_tests (lower(value))`.execute(db);
    await sql`CREATE INDEX catalog_tests_table ON catalog_tests (lower(table_name), lower(field))`.execute(db);
    await db.schema
      .createTable("catalog_changes")
      .addColumn("id", "integer", (column) => column.generatedAlwaysAsIdentity().primaryKey())
      .addColumn("rule", "integer", (column) => column.notNull().references("catalog_rules.number"))
      .addColumn("import_id", "integer", (column) => column.notNull().references("catalog_imports.id"))
      .addColumn("at", "timestamptz", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("version", "text", (column) => column.notNull())
      .addColumn("commit", "text", (column) => column.notNull())
      .addColumn("difference", "text", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("catalog_changes_of_rule").on("catalog_changes").columns(["rule", "id"]).execute();
    await db.schema
      .createTable("catalog_verdicts")
      .addColumn("rule", "integer", (column) => column.primaryKey().references("catalog_rules.number"))
      .addColumn("at", "timestamptz", (column) => column.notNull())
      .addColumn("workspace", "text", (column) => column.notNull())
      .addColumn("document", "text", (column) => column.notNull())
      .execute();
  },
};

/** What rules are counted by stands in their rows too, so that counting reads these alone. */
export const catalogueFacetsMigration: Migration = {
  async up(db) {
    await db.schema
      .alterTable("catalog_rules")
      .addColumn("facets", "text", (column) => column.notNull().defaultTo(""))
      .execute();
    await sql`UPDATE catalog_rules SET facets = found.lines FROM (
      SELECT rule, string_agg(json_build_array(kind, value)::text, ${sql.lit("\n")}) AS lines FROM catalog_facets GROUP BY rule) found
      WHERE rule = number`.execute(db);
  },
};

/** How each rule was read, so that one that is still the same is not read again. */
export const catalogueReadingMigration: Migration = {
  async up(db) {
    await db.schema
      .alterTable("catalog_rules")
      .addColumn("reading", "text", (column) => column.notNull().defaultTo(""))
      .execute();
  },
};

/** Threat profiles that coverage is held against. */
export const coverageProfilesMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable("coverage_profiles")
      .addColumn("name", "text", (column) => column.primaryKey())
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("techniques", "integer", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addColumn("group_name", "text", (column) => column.notNull())
      .addColumn("saved_by", "text", (column) => column.notNull())
      .addColumn("saved_at", "timestamptz", (column) => column.notNull())
      .execute();
  },
};
