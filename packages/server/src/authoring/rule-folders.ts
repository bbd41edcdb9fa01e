import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, lstat, mkdir, open, readdir, readFile, realpath, rename, rm } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Ids } from "../platform/ids.js";
import { Failure } from "../store/failures.js";

/** Where rules come from, and where what people change of them is kept. */
export interface RuleFolders {
  /** The files and folders that the service takes rules from, in their order. */
  readonly paths: readonly string[];
  /** The workspace's own folder of rules, which need not be there before something is written. */
  readonly own?: string;
  /** The folder that ships with Calypso, which an update replaces. */
  readonly shipped: string;
  readonly ids: Ids;
}

/** The folder of rules of a workspace's own, for what people change while a service runs. */
export function ownRulesFolder(workspace: string): string {
  return join(workspace, "rules");
}

/** Paths of rules, and a workspace's own folder where it holds files and is not among them. */
export async function withOwnFolder(
  paths: readonly string[],
  workspace: string | undefined,
): Promise<readonly string[]> {
  if (workspace === undefined) return paths;
  const own = ownRulesFolder(workspace);
  if (paths.some((path) => isWithin(resolve(path), own))) return paths;
  const files = await readdir(own).catch(() => []);
  return files.some((name) => !name.startsWith(".")) ? [...paths, own] : paths;
}

/** A text as it was read, with the digest by which a later writer says what it has seen. */
export interface ReadText {
  readonly text: string;
  readonly version: string;
}

/** The largest file of rules that is read or written here, in bytes. */
const largest = 2_000_000;

/** Why a file of rules cannot be changed here; undefined where it can. No link is followed below the folders. */
export async function whyReadOnly(folders: RuleFolders, path: string): Promise<string | undefined> {
  const file = resolve(path);
  const root = rootOf(folders, file);
  if (root === undefined) return "it is in none of the folders that the service takes rules from";
  const shipped = await realpath(folders.shipped).catch(() => folders.shipped);
  const folder = dirname(file);
  if (isWithin(shipped, await nearestReal(folder))) return "it ships with Calypso, and an update would replace it";
  if (await hasLink(root, file)) return "a link leads there, and links are not followed";
  const there = await firstExisting(folder);
  const mayWrite = await access(there, constants.W_OK).then(
    () => true,
    () => false,
  );
  return mayWrite ? undefined : "the folder that it is in cannot be written";
}

/** The first folder in which rules, overrides and exceptions can be written; undefined where there is none. */
export async function firstWritable(folders: RuleFolders): Promise<string | undefined> {
  for (const path of rootsOf(folders)) {
    const entry = await lstat(path).catch(() => undefined);
    if (entry !== undefined && !entry.isDirectory() && !entry.isSymbolicLink()) continue;
    if (entry === undefined && path !== folders.own) continue;
    if ((await whyReadOnly(folders, join(path, "x.yaml"))) === undefined) return path;
  }
  return undefined;
}

/** A path below a folder at which no file is yet: the name itself, or with a number behind it. */
export async function freeName(folder: string, name: string): Promise<string> {
  const [, stem = "rule", ending = ".yaml"] = /^(.*?)(\.\w+)?$/.exec(name) ?? [];
  for (let number = 1; ; number += 1) {
    const path = join(folder, number === 1 ? `${stem}${ending}` : `${stem}-${number}${ending}`);
    if ((await readRuleFile(path)) === undefined) return path;
  }
}

/** A file's text; undefined where there is none. */
export async function readRuleFile(path: string): Promise<ReadText | undefined> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > largest) throw new Failure("file-unreadable", `${path} is larger than ${largest} bytes`);
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), version: versionOf(bytes) };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    if (codeOf(cause) === "ENOENT") return undefined;
    throw new Failure("file-unreadable", `${path} cannot be read as text`, { cause });
  }
}

/**
 * Writes a file whole or not at all. `seen` is the version that the writer has read, undefined for a file that is not to be there
 * yet; where the file is another by now, nothing is written. Gives the new version.
 */
export async function writeRuleFile(
  folders: RuleFolders,
  path: string,
  text: string,
  seen: string | undefined,
): Promise<string> {
  const file = resolve(path);
  const why = await whyReadOnly(folders, file);
  if (why !== undefined) throw new Failure("rule-read-only", `${path} cannot be changed: ${why}`);
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > largest) throw new Failure("file-unwritable", `the text is larger than ${largest} bytes`);
  return alone(file, async () => {
    await refuseChanged(file, seen);
    try {
      await mkdir(dirname(file), { recursive: true });
      // Hidden, so that it is not taken for a rule while it is written.
      const draft = join(dirname(file), `.${folders.ids()}.draft`);
      try {
        const out = await open(draft, "wx", 0o644);
        try {
          await out.writeFile(bytes);
          await out.sync();
        } finally {
          await out.close();
        }
        await refuseChanged(file, seen);
        await rename(draft, file);
      } finally {
        await rm(draft, { force: true });
      }
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      throw new Failure("file-unwritable", `${path} cannot be written`, { cause });
    }
    return versionOf(bytes);
  });
}

/** Takes a file away again, if it is still the one that was written. */
export async function removeRuleFile(path: string, seen: string): Promise<void> {
  const file = resolve(path);
  await alone(file, async () => {
    await refuseChanged(file, seen);
    await rm(file);
  });
}

async function refuseChanged(file: string, seen: string | undefined): Promise<void> {
  const now = await readRuleFile(file);
  if (now?.version === seen) return;
  const message =
    seen === undefined ? `there is a file ${file} already` : `${file} was changed by somebody else in the meantime`;
  throw new Failure("rule-changed", message, { hint: "look at what is there now, and then change it again" });
}

const writing = new Map<string, Promise<unknown>>();

/** Of the writers of one file, one works at a time. */
async function alone<T>(file: string, work: () => Promise<T>): Promise<T> {
  const before = writing.get(file) ?? Promise.resolve();
  const mine = before.then(work, work);
  writing.set(file, mine);
  try {
    return await mine;
  } finally {
    if (writing.get(file) === mine) writing.delete(file);
  }
}

function rootsOf({ paths, own }: RuleFolders): readonly string[] {
  return [...paths, ...(own === undefined ? [] : [own])].map((path) => resolve(path));
}

/** The folder, or the file itself, by which a file is among the rules. */
function rootOf(folders: RuleFolders, file: string): string | undefined {
  return rootsOf(folders).find((root) => isWithin(root, file));
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Whether something on the way from a folder to a file, or the file itself, is a link. */
async function hasLink(root: string, file: string): Promise<boolean> {
  const parts = relative(root, file).split(sep);
  const steps = parts.map((_, index) => join(root, ...parts.slice(0, index + 1)));
  for (const step of root === file ? [file] : steps) {
    const entry = await lstat(step).catch(() => undefined);
    if (entry?.isSymbolicLink() === true) return true;
  }
  return false;
}

async function firstExisting(folder: string): Promise<string> {
  const entry = await lstat(folder).catch(() => undefined);
  return entry !== undefined || dirname(folder) === folder ? folder : firstExisting(dirname(folder));
}

async function nearestReal(folder: string): Promise<string> {
  const there = await firstExisting(folder);
  const real = await realpath(there).catch(() => there);
  return join(real, relative(there, folder));
}

function versionOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
}
