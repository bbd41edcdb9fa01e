import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calypso } from "../cli/testing/calypso.js";
import { openState } from "../state/open-state.js";
import { testPlaces } from "../state/testing/places.js";
import { ruleYaml } from "./testing/rules.js";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "calypso-killed-import-"));
const rules = join(folder, "rules");
const count = 60;

beforeAll(() => {
  mkdirSync(rules);
  for (let n = 0; n < count; n += 1) {
    const id = `11111111-0000-4000-8000-${String(n).padStart(12, "0")}`;
    const query = `SigninLogs\n| where ClientAppUsed == "Client ${n}" and ResultType == "0"`;
    writeFileSync(join(rules, `${String(n).padStart(3, "0")}.yaml`), ruleYaml({ id, name: `Client ${n}`, query }));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Imports in a process of its own, which is killed once it has said that it added so many rules. */
async function killedAfter(added: number, place: string): Promise<void> {
  const line = [program, "catalog", "import", rules, "--state", place, "--source", "killed", "--format", "ndjson"];
  const child = spawn(process.execPath, line);
  const closed = once(child, "close");
  let out = "";
  for await (const data of child.stdout) {
    out += String(data);
    if (out.split("\n").length > added) child.kill("SIGKILL");
  }
  await closed;
}

/** How many rules there are; each has all that an import writes, once. */
async function wholeRules(place: string): Promise<number> {
  const state = await openState(place, { alone: false });
  try {
    const { rows } = await sql<{ readonly name: string; readonly parts: string }>`
      SELECT name, concat_ws(' ', words @@ to_tsquery('english', 'client'),
        (SELECT count(*) FROM catalog_facets WHERE rule = number),
        (SELECT count(*) FROM catalog_tests WHERE rule = number),
        (SELECT count(*) FROM catalog_changes WHERE rule = number)) AS parts
      FROM catalog_rules`.execute(state.db);
    expect(rows.filter(({ parts }) => parts !== "t 5 2 1")).toEqual([]);
    return rows.length;
  } finally {
    await state.close();
  }
}

for (const [name, makePlace] of Object.entries(testPlaces)) {
  test(`an import that is killed leaves whole rules, and the next one completes it (${name})`, async () => {
    const { place, remove } = await makePlace();
    try {
      let before = 0;
      for (const added of [1, 20]) {
        await killedAfter(added, place);
        const found = await wholeRules(place);
        expect(found).toBeGreaterThanOrEqual(Math.min(count, before + added));
        before = found;
      }
      const { out } = await calypso("catalog", "import", rules, "--state", place, "--source", "killed");
      const summary: unknown = JSON.parse(out.trim().split("\n").at(-1) ?? "");
      expect(summary).toMatchObject({
        kind: "finished",
        added: count - before,
        changed: 0,
        removed: 0,
        unchanged: before,
      });
      expect(await wholeRules(place)).toBe(count);
      const found = JSON.parse((await calypso("catalog", "search", "--field", "ClientAppUsed", "--state", place)).out);
      expect(found.total).toBe(count);
      const site = join(folder, `site-${name}`);
      const exported = await calypso("catalog", "export", site, "--state", place);
      expect([exported.status, exported.err]).toEqual([0, expect.stringMatching(/begin at index\.html\n$/)]);
    } finally {
      await remove();
    }
  });
}
