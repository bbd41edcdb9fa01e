import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { calypso, type RunningService, rule, serve } from "./service.ts";

/** Starts `calypso serve` on the demo, whose alerts of the last fortnight are incidents already. */
export async function startDemo(): Promise<RunningService> {
  const folder = await mkdtemp(join(tmpdir(), "calypso-demo-"));
  const workspace = join(folder, "contoso");
  const made = [calypso, "demo", "--workspace", workspace, "--events", "30k", "--end", "2026-11-27"];
  await promisify(execFile)(process.execPath, made);
  const { origin, stop } = await serve(["--workspace", workspace, "--rules", rule]);
  return {
    ...{ origin, folder },
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
