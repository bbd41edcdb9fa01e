import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Failure } from "./failures.js";

/** The files that a file stands for: itself, or what a `.zip` holds, unpacked until the next is asked for. */
export async function* unpacked(path: string): AsyncGenerator<string> {
  if (!/\.zip$/i.test(path)) {
    yield path;
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "calypso-zip-"));
  try {
    yield* entriesOf(path, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* entriesOf(path: string, folder: string): AsyncGenerator<string> {
  const { openPromise } = await import("yauzl");
  try {
    const zip = await openPromise(path);
    let count = 0;
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith("/")) continue;
      count += 1;
      const target = join(folder, `${count}-${basename(entry.fileName)}`);
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
      yield target;
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("bad-data", `${basename(path)} is not a ZIP archive that can be read`, { cause });
  }
}
