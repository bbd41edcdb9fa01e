import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Rule } from "@calypso/catalog";
import { ingestPaths } from "../../ingest/ingest.js";
import { Service } from "../../service/service.js";
import type { TestServer } from "./test-server.js";

/** Loads rows into a table, and lets the service run its rules over them until nothing is due at the second time. */
export async function raiseAlerts(
  { workspace, state }: TestServer,
  rows: Readonly<Record<string, readonly object[]>>,
  rules: readonly Rule[],
  [from, to]: readonly [string, string],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "calypso-alerts-"));
  let now = new Date(from);
  const clock = () => now;
  try {
    for (const [table, list] of Object.entries(rows)) {
      const path = join(folder, `${table}.ndjson`);
      writeFileSync(path, list.map((row) => `${JSON.stringify(row)}\n`).join(""));
      for await (const { messages } of ingestPaths(workspace.store, [path], { table, now: clock }))
        if (messages.length > 0) throw new Error(JSON.stringify(messages));
    }
    const parts = { state, store: workspace.store, clock, ids: workspace.ids, concurrency: 2, tell: () => {} };
    const service = new Service({ ...parts, folder: join(folder, "outgoing") });
    await service.takeUp(rules);
    now = new Date(to);
    while ((await service.tick()) > 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
