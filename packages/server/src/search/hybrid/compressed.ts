import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { Unanswerable } from "../../geo/unanswerable.js";

/** More than a value may hold in KQL, so that a few bytes cannot fill the memory. */
const most = 16 * 1024 * 1024;

/** The bytes before and after what a gzip file without a name compresses. */
const header = 10;
const trailer = 8;

/** The text that gzip and base64 hold; '' where they hold none. Only files without names or comments are taken. */
export function gunzipped(encoded: string): string {
  return textOf(encoded, (bytes) => {
    if (bytes[3] !== 0) return undefined;
    const text = gunzipSync(bytes, { maxOutputLength: most });
    const { read } = unpacked(inflateRawSync(bytes.subarray(header), limits));
    return { bytes: text, read: header + read + trailer };
  });
}

/** The text that zlib and base64 hold; '' where they hold none. */
export function inflated(encoded: string): string {
  return textOf(encoded, (bytes) => unpacked(inflateSync(bytes, limits)));
}

const limits = { maxOutputLength: most, info: true } as const;

/** What was compressed, and how many bytes it took. */
interface Unpacked {
  readonly bytes: Uint8Array;
  readonly read: number;
}

/** With `info` there is more in a result than its declaration says: the engine, which knows how much it has read. */
function unpacked(result: unknown): Unpacked {
  const { buffer, engine } = result as {
    readonly buffer: Uint8Array;
    readonly engine: { readonly bytesWritten: number };
  };
  return { bytes: buffer, read: engine.bytesWritten };
}

function textOf(encoded: string, unpack: (bytes: Buffer) => Unpacked | undefined): string {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded)) return "";
  const bytes = Buffer.from(encoded, "base64");
  try {
    const result = unpack(bytes);
    if (result === undefined) return "";
    if (result.read < bytes.length) throw new Unanswerable("bytes after the end of what is compressed");
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(result.bytes);
  } catch (error) {
    if (error instanceof Unanswerable) throw error;
    if (error instanceof RangeError) throw new Unanswerable(`more than ${most} bytes`);
    return "";
  }
}
