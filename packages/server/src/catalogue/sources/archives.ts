import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { createTarDecoder } from "modern-tar";
import { reasonOf } from "../../ingest/files.js";
import { zipEntries } from "../../ingest/zip.js";
import type { Collecting } from "./contents.js";

/** Reads the files of a zip. Nothing is written, whatever path an entry has. */
export async function collectZip(into: Collecting, archive: string): Promise<void> {
  const meter = new Meter(into.limits.maxBytes * 8);
  try {
    for await (const entry of zipEntries(archive)) {
      const path = entry.name.replaceAll("\\", "/");
      if (!into.enter(path)) return;
      if (!into.wants(path)) continue;
      try {
        await collect(into, path, await entry.open(), meter);
      } catch (error) {
        if (error instanceof TooMuch) return into.end(path, error.message);
        into.skip(path, `the entry is damaged: ${reasonOf(error)}`);
      }
    }
  } catch (error) {
    into.end(archive, `the archive is damaged: ${reasonOf(error)}`);
  }
}

/** Reads the files of a tar, which may be packed with gzip. Links among them are named and not followed. */
export async function collectTar(
  into: Collecting,
  archive: string,
  { gzip }: { readonly gzip: boolean },
): Promise<void> {
  const meter = new Meter(into.limits.maxBytes * 8);
  const file = createReadStream(archive);
  const bytes = gzip ? file.pipe(createGunzip()) : file;
  file.on("error", (error) => bytes.destroy(error));
  try {
    const entries = Readable.toWeb(Readable.from(meter.measured(bytes))).pipeThrough(createTarDecoder());
    for await (const { header, body } of entries) {
      const path = header.name.replace(/^(?:\.\/)+/, "");
      if (!into.enter(path)) return;
      const isLink = header.type === "symlink" || header.type === "link";
      if (isLink) into.skip(path, "it is a link, and links are not followed");
      if (isLink || header.type === "directory" || !into.wants(path)) await body.cancel();
      else if (header.size > into.limits.maxFileBytes) {
        into.skip(path, into.tooLarge);
        await body.cancel();
      } else await collect(into, path, body);
    }
  } catch (error) {
    const reason = error instanceof TooMuch ? error.message : `the archive is damaged: ${reasonOf(error)}`;
    into.end(archive, reason);
  } finally {
    file.destroy();
    bytes.destroy();
  }
}

async function collect(into: Collecting, path: string, bytes: AsyncIterable<Uint8Array>, meter?: Meter): Promise<void> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of meter === undefined ? bytes : meter.measured(bytes)) {
    size += part.length;
    if (size > into.limits.maxFileBytes) {
      into.skip(path, into.tooLarge);
      return;
    }
    parts.push(part);
  }
  into.add(path, Buffer.concat(parts));
}

class TooMuch extends Error {}

/** Counts what is unpacked, and ends it where it is too much. */
class Meter {
  #left: number;
  readonly #most: number;

  constructor(most: number) {
    this.#left = most;
    this.#most = most;
  }

  async *measured(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of bytes) {
      this.#left -= part.length;
      if (this.#left < 0)
        throw new TooMuch(`it unpacks to more than ${Math.round(this.#most / 1024 / 1024)} MB (--max-size)`);
      yield part;
    }
  }
}
