import { sql } from "kysely";
import { expect, test } from "vitest";
import { keysOf } from "./entity-keys.js";
import { openState } from "./open-state.js";
import { testPlaces } from "./testing/places.js";

test.each(Object.entries(testPlaces))(
  "entities of alerts from before their table are noted: %s",
  async (_, makePlace) => {
    const place = await makePlace();
    const before = await openState(place.place);
    // A state as it was before step 006: what that step and those after it have made is away.
    await sql`DROP TABLE alert_entities, incident_tasks, drifts, bookmark_entities, incident_bookmarks, bookmarks`.execute(
      before.db,
    );
    await sql`DROP TABLE catalog_changes, catalog_facets, catalog_imports, catalog_rules, catalog_tests, catalog_verdicts`.execute(
      before.db,
    );
    await sql`DROP TABLE alert_names, saved_views, service_levels`.execute(before.db);
    await sql`DROP TABLE rule_changes, uploads, coverage_profiles, saved_queries, saved_query_changes`.execute(
      before.db,
    );
    await sql`DROP INDEX alerts_raised, windows_finished, windows_by_end, windows_in_trouble`.execute(before.db);
    await sql`ALTER TABLE incidents DROP COLUMN answered_at, DROP COLUMN opened_at`.execute(before.db);
    await sql`DROP TABLE api_tokens, audit_log, passkeys, sessions, set_up_links, users`.execute(before.db);
    await sql`DELETE FROM kysely_migration WHERE name >= '006'`.execute(before.db);
    const entities = [{ type: "Account", name: "ann", upnSuffix: "contoso.example" }];
    const at = new Date("2026-05-01T00:00:00Z");
    const shared = { rule_id: "r", window_to: at, raised_at: at, title: "", severity: "Low", incident_id: null };
    await sql`ALTER TABLE alerts DROP CONSTRAINT alerts_rule_id_fkey`.execute(before.db);
    const ids = Array.from({ length: 1003 }, (_none, part) => `alert-${part}`);
    const alertOf = (id: string, part: number) => ({
      ...{ id, part, ...shared },
      document: JSON.stringify({ entities: part % 2 === 0 ? entities : [] }),
    });
    await before.db.insertInto("alerts").values(ids.map(alertOf)).execute();
    await before.close();
    const after = await openState(place.place);
    const noted = await after.db.selectFrom("alert_entities").selectAll().execute();
    expect(noted).toHaveLength(502);
    expect(new Set(noted.map(({ key }) => key))).toEqual(new Set(keysOf(entities).map(({ key }) => key)));
    expect(noted.map(({ alert_id }) => alert_id)).toContain("alert-1002");
    const names = await after.db.selectFrom("alert_names").selectAll().where("main", "=", true).execute();
    expect(names).toHaveLength(502);
    expect(names[0]).toMatchObject({ type: "account", name: "ann@contoso.example" });
    await after.close();
    await place.remove();
  },
);
