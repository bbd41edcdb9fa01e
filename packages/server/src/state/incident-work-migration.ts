import { type Kysely, type Migration, sql } from "kysely";
import { namesOfAll } from "./entity-names.js";
import type { StateTables } from "./tables.js";

/** In how many minutes people want to answer and to close incidents, where nobody has said otherwise. */
const usualLevels = [
  ["High", 30, 8 * 60],
  ["Medium", 2 * 60, 24 * 60],
  ["Low", 8 * 60, 3 * 24 * 60],
  ["Informational", 24 * 60, 7 * 24 * 60],
] as const;

/** What work on incidents needs beside them: when they were answered, targets, saved views, and the names that alerts have. */
export const incidentWorkMigration: Migration = {
  async up(db: Kysely<StateTables>) {
    await db.schema
      .alterTable("incidents")
      .addColumn("answered_at", "timestamptz")
      .addColumn("opened_at", "timestamptz")
      .execute();
    await sql`UPDATE incidents SET
      answered_at = (SELECT min(at) FROM incident_events WHERE incident_id = incidents.id AND by <> 'Calypso'),
      opened_at = coalesce((SELECT max(at) FROM incident_events WHERE incident_id = incidents.id AND kind = 'reopened'), created_at)`.execute(
      db,
    );
    await sql`ALTER TABLE incidents ALTER COLUMN opened_at SET NOT NULL`.execute(db);
    await db.schema
      .createTable("service_levels")
      .addColumn("severity", "text", (column) => column.primaryKey())
      .addColumn("answer_minutes", "integer", (column) => column.notNull())
      .addColumn("close_minutes", "integer", (column) => column.notNull())
      .addColumn("changed_at", "timestamptz")
      .addColumn("changed_by", "text")
      .execute();
    for (const [severity, answer_minutes, close_minutes] of usualLevels) {
      await db.insertInto("service_levels").values({ severity, answer_minutes, close_minutes }).execute();
    }
    await db.schema
      .createTable("saved_views")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("page", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("address", "text", (column) => column.notNull())
      .addColumn("owner_id", "text", (column) => column.notNull())
      .addColumn("owner_name", "text", (column) => column.notNull())
      .addColumn("shared", "boolean", (column) => column.notNull())
      .addColumn("created_at", "timestamptz", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("alert_names")
      .addColumn("alert_id", "text", (column) => column.notNull().references("alerts.id"))
      .addColumn("type", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("label", "text", (column) => column.notNull())
      .addColumn("main", "boolean", (column) => column.notNull())
      .addPrimaryKeyConstraint("alert_names_key", ["alert_id", "type", "name"])
      .execute();
    await db.schema.createIndex("alerts_of_name").on("alert_names").columns(["type", "name"]).execute();
    await noteNames(db);
    // By which what is new is found.
    await db.schema.createIndex("alerts_raised").on("alerts").column("raised_at").execute();
    await db.schema.createIndex("windows_finished").on("windows").column("finished_at").execute();
  },
};

/** Writes down the names in alerts that were raised before there was a table of them. */
async function noteNames(db: Kysely<StateTables>): Promise<void> {
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
      const names = namesOfAll(entities).map((name) => ({ alert_id: id, ...name }));
      if (names.length > 0) await db.insertInto("alert_names").values(names).execute();
    }
    after = alerts.at(-1)?.id;
  }
}
