import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { diskRoom } from "../service/disk-room.js";
import { type TestBench, testBench } from "../service/testing/bench.js";
import { logChore } from "./log-chore.js";
import type { Terminal } from "./terminal.js";

let bench: TestBench;
const folder = mkdtempSync(join(tmpdir(), "calypso-log-chore-"));
beforeEach(async () => {
  bench = await testBench();
});
afterEach(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

test("files that come while the disk has no room wait, and are loaded once when it has", async () => {
  mkdirSync(folder, { recursive: true });
  const told: string[] = [];
  const write = async (text: string) => void told.push(text.trimEnd());
  const terminal: Terminal = {
    ...{ out: { write }, err: { write }, interactive: false, environment: {}, setExitStatus: () => {} },
    ...{ signal: new AbortController().signal, input: (async function* () {})() },
  };
  let free = 0;
  const room = diskRoom({
    ...{ disk: async () => ({ free, total: 10e9 }), clock: () => new Date("2026-05-01T00:00:00Z") },
    tell: ({ message }) => told.push(message),
  });
  const chore = logChore(terminal, bench.workspace, [folder], room);
  for (const name of ["a", "b"]) {
    const row = { TimeGenerated: "2026-05-01T00:00:00Z", UserPrincipalName: name };
    writeFileSync(join(folder, `SigninLogs-${name}.ndjson`), `${JSON.stringify(row)}\n`);
  }
  for (let round = 0; round < 3; round += 1) await chore();
  expect(await bench.rows("SigninLogs | count")).toEqual([[0]]);
  free = 5e9;
  for (let round = 0; round < 3; round += 1) await chore();
  expect(await bench.rows("SigninLogs | summarize count(), dcount(UserPrincipalName)")).toEqual([[2, 2]]);
  expect(told).toEqual([
    expect.stringMatching(/^loading stops: the disk has 0.000 GB free, and 1.0 GB are kept/),
    "loading goes on: the disk has room again",
    `${join(folder, "SigninLogs-a.ndjson")}: loaded`,
    `${join(folder, "SigninLogs-b.ndjson")}: loaded`,
  ]);
});
