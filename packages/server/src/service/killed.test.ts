import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ingestPaths } from "../ingest/ingest.js";
import { openWorkspace } from "../main.js";
import { runQuery } from "../search/run-query.js";
import { openState } from "../state/open-state.js";

const speed = 300;
const built = new URL("../../dist/", import.meta.url);

/** A service whose hours last seconds: the time that has passed since `began` runs `speed` times as fast from `origin` on. */
const program = `
const [folder, rules, origin, began, end] = process.argv.slice(1);
const at = (path) => import(new URL(path, "${built}").href);
const [{ openWorkspace }, { openState }, { Service }, { loadRules }, { ruleFilesOnDisk }] = await Promise.all(
  ["main.js", "state/open-state.js", "service/service.js", "detect/load.js", "cli/rule-files.js"].map(at),
);
const workspace = await openWorkspace({ workspace: folder });
const state = await openState(folder + "/state");
const clock = () => new Date(Math.min(Number(end), Number(origin) + (Date.now() - Number(began)) * ${speed}));
const service = new Service({
  state, store: workspace.store, clock, ids: workspace.ids, folder: folder + "/outgoing", concurrency: 2, tell: () => {},
});
const { rules: loaded } = await loadRules(ruleFilesOnDisk, [rules]);
await service.takeUp(loaded);
console.log("running");
while (!((await service.tick()) === 0 && clock().getTime() >= Number(end))) {}
await state.close();
await workspace.close();
console.log("settled");
`;

const minute = 60_000;
const origin = Date.parse("2026-05-01T00:00:00Z");
/** How often the service is killed; `npm run bench:kills` asks for more. */
const kills = Number(process.env["CALYPSO_KILLS"] ?? 6);
const hours = Math.max(4, kills / 2);
const end = origin + hours * 60 * minute;

test(
  "a service that is killed again and again runs each window once, and raises each alert once",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "calypso-killed-"));
    const workspaceFolder = join(folder, "workspace");
    const rules = join(folder, "rules");
    try {
      mkdirSync(rules);
      for (const name of ["a", "b", "c"]) writeFileSync(join(rules, `${name}.yaml`), ruleText(name));
      await loadSignIns(folder, workspaceFolder);
      // The tables of the state are made before the hours begin to pass, which takes seconds on a busy machine.
      await (await openState(join(workspaceFolder, "state"))).close();
      const began = Date.now();
      for (const wait of waits()) {
        const service = startService(workspaceFolder, rules, began);
        await Promise.race([once(service.stdout, "data"), once(service, "exit")]);
        await new Promise((resolve) => setTimeout(resolve, wait));
        service.kill("SIGKILL");
        if (service.exitCode === null && service.signalCode === null) await once(service, "exit");
      }
      // The last one was away for what is left of the hours, and has all their windows to catch up with.
      const last = startService(workspaceFolder, rules, Math.min(began, Date.now() - (end - origin) / speed));
      let told = "";
      last.stdout.on("data", (text) => {
        told += text;
      });
      // Its output is whole once its streams are closed, which can be after it has ended.
      expect([...(await once(last, "close")), told]).toEqual([0, null, "running\nsettled\n"]);
      await checkState(workspaceFolder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  600_000 + kills * 15_000,
);

/** How long each service lives once it runs, in milliseconds: always the same numbers, from 50 to 1500. */
function* waits(): Generator<number> {
  let state = 7;
  for (let count = 0; count < kills; count++) {
    state = (state * 48_271) % 2_147_483_647;
    yield 50 + (state % 1451);
  }
}

function ruleText(name: string): string {
  return `id: ${name}
name: Rule ${name}
severity: Low
queryFrequency: 5m
queryPeriod: 5m
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs | where ResultType != 0 | project TimeGenerated, UserPrincipalName
`;
}

/** One failed sign-in in every five minutes. */
async function loadSignIns(folder: string, workspaceFolder: string): Promise<void> {
  const path = join(folder, "SigninLogs.ndjson");
  const rows = Array.from({ length: hours * 12 }, (_, index) => ({
    TimeGenerated: new Date(origin + (index * 5 + 2) * minute).toISOString(),
    UserPrincipalName: `user${index}@corp.example`,
    ResultType: "50126",
  }));
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const workspace = await openWorkspace({ workspace: workspaceFolder });
  for await (const result of ingestPaths(workspace.store, [path], { now: () => new Date() })) {
    expect(result.stored).toBe(rows.length);
  }
  await workspace.close();
}

function startService(workspaceFolder: string, rules: string, began: number) {
  const args = [workspaceFolder, rules, origin, began, end].map(String);
  return spawn(process.execPath, ["--input-type=module", "-e", program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function checkState(workspaceFolder: string): Promise<void> {
  const state = await openState(join(workspaceFolder, "state"));
  const windows = await state.db.selectFrom("windows").selectAll().orderBy("rule_id").orderBy("window_to").execute();
  for (const rule of ["a", "b", "c"]) {
    const own = windows.filter(({ rule_id, state: at }) => rule_id === rule && at !== "planned");
    // The hours pass while the first service starts, too.
    expect(own.length).toBeGreaterThan(20);
    expect(own.every(({ state: at }) => at === "done")).toBe(true);
    for (const [index, window] of own.entries()) {
      const before = own[index - 1];
      if (before !== undefined) expect(window.window_from).toEqual(before.window_to);
      // Each stretch of five minutes inside the data holds one sign-in, wherever it begins.
      expect(window.result_rows).toBeLessThanOrEqual(2);
      expect(window.alerts).toBe(window.result_rows === 0 ? 0 : 1);
    }
    const seen = own.reduce((sum, { result_rows }) => sum + (result_rows ?? 0), 0);
    const [first, last] = [own[0]?.window_from.getTime() ?? 0, own.at(-1)?.window_to.getTime() ?? 0];
    const inside = Array.from({ length: hours * 12 }, (_, index) => origin + (index * 5 + 2) * minute);
    expect(seen).toBe(inside.filter((time) => time >= first && time < last).length);
  }
  const alerts = await state.db.selectFrom("alerts").selectAll().execute();
  expect(alerts.length).toBe(windows.reduce((sum, { alerts: raised }) => sum + (raised ?? 0), 0));
  expect(await state.db.selectFrom("publications").selectAll().execute()).toEqual([]);
  await state.close();
  const workspace = await openWorkspace({ workspace: workspaceFolder });
  const text = "SecurityAlert | summarize Rows = count(), Alerts = count_distinct(SystemAlertId)";
  const { rows } = await runQuery(workspace.store, { text, now: BigInt(end) * 10_000n });
  for await (const line of rows) expect(JSON.parse(line)).toEqual([alerts.length, alerts.length]);
  await workspace.close();
}
