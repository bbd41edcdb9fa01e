import type { Readable } from "node:stream";
import yauzl from "yauzl";

/** One file of a zip; `checksum` is the CRC-32 that its content should have. */
export interface ZipEntry {
  readonly name: string;
  readonly checksum: number;
  /** Fails for an entry that is encrypted, or compressed in a way that is not known. */
  open(): Promise<Readable>;
}

/** The files of a zip, one after the other; fails where the archive's directory cannot be read. */
export async function* zipEntries(path: string): AsyncGenerator<ZipEntry> {
  const zip = await openZip(path);
  try {
    for (;;) {
      const entry = await nextEntry(zip);
      if (entry === undefined) return;
      // A name only tells where to look; nothing is ever written under it, wherever it points.
      const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
      if (!name.endsWith("/")) yield { name, checksum: entry.crc32, open: () => openEntry(zip, entry) };
    }
  } finally {
    zip.close();
  }
}

function openZip(path: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    // The reader keeps to the size that the directory promises, which bounds what an entry can unpack to.
    yauzl.open(
      path,
      { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true },
      (error, zip) => (error ? reject(error) : resolve(zip)),
    );
  });
}

function nextEntry(zip: yauzl.ZipFile): Promise<yauzl.Entry | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      zip.removeAllListeners("entry").removeAllListeners("end").removeAllListeners("error");
      act();
    };
    zip.once("entry", (entry: yauzl.Entry) => settle(() => resolve(entry)));
    zip.once("end", () => settle(() => resolve(undefined)));
    zip.once("error", (error: Error) => settle(() => reject(error)));
    zip.readEntry();
  });
}

function openEntry(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Readable> {
  if (entry.isEncrypted()) return Promise.reject(new Error("it is encrypted"));
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}
