import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createGunzip } from "node:zlib";
import { isJunkName, reasonOf } from "./files.js";
import type { IngestMessage } from "./result.js";
import { type ZipEntry, zipEntries } from "./zip.js";

/** A source as one plain UTF-8 file, which the engine can read. */
export interface PlainFile {
  /** How messages name it: the path, or `archive.zip/entry.json`. */
  readonly source: string;
  /** The name that may tell the table, without `.gz`. */
  readonly name: string;
  readonly path: string;
  /** Of what the digest is about: the file as it was found, or the entry's content. */
  readonly bytes: number;
  readonly sha256: () => Promise<string>;
  readonly messages: readonly IngestMessage[];
  /** Whether all that the file should hold could be unpacked. */
  readonly problem?: string;
}

/** Bounds on what an archive may grow to, so that a small file cannot fill the disk. */
export interface UnpackLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** The plain files in one file: itself, what its gzip holds, or the entries of its zip. Kinds go by content. */
export async function* plainFiles(path: string, folder: string, limits: UnpackLimits): AsyncGenerator<PlainFile> {
  const head = await firstBytes(path, 4);
  if (head.length >= 4 && head.readUInt32LE(0) === 0x04034b50) {
    yield* fromZip(path, folder, limits);
    return;
  }
  const { size } = await stat(path);
  const found = { source: path, bytes: size, sha256: () => digestOf(path) };
  if (head[0] === 0x1f && head[1] === 0x8b) {
    const name = basename(path).replace(/\.gz$/i, "");
    const target = join(folder, "unpacked");
    const problem = await write(unzipped(path), target, limits.maxBytes);
    yield* asUtf8(
      {
        ...found,
        name,
        path: target,
        messages: [],
        ...(problem ? { problem: `the gzip is damaged: ${problem}` } : {}),
      },
      folder,
    );
    await rm(target, { force: true });
    return;
  }
  yield* asUtf8({ ...found, name: basename(path), path, messages: [] }, folder);
}

async function* fromZip(path: string, folder: string, limits: UnpackLimits): AsyncGenerator<PlainFile> {
  let count = 0;
  let left = limits.maxBytes;
  for await (const entry of zipEntries(path)) {
    if (isJunkName(entry.name)) continue;
    count += 1;
    if (count > limits.maxEntries) throw new Error(`the zip has more than ${limits.maxEntries} entries`);
    const target = join(folder, "entry");
    const { problem, sha256 } = await writeEntry(entry, target, left);
    const { size } = await stat(target);
    left -= size;
    const plain = {
      source: `${path}/${entry.name}`,
      name: basename(entry.name),
      path: target,
      bytes: size,
      sha256: async () => sha256,
      messages: [],
      ...(problem ? { problem: `the zip entry is damaged: ${problem}` } : {}),
    };
    const inner = await firstBytes(target, 2);
    if (inner[0] === 0x1f && inner[1] === 0x8b) {
      const unpacked = join(folder, "unpacked");
      const damage = await write(unzipped(target), unpacked, left);
      const name = plain.name.replace(/\.gz$/i, "");
      yield* asUtf8(
        { ...plain, name, path: unpacked, ...(damage ? { problem: `the gzip is damaged: ${damage}` } : {}) },
        folder,
      );
      await rm(unpacked, { force: true });
    } else yield* asUtf8(plain, folder);
    await rm(target, { force: true });
  }
}

/** Writes as much of an entry as can be read. */
async function writeEntry(
  entry: ZipEntry,
  target: string,
  maxBytes: number,
): Promise<{ readonly problem: string | undefined; readonly sha256: string }> {
  const hash = createHash("sha256");
  let checksum = 0;
  const see = (chunk: Buffer) => {
    hash.update(chunk);
    checksum = crc32(chunk, checksum);
  };
  const problem = await write(contentOf(entry), target, maxBytes, see);
  const wrong = checksum === entry.checksum ? undefined : "its checksum is wrong";
  return { problem: problem ?? wrong, sha256: hash.digest("hex") };
}

