import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DemoChunk } from "../demo/generate.js";
import { type LiveDemo, liveDemo, slotLength } from "../demo/live.js";
import { serviceTags } from "../demo/service-tags.js";
import { ingestPaths } from "../ingest/ingest.js";
import type { Workspace } from "../main.js";
import type { DiskRoom } from "../service/disk-room.js";
import { Failure } from "../store/failures.js";
import type { Terminal } from "./terminal.js";

/** What the demo's stream is made from, as the command line says. */
export interface LiveDemoFlags {
  /** Everyday events a minute. */
  readonly rate: number;
  readonly seed: number;
  /** Minutes from one story to the next. */
  readonly storiesEvery: number;
}

/** How far the stream has come; kept in the workspace's folder. */
interface Position extends LiveDemoFlags {
  readonly about: string;
  /** The slot in which the stream began. */
  readonly from: number;
  /** Whether the days before have been loaded. */
  readonly hasHistory: boolean;
  /** The first slot that is not known to be stored. */
  readonly next: number;
  /** Where the load ends that was begun; as long as it is beyond `next`, exactly that load is made again. */
  readonly until: number;
}

const marker = "live-demo.json";
const hourOfSlots = 3_600_000 / slotLength;

/** Makes the folder of a live demo ready, and returns that of the files which its rules fetch. Other workspaces are refused. */
export async function liveDemoFolder(workspace: string, flags: LiveDemoFlags): Promise<string> {
  const path = join(workspace, marker);
  if (!existsSync(path) && existsSync(workspace) && readdirSync(workspace).length > 0) {
    throw new Failure("workspace-unusable", `${workspace} holds something other than a live demo, and is left alone`, {
      hint: "name another folder with --workspace",
    });
  }
  const known = existsSync(path) ? readPosition(path) : undefined;
  if (known !== undefined && (["rate", "seed", "storiesEvery"] as const).some((key) => known[key] !== flags[key])) {
    const made = `--demo-rate ${known.rate} --demo-seed ${known.seed} --demo-stories-every ${known.storiesEvery}`;
    throw new Failure("workspace-unusable", `the live demo in ${workspace} was begun with ${made}`, {
      hint: "give the same, or name another folder with --workspace",
    });
  }
  const folder = join(workspace, "externaldata");
  await mkdir(folder, { recursive: true });
  // Before anything else is there, so that a start which is interrupted is known again.
  if (known === undefined) await writePosition(path, { ...beginning(flags), from: 0, next: 0, until: 0 });
  const { fileName, text } = serviceTags();
  await writeFile(join(folder, fileName), text);
  return folder;
}

/**
 * Loads what has happened in the demo tenant since the last time, an hour at most at a time. What a load holds follows from its
 * slots alone, and which slots it has is written down before it begins; so it is made again as it was where it was interrupted,
 * and the same content is stored once.
 */
export function liveDemoChore(
  terminal: Terminal,
  workspace: Workspace & { readonly folder: string },
  flags: LiveDemoFlags,
  room: DiskRoom,
): () => Promise<void> {
  const path = join(workspace.folder, marker);
  let position: Position | undefined;
  let demo: LiveDemo | undefined;
  const keep = async (now: Position) => {
    await writePosition(path, now);
    position = now;
  };
  const load = async (chunks: Iterable<DemoChunk>) => {
    if (!(await room.enough())) return false;
    const stored = await loadChunks(workspace, chunks);
    if (!stored) room.refused();
    return stored;
  };
  return async () => {
    const slot = Math.floor(workspace.clock().getTime() / slotLength);
    position ??= readPosition(path);
    if (position.from === 0) await keep({ ...position, ...startAt(slot) });
    demo ??= liveDemo({ ...flags, from: position.from * slotLength });
    if (!position.hasHistory) {
      await terminal.err.write("the demo tenant: loading the two weeks before …\n");
      if (!(await load(demo.history()))) return;
      await keep({ ...position, hasHistory: true });
      await terminal.err.write("the demo tenant lives on; attacks come among its everyday traffic\n");
    }
    while ((position.next < slot || position.next < position.until) && !terminal.signal.aborted) {
      const { next } = position;
      const until = position.until > next ? position.until : Math.min(slot, next + hourOfSlots);
      await keep({ ...position, until });
      if (!(await load(demo.slots(next, until)))) return;
      await keep({ ...position, next: until });
    }
  };
}

/** One to two hours ago: stories of the last hour are what rules see in their first windows. */
function startAt(slot: number) {
  const from = Math.floor(slot / hourOfSlots - 1) * hourOfSlots;
  return { from, next: from, until: from };
}

function beginning(flags: LiveDemoFlags) {
  const about = "made by calypso serve --demo: what it needs to go on where it was stopped";
  const { rate, seed, storiesEvery } = flags;
  return { about, rate, seed, storiesEvery, hasHistory: false };
}

/** Loads chunks, each table as one file. False where the disk had no room; any other failure is thrown, and all is tried again. */
async function loadChunks(
  { store, clock, folder }: Workspace & { readonly folder: string },
  chunks: Iterable<DemoChunk>,
): Promise<boolean> {
  const incoming = join(folder, "incoming");
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming);
  for (const { table, text } of chunks) await writeFile(join(incoming, `${table}.ndjson`), text, { flag: "a" });
  let hadRoom = true;
  for await (const { source, messages, ...result } of ingestPaths(store, [incoming], {
    format: "ndjson",
    now: clock,
  })) {
    if (result.diskFull === true) hadRoom = false;
    else if (result.stored + result.duplicates < result.read || result.table === "")
      throw new Failure("bad-data", `${source} was not stored: ${messages[0]?.message ?? "no reason is known"}`);
  }
  await rm(incoming, { recursive: true, force: true });
  return hadRoom;
}

function readPosition(path: string): Position {
  return JSON.parse(readFileSync(path, "utf8")) as Position; // What `writePosition` wrote, whole or not at all.
}

async function writePosition(path: string, position: Position): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(position)}\n`);
  await rename(`${path}.new`, path);
}
