import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { liveDemo, slotLength } from "../demo/live.js";
import { ingestPaths } from "../ingest/ingest.js";
import { openWorkspace } from "../main.js";
import { runQuery } from "../search/run-query.js";
import type { DiskRoom } from "../service/disk-room.js";
import { failureOf } from "../store/testing/temporary-store.js";
import { liveDemoChore, liveDemoFolder } from "./live-demo.js";
import type { Terminal } from "./terminal.js";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-live-"));
const flags = { rate: 1, seed: 5, storiesEvery: 10 };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the demo lives on: what was interrupted is loaded once, what was missed is loaded then", async () => {
  const path = join(folder, "workspace");
  await liveDemoFolder(path, flags);
  const opened = await openWorkspace({ workspace: path });
  try {
    let now = new Date("2026-11-16T10:20:05Z");
    const workspace = { ...opened, folder: path, clock: () => now };
    const chore = () => liveDemoChore(terminal, workspace, flags, room)();
    await chore();
    const start = readFileSync(join(path, "live-demo.json"), "utf8");
    const { from, next } = JSON.parse(start);
    expect([from * slotLength, next * slotLength]).toEqual([
      Date.parse("2026-11-16T09:00:00Z"),
      Date.parse("2026-11-16T10:20:00Z"),
    ]);
    // Two minutes of it were stored in part when the service was ended, and nobody wrote down how far it had come.
    now = new Date("2026-11-16T10:22:00Z");
    const until = now.getTime() / slotLength;
    writeFileSync(join(path, "live-demo.json"), start.replace(/"until":\d+/, `"until":${until}`));
    const begun = join(folder, "begun");
    mkdirSync(begun);
    const demo = liveDemo({ ...flags, from: from * slotLength });
    const part = [...demo.slots(next, until)];
    expect(part.length).toBeGreaterThan(1);
    for (const { table, text } of part.slice(0, -1)) writeFileSync(join(begun, `${table}.ndjson`), text);
    for await (const { stored, read } of ingestPaths(opened.store, [begun], { now: () => now }))
      expect(stored).toBe(read);
    // It was away for an hour, too.
    now = new Date("2026-11-16T11:32:03Z");
    await chore();
    await chore();
    const wanted = new Map<string, number>();
    for (const chunk of [...demo.history(), ...demo.slots(from, now.getTime() / slotLength - 0.3)])
      wanted.set(chunk.table, (wanted.get(chunk.table) ?? 0) + chunk.text.split("\n").length - 1);
    for (const [table, count] of wanted) expect([table, await countOf(opened.store, table)]).toEqual([table, count]);
  } finally {
    await opened.close();
  }
});

test("a folder with anything else, and another stream in the same folder, are refused", async () => {
  const other = join(folder, "other");
  mkdirSync(other);
  writeFileSync(join(other, "logs.txt"), "");
  expect(await failureOf(liveDemoFolder(other, flags))).toMatchObject({ code: "workspace-unusable" });
  expect(await failureOf(liveDemoFolder(join(folder, "workspace"), { ...flags, rate: 2 }))).toMatchObject({
    message: expect.stringContaining("--demo-rate 1 --demo-seed 5 --demo-stories-every 10"),
  });
  const server = await calypso("serve", "--demo", "--workspace", "http://localhost:1/x");
  expect([server.status, server.err]).toEqual([2, expect.stringContaining("the demo needs a folder of its own")]);
  expect((await calypso("serve", "--demo", "--demo-rate", "0")).status).toBe(2);
});

const room: DiskRoom = { enough: async () => true, refused: () => {} };

const terminal: Terminal = {
  ...{ out: { write: async () => {} }, err: { write: async () => {} }, interactive: false, environment: {} },
  signal: new AbortController().signal,
  input: (async function* () {})(),
  setExitStatus: () => {},
};

async function countOf(store: Parameters<typeof runQuery>[0], table: string): Promise<number> {
  const { rows } = await runQuery(store, { text: `${table} | count`, now: 0n });
  for await (const row of rows) return Number(JSON.parse(row)[0]);
  return 0;
}
