import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openWorkspace } from "../main.js";
import { runQuery } from "../search/run-query.js";

const program = fileURLToPath(new URL("../../bin/calypso.js", import.meta.url));

test("logs that come are loaded once, rules that come are taken up, and a stop is a clean end", async () => {
  const folder = mkdtempSync(join(tmpdir(), "calypso-serve-"));
  const [workspace, rules, incoming] = ["workspace", "rules", "incoming"].map((name) => join(folder, name));
  if (workspace === undefined || rules === undefined || incoming === undefined) throw new Error("three folders");
  mkdirSync(rules);
  mkdirSync(incoming);
  writeFileSync(join(rules, "timeless.yaml"), "id: t-1\nname: Timeless\nkind: Scheduled\nquery: SigninLogs\n");
  const options = ["serve", "--workspace", workspace, "--rules", rules, "--watch", incoming, "--port", "0"];
  const service = spawn(process.execPath, [program, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  try {
    const told = listener(service);
    await told(/timeless\.yaml: Timeless: it does not run/);
    await told(/1 rules? taken up/);
    writeFileSync(join(rules, "broken.yaml"), "id: b-1\nname: [\n");
    await told(/yaml-syntax.*broken\.yaml/);
    const row = `${JSON.stringify({ TimeGenerated: "2026-05-01T00:00:00Z", UserPrincipalName: "a@b.example" })}\n`;
    const path = join(incoming, "SigninLogs.ndjson");
    writeFileSync(path, row);
    await told(/SigninLogs\.ndjson: loaded/);
    appendFileSync(path, row);
    await told(/SigninLogs\.ndjson: changed after it was loaded/);
    service.kill("SIGTERM");
    const [status] = await once(service, "close");
    expect(status).toBe(0);
    expect(await rowsIn(workspace, "SigninLogs | count")).toEqual(["[1]"]);
  } finally {
    service.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Waits for a text on standard error, of which nothing is lost between two waits. */
function listener({ stderr }: ChildProcess): (wanted: RegExp) => Promise<void> {
  let text = "";
  const waiting = new Set<() => void>();
  stderr?.on("data", (part) => {
    text += part;
    for (const look of waiting) look();
  });
  return (wanted) =>
    new Promise((resolve) => {
      const look = () => {
        if (!wanted.test(text)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
}

async function rowsIn(folder: string, text: string): Promise<readonly string[]> {
  const workspace = await openWorkspace({ workspace: folder });
  const { rows } = await runQuery(workspace.store, { text, now: 17_900_000_000_000_000n });
  const found: string[] = [];
  for await (const line of rows) found.push(line);
  await workspace.close();
  return found;
}
