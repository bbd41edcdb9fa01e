import { Readable } from "node:stream";
import { JsonText } from "./handler.js";

/** Each part as one line of JSON; more is asked for only when there is room. */
export function asLines(parts: AsyncIterable<unknown>): Readable {
  return Readable.from(lines(parts), { objectMode: false, highWaterMark: 1024 * 1024 });
}

async function* lines(parts: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const part of parts) yield `${part instanceof JsonText ? part.text : JSON.stringify(part)}\n`;
}