async function* contentOf(entry: ZipEntry): AsyncGenerator<Buffer> {
  yield* await entry.open();
}

/** What a gzip holds, up to where it is damaged. */
async function* unzipped(path: string): AsyncGenerator<Buffer> {
  let given = 0;
  const progress = { at: 0 };
  try {
    for await (const piece of inflated(path, Number.POSITIVE_INFINITY, progress)) {
      given += piece.length;
      yield piece;
    }
  } catch {
    // Of the bytes that it takes at once, the decoder gives nothing where one is damaged; one by one it gives what is before.
    for await (const piece of inflated(path, progress.at, { at: 0 })) {
      const known = Math.min(given, piece.length);
      given -= known;
      yield piece.subarray(known);
    }
  }
}

/** The content of a gzip, whose bytes from `slowFrom` on are taken one by one; `at` is where those taken last begin. */
async function* inflated(path: string, slowFrom: number, progress: { at: number }): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const pieces: Buffer[] = [];
  let failure: unknown;
  gunzip.on("data", (piece: Buffer) => pieces.push(piece));
  const ended = new Promise<void>((resolve) => {
    gunzip.once("end", resolve);
    gunzip.once("error", (error) => {
      failure = error;
      resolve();
    });
  });
  let next = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      for (const part of next < slowFrom ? [chunk] : singleBytes(chunk)) {
        progress.at = next;
        next += part.length;
        await Promise.race([ended, new Promise<void>((resolve) => void gunzip.write(part, () => resolve()))]);
        yield* pieces.splice(0);
        if (failure !== undefined) throw failure;
      }
    }
    gunzip.end();
    await ended;
    yield* pieces.splice(0);
    if (failure !== undefined) throw failure;
  } finally {
    gunzip.destroy();
  }
}

function* singleBytes(chunk: Buffer): Generator<Buffer> {
  for (let at = 0; at < chunk.length; at++) yield chunk.subarray(at, at + 1);
}

/** UTF-16, which PowerShell writes, as UTF-8. */
async function* asUtf8(file: PlainFile, folder: string): AsyncGenerator<PlainFile> {
  const head = await firstBytes(file.path, 4);
  const mark = head.length >= 2 ? head.readUInt16BE(0) : 0;
  const encoding =
    mark === 0xfffe || (isPrintable(head[0]) && head[1] === 0 && isPrintable(head[2]) && head[3] === 0)
      ? "utf-16le"
      : mark === 0xfeff
        ? "utf-16be"
        : undefined;
  if (encoding === undefined) {
    yield file;
    return;
  }
  const target = join(folder, "utf8");
  const decoder = new TextDecoder(encoding);
  const decode = new Transform({
    transform: (chunk, _encoding, done) => done(null, decoder.decode(chunk, { stream: true })),
    flush: (done) => done(null, decoder.decode()),
  });
  await pipeline(createReadStream(file.path), decode, createWriteStream(target));
  yield { ...file, path: target };
  await rm(target, { force: true });
}

function isPrintable(byte: number | undefined): boolean {
  return byte !== undefined && (byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
}

/** Writes as much as can be read; the reason where it ended early, nothing where it is whole. */
async function write(
  input: AsyncIterable<Buffer>,
  target: string,
  maxBytes: number,
  see: (chunk: Buffer) => void = () => {},
): Promise<string | undefined> {
  const out = await open(target, "w");
  let size = 0;
  try {
    for await (const chunk of input) {
      see(chunk);
      size += chunk.length;
      if (size > maxBytes) return `it unpacks to more than ${maxBytes} bytes`;
      await out.write(chunk);
    }
    return undefined;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await out.close();
  }
}

/** The first bytes of a file. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(count);
    const { bytesRead } = await file.read(buffer, 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(path);
  try {
    // One buffer for all of the file: a stream takes a new one for each piece, and clearing them away costs time.
    const buffer = Buffer.allocUnsafe(1 << 20);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
