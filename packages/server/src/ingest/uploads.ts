import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "../store/failures.js";

/** A file that somebody hands in. */
export interface Upload {
  /** As the other side calls it: hostile. */
  readonly name: string;
  readonly bytes: Readable;
  /** What the other side says that it has. */
  readonly length?: number;
  readonly limit: number;
  /** Whether the disk has room; asked again and again. */
  readonly enough: () => Promise<boolean>;
}

/** A file that was taken; `release` takes it away. */
export interface TakenUpload {
  readonly folder: string;
  readonly path: string;
  readonly bytes: number;
  release(): Promise<void>;
}

/** How much may come before it is asked again whether there is room. */
const step = 32_000_000;

/** Where files that are handed in wait until they are loaded. */
export function uploadsFolder({ folder }: { readonly folder?: string }): string {
  return join(folder ?? tmpdir(), "uploads");
}

/** Writes what comes to a folder of its own. Where it is too large, or the disk is full, nothing of it stays. */
export async function takeUpload(parent: string, { name, bytes, length, limit, enough }: Upload): Promise<TakenUpload> {
  if (length !== undefined && length > limit) throw tooLarge(limit);
  if (!(await enough())) throw full();
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "upload-"));
  const release = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, plainName(name));
  let count = 0;
  let asked = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count += chunk.length;
      if (count > limit) return done(tooLarge(limit));
      if (count - asked < step) return done(null, chunk);
      asked = count;
      enough().then((isEnough) => (isEnough ? done(null, chunk) : done(full())), done);
    },
  });
  try {
    await pipeline(bytes, counting, createWriteStream(path, { flags: "wx" }));
    return { folder, path, bytes: count, release };
  } catch (cause) {
    await release();
    if (cause instanceof Failure) throw cause;
    if (cause instanceof Error && "code" in cause && cause.code === "ENOSPC") throw full();
    throw new Failure("upload-broken", "the file did not come to its end", { cause });
  }
}

/** A name of a file as it is safe in a folder: its last part, of letters, digits and a few signs, not hidden, not too long. */
export function plainName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? "";
  const plain = last
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}._ ()+-]/gu, "_")
    .replace(/^[.\s]+/, "");
  const [, stem = "", ending = ""] = /^(.*?)((?:\.[A-Za-z0-9]{1,10}){0,2})$/su.exec(plain) ?? [];
  const bounded = `${[...stem].slice(0, 60).join("")}${ending}`.trim();
  return bounded.replace(/^\.+/, "") === "" ? "upload" : bounded;
}

function tooLarge(limit: number): Failure {
  const text = `${Math.round(limit / 1e6)} MB`;
  return new Failure("upload-too-large", `the file is larger than ${text}`, {
    hint: "use `calypso ingest`, or start the service with a larger --max-upload",
  });
}

function full(): Failure {
  return new Failure("store-full", "the disk has no room for new logs", { hint: "make room, or lower --keep-free" });
}
