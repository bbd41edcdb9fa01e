import { type FileHandle, mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Demo } from "./generate.js";
import { serviceTags } from "./service-tags.js";
import { demoTables } from "./tables.js";

/** What was written, and where. */
export interface WrittenDemo {
  /** Holds one NDJSON file a table. */
  readonly logs: string;
  /** Holds the files that rules read by `externaldata`. */
  readonly externaldata: string;
  /** What happened in the logs and what must be seen of it, as JSON. */
  readonly labels: string;
  readonly events: number;
  readonly bytes: number;
}

/** Writes the demo into a folder, a piece at a time; logs of an earlier demo there are replaced. */
export async function writeDemo(
  demo: Demo,
  folder: string,
  onProgress: (events: number) => void = () => {},
): Promise<WrittenDemo> {
  const logs = join(folder, "logs");
  const externaldata = join(folder, "externaldata");
  const labels = join(folder, "labels.json");
  await mkdir(logs, { recursive: true });
  await mkdir(externaldata, { recursive: true });
  const tags = serviceTags();
  await writeFile(join(externaldata, tags.fileName), tags.text);
  await writeFile(labels, `${JSON.stringify(demo.stories, null, 2)}\n`);

  const files = new Map<string, FileHandle>();
  let events = 0;
  let bytes = 0;
  try {
    for (const table of demoTables) files.set(table, await openEmpty(join(logs, `${table}.ndjson`)));
    for (const chunk of demo.chunks()) {
      // Waiting for each write keeps what is held in memory to one piece.
      bytes += (await files.get(chunk.table)!.write(chunk.text)).bytesWritten;
      events += chunk.events;
      onProgress(events);
    }
  } finally {
    await Promise.all([...files.values()].map((file) => file.close()));
  }
  return { logs, externaldata, labels, events, bytes };
}

/** A new file, and not the old one emptied: a reader that still has the old one open keeps it whole. */
async function openEmpty(path: string): Promise<FileHandle> {
  await rm(path, { force: true });
  return open(path, "wx");
}
