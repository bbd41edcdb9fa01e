import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { firstBytes } from "../../ingest/unpack.js";
import { Failure } from "../../store/failures.js";
import { collectTar, collectZip } from "./archives.js";
import { Collecting, type SourceContents, type SourceLimits, type Wanted } from "./contents.js";
import { collectFolder } from "./folder.js";
import { collectJsonLines } from "./json-lines.js";

/** Reads a source of rules: a folder, a `.zip`, `.tar`, `.tar.gz` or `.jsonl`, or a single file. Kinds of archives go by content. */
export async function readSource(path: string, wanted: Wanted, limits: SourceLimits): Promise<SourceContents> {
  const found = await stat(path).catch((cause) => {
    throw new Failure("file-unreadable", `there is no file or folder ${path}`, { cause });
  });
  const into = new Collecting(wanted, limits);
  const isArchive = !found.isDirectory() && (await collectArchive(into, path));
  if (found.isDirectory()) await collectFolder(into, path);
  else if (!isArchive) await collectFile(into, path);
  return into.contents({ isArchive });
}

/** False where the file is no archive. */
async function collectArchive(into: Collecting, path: string): Promise<boolean> {
  const head = await firstBytes(path, 4);
  if (head.length >= 4 && head.readUInt32LE(0) === 0x04034b50) await collectZip(into, path);
  else if (head[0] === 0x1f && head[1] === 0x8b) await collectTar(into, path, { gzip: true });
  else if (/\.tar$/i.test(path)) await collectTar(into, path, { gzip: false });
  else if (/\.(?:jsonl|ndjson)$/i.test(path)) await collectJsonLines(into, path);
  else return false;
  return true;
}

async function collectFile(into: Collecting, path: string): Promise<void> {
  const name = basename(path);
  if (into.wants(name)) into.add(name, await readFile(path));
  else into.skip(name, "no platform's rules are in files of that name");
}
