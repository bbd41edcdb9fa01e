import { Readable } from "node:stream";
import { JsonText } from "./handler.js";

/** Each part as one line of JSON. */
export function asLines(parts: AsyncIterable<unknown>): Readable {
  return streamOf(mapped(parts, (text) => `${text}\n`));
}

/** Each part as one server-sent event. */
export function asEvents(parts: AsyncIterable<unknown>): Readable {
  return streamOf(mapped(parts, (text) => `data: ${text}\n\n`));
}

/** A stream of texts that asks for more only when there is room. */
export function streamOf(content: AsyncIterable<string | Uint8Array>): Readable {
  return Readable.from(content, { objectMode: false, highWaterMark: 1024 * 1024 });
}

async function* mapped(parts: AsyncIterable<unknown>, frame: (text: string) => string): AsyncGenerator<string> {
  for await (const part of parts) yield frame(part instanceof JsonText ? part.text : JSON.stringify(part));
}
