import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { Failure } from "./failures.js";

/** The process that has a workspace folder open, as it says in the folder itself. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  readonly command: string;
  /** When the system started the process, in its own unit; tells a process from a later one with the same number. */
  readonly started?: string;
}

/** This process, as an owner. */
export function thisProcess(now: Date): Owner {
  const started = startOf(process.pid);
  return {
    pid: process.pid,
    host: hostname(),
    since: now.toISOString(),
    command: ["calypso", ...process.argv.slice(2, 4)].join(" "),
    ...(started === undefined ? {} : { started }),
  };
}

/**
 * Fails where a living process has the folder open. The engine's own lock, which ends with its process, is what keeps a
 * second process out; this note is there to name the first one, so a note that a dead process left behind says nothing.
 */
export function refuseSecondOwner(folder: string): void {
  const owner = readOwner(folder);
  if (owner !== undefined && isAlive(owner)) throw inUse(folder, owner);
}

/** The failure for a folder that the engine found locked. */
export function inUse(folder: string, owner = readOwner(folder)): Failure {
  if (owner === undefined) return new Failure("workspace-in-use", `another process has the workspace ${folder} open`);
  return new Failure(
    "workspace-in-use",
    `the workspace ${folder} is open in process ${owner.pid} on ${owner.host} since ${owner.since}: ${owner.command}`,
    { hint: "wait until it ends or stop it, or use a workspace of your own with --workspace" },
  );
}

/** Notes the owner in the folder; in one step, so that a reader never sees half a note. */
export function writeOwner(folder: string, owner: Owner): void {
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `${fileName}.${owner.pid}`);
  writeFileSync(draft, `${JSON.stringify(owner)}\n`);
  renameSync(draft, join(folder, fileName));
}

/** Takes this process's own note away. */
export function removeOwner(folder: string): void {
  if (readOwner(folder)?.pid === process.pid) rmSync(join(folder, fileName), { force: true });
}

const fileName = "owner.json";

function readOwner(folder: string): Owner | undefined {
  try {
    const owner: Partial<Owner> = JSON.parse(readFileSync(join(folder, fileName), "utf8"));
    const { pid, host, since, command, started } = owner;
    if (typeof pid !== "number" || typeof host !== "string") return undefined;
    return { pid, host, since: String(since), command: String(command), ...(started === undefined ? {} : { started }) };
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // Not permitted means that there is such a process.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return owner.started === undefined || owner.started === startOf(owner.pid);
}

/** The start time of a process where the system has /proc: the 22nd field, counted after the name in parentheses. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
