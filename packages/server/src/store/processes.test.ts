import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openEmbeddedStore } from "./open.js";
import { failureOf, linesOfSelect, temporaryFolder, testContext } from "./testing/temporary-store.js";

let folder: ReturnType<typeof temporaryFolder>;
let workspace: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  workspace = join(folder.path, "workspace");
});
afterEach(async () => {
  for (const child of children.splice(0)) await end(child, "SIGKILL");
  folder.remove();
});

const batchRows = 20_000;

/** A second process that opens the workspace, says so, and loads batches until it is stopped. */
const script = `
import { openEmbeddedStore } from ${JSON.stringify(built("store/open.js"))};
const context = {
  clock: () => new Date("2026-10-14T03:00:00Z"), ids: () => "child", content: ${JSON.stringify(built("../../../content"))},
  limits: { maxSeconds: 60, maxMemoryBytes: 4e9, maxResultRows: 1000 }, resolveUrl: () => { throw new Error("none"); },
};
const store = await openEmbeddedStore(context, process.argv[1]);
await store.ensureTable("Own_CL", [{ name: "TimeGenerated", type: "datetime" }, { name: "a", type: "string" }]);
console.log("open");
for (let batch = 0; process.argv[2] === "load"; batch += 1) {
  await store.command("INSERT INTO Own_CL (TimeGenerated, a) SELECT toDateTime64('2026-10-14 03:00:00', 7, 'UTC'), repeat(toString(number), 50) FROM numbers(${batchRows})");
  console.log(batch);
}
setInterval(() => {}, 1000);
`;

function built(path: string): string {
  return fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));
}

async function startChild(mode: "hold" | "load", lines = 1): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, workspace, mode], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  let count = 0;
  for await (const _ of createInterface({ input: child.stdout })) {
    count += 1;
    if (count === lines) return child;
  }
  throw new Error("the child process ended before it was ready");
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

describe("a workspace folder", () => {
  test("that another process has open is refused, naming that process, and nothing is lost", async () => {
    const child = await startChild("load", 3);
    const failure = await failureOf(openEmbeddedStore(testContext(folder.path), workspace));
    expect(failure.code).toBe("workspace-in-use");
    expect(failure.message).toContain(`the workspace ${workspace} is open in process ${child.pid} on `);
    expect(failure.message).toContain("since 2026-10-14T03:00:00.000Z: calypso");
    await end(child, "SIGKILL");
    const store = await openEmbeddedStore(testContext(folder.path), workspace);
    const counts = await linesOfSelect(store, `SELECT count() % ${batchRows}, count() >= ${2 * batchRows} FROM Own_CL`);
    await store.close();
    expect(counts).toEqual(["0\t1"]);
  });

  test("that the engine finds locked is refused, though the note of its owner is gone", async () => {
    const child = await startChild("hold");
    writeFileSync(join(workspace, "owner.json"), "{ broken");
    expect(await failureOf(openEmbeddedStore(testContext(folder.path), workspace))).toEqual({
      code: "workspace-in-use",
      message: `another process has the workspace ${workspace} open`,
    });
    await end(child, "SIGKILL");
  });

  test("whose owner is dead is taken over, also where its number belongs to another process now", async () => {
    await end(await startChild("hold"), "SIGKILL");
    const note = JSON.parse(readFileSync(join(workspace, "owner.json"), "utf8"));
    writeFileSync(join(workspace, "owner.json"), JSON.stringify({ ...note, pid: process.ppid }));
    const store = await openEmbeddedStore(testContext(folder.path), workspace);
    expect(JSON.parse(readFileSync(join(workspace, "owner.json"), "utf8"))).toMatchObject({ pid: process.pid });
    expect(store.schema().table("Own_CL")).toBeDefined();
    await store.close();
    expect(existsSync(join(workspace, "owner.json"))).toBe(false);
  });

  test("whose process is killed in the middle of a load opens with whole batches only", async () => {
    for (const batches of [2, 5, 9]) await end(await startChild("load", batches), "SIGKILL");
    const store = await openEmbeddedStore(testContext(folder.path), workspace);
    const counts = await linesOfSelect(
      store,
      `SELECT count() % ${batchRows}, count() >= ${10 * batchRows} FROM Own_CL`,
    );
    await store.command("INSERT INTO Own_CL (a) SELECT 'more'");
    expect(await linesOfSelect(store, "SELECT count() FROM Own_CL WHERE a = 'more'")).toEqual(["1"]);
    await store.close();
    expect(counts).toEqual(["0\t1"]);
  });

  test("that cannot be made, or a second one in the same process, is refused", async () => {
    writeFileSync(workspace, "a file");
    expect(await failureOf(openEmbeddedStore(testContext(folder.path), workspace))).toEqual({
      code: "workspace-unusable",
      message: `the workspace folder ${workspace} cannot be made`,
    });
    const first = await openEmbeddedStore(testContext(folder.path), join(folder.path, "first"));
    expect(await failureOf(openEmbeddedStore(testContext(folder.path), join(folder.path, "second")))).toEqual({
      code: "workspace-unusable",
      message: "this process already has another workspace open",
    });
    await first.close();
  });
});
