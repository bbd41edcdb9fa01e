import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, expect, test } from "vitest";
import { emptyDatabase } from "./empty-database.js";
import { openState } from "./open-state.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-empty-database-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All that a database is by itself: its settings, databases, roles, schemas, and how many things each catalogue holds. */
const nature = `
  SELECT 'setting ' || name AS what, setting AS value FROM pg_settings WHERE name NOT IN ('data_directory', 'config_file', 'hba_file', 'ident_file')
  UNION ALL SELECT 'database ' || datname, concat_ws(' ', encoding, datcollate, datctype, datlocprovider, datlocale) FROM pg_database
  UNION ALL SELECT 'role ' || rolname, concat_ws(' ', rolsuper, rolinherit, rolcanlogin, rolconnlimit) FROM pg_roles
  UNION ALL SELECT 'schema ' || nspname, concat_ws(' ', nspowner, nspacl) FROM pg_namespace
  UNION ALL SELECT 'relations', count(*)::text FROM pg_class
  UNION ALL SELECT 'functions', count(*)::text FROM pg_proc
  UNION ALL SELECT 'collations', count(*)::text FROM pg_collation
  UNION ALL SELECT 'extensions', string_agg(extname, ' ' ORDER BY extname) FROM pg_extension
  ORDER BY 1, 2`;

test("a database that begins with the files of the build is as the engine makes it", async () => {
  const [unpacked, made] = [join(folder, "unpacked"), join(folder, "made")];
  const files = await emptyDatabase(unpacked);
  expect(files.loadDataDir?.size).toBeGreaterThan(1_000_000);
  const natures = [];
  for (const options of [{ dataDir: unpacked, ...files }, { dataDir: made }]) {
    const database = await PGlite.create(options);
    natures.push((await database.query(nature)).rows);
    await database.close();
  }
  expect(natures[0]).toEqual(natures[1]);
  expect(natures[0]?.length).toBeGreaterThan(300);
});

test("a database that is there is never taken for an empty one", async () => {
  const place = join(folder, "state");
  const row = { id: "kept", name: "Kept", kind: "NRT", file: "kept.yaml", version: "1" };
  const first = await openState(place);
  await first.db.insertInto("rules").values(row).execute();
  await first.close();
  expect(await emptyDatabase(join(place, "postgresql"))).toEqual({});
  const again = await openState(place);
  expect(await again.db.selectFrom("rules").select(["id", "name"]).execute()).toEqual([{ id: "kept", name: "Kept" }]);
  await again.close();
});
