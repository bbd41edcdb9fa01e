import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const calypso = fileURLToPath(new URL("../packages/server/bin/calypso.js", import.meta.url));

/** Starts the live demo in a folder of its own, and waits until its rules have run once. */
export async function demoService() {
  const folder = mkdtempSync(join(tmpdir(), "calypso-bench-demo-"));
  const options = ["serve", "--demo", "--workspace", join(folder, "contoso"), "--port", "0"];
  const service = spawn(process.execPath, [calypso, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => service.once("exit", resolve));
  let alerts = 0;
  createInterface(service.stdout).on("line", () => {
    alerts += 1;
  });
  const origin = await new Promise((resolve, reject) => {
    createInterface(service.stderr).on("line", (line) => line.startsWith("open ") && resolve(line.slice(5)));
    void ended.then(() => reject(new Error("the service ended")));
  });
  // Its rules look at the last hours at once; the alerts of those come within seconds.
  for (let before = -1; alerts === 0 || alerts !== before; ) {
    before = alerts;
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
  return {
    origin,
    stop: async () => {
      service.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
