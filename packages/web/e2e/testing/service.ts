import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A service that runs, as users start it. */
export interface RunningService {
  readonly origin: string;
  /** Where its rules and its workspace `contoso` are. */
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

export const calypso = fileURLToPath(new URL("../../../server/bin/calypso.js", import.meta.url));
export const rule = fileURLToPath(new URL("../../../../examples/guessed-password.yaml", import.meta.url));

/**
 * Starts `calypso serve` on a workspace with these rows of `SigninLogs`, on any free port; with files in a folder of rules, by their
 * names, in place of the example. Files of a source of rules are taken into the catalogue before.
 */
export async function startService(
  rows: readonly Readonly<Record<string, unknown>>[],
  files?: Readonly<Record<string, string>>,
  sources: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<RunningService> {
  const folder = await mkdtemp(join(tmpdir(), "calypso-web-"));
  const workspace = join(folder, "contoso");
  await mkdir(join(folder, "logs"));
  await writeFile(join(folder, "logs", "SigninLogs.ndjson"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  await promisify(execFile)(process.execPath, [calypso, "ingest", "--workspace", workspace, join(folder, "logs")]);
  for (const [source, own] of Object.entries(sources)) {
    const path = join(folder, source);
    await mkdir(path);
    for (const [name, text] of Object.entries(own)) await writeFile(join(path, name), text);
    await promisify(execFile)(process.execPath, [calypso, "catalog", "import", path, "--workspace", workspace]);
  }
  const rules = join(folder, "rules");
  await mkdir(rules);
  for (const [name, text] of Object.entries(files ?? {})) await writeFile(join(rules, name), text);
  const { origin, stop } = await serve(["--workspace", workspace, "--rules", files === undefined ? rule : rules]);
  return {
    ...{ origin, folder },
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts `calypso serve` with these options, on any free port. */
export async function serve(options: readonly string[]): Promise<Omit<RunningService, "folder">> {
  const process_ = spawn(process.execPath, [calypso, "serve", ...options, "--port", "0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<void>((resolve) => process_.once("exit", () => resolve()));
  const origin = await new Promise<string>((resolve, reject) => {
    const said: string[] = [];
    createInterface(process_.stderr).on("line", (line) => {
      said.push(line);
      if (line.startsWith("open ")) resolve(line.slice("open ".length));
    });
    void ended.then(() => reject(new Error(`the service ended: ${said.join("\n")}`)));
  });
  return {
    origin,
    stop: async () => {
      process_.kill("SIGTERM");
      await ended;
    },
  };
}
