import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import type { SentEvent } from "@calypso/contract";
import type { Background } from "../platform/background.js";
import { JsonText } from "./handler.js";

/** Each part as one line of JSON; more is asked for only when there is room. */
export function asLines(parts: AsyncIterable<unknown>): Readable {
  return Readable.from(lines(parts), { objectMode: false, highWaterMark: 1024 * 1024 });
}

async function* lines(parts: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const part of parts) yield `${part instanceof JsonText ? part.text : JSON.stringify(part)}\n`;
}

/** Bytes as they come; the first is there, so that what fails before it is thrown here. */
export async function asFile(bytes: AsyncIterable<Uint8Array>): Promise<Readable> {
  const pieces = bytes[Symbol.asyncIterator]();
  const first = await pieces.next();
  return Readable.from(following(first, pieces), { objectMode: false });
}

async function* following(first: IteratorResult<Uint8Array>, pieces: AsyncIterator<Uint8Array>) {
  try {
    for (let next = first; next.done !== true; next = await pieces.next()) yield next.value;
  } finally {
    await pieces.return?.();
  }
}

/** The same parts, as work that is known of until the last of them. */
export async function* untilEnded<Part>(parts: AsyncIterable<Part>, background: Background): AsyncGenerator<Part> {
  let ended = () => {};
  background.add(
    new Promise<void>((resolve) => {
      ended = resolve;
    }),
  );
  try {
    yield* parts;
  } finally {
    ended();
  }
}

/** How often something is sent where nothing happens, in milliseconds: connections that rest are cut on the way. */
const heartbeat = 20_000;

/** Server-sent events as they happen, until they end or the client leaves. */
export function asEvents(events: AsyncIterable<SentEvent<unknown>>): Readable {
  return Readable.from(written(events[Symbol.asyncIterator]()), { objectMode: false });
}

async function* written(events: AsyncIterator<SentEvent<unknown>>): AsyncGenerator<string> {
  try {
    // Headers go out with the first bytes: whoever listens knows at once that it is heard.
    yield ": here\n\n";
    for (let next = events.next(); ; ) {
      const timer = new AbortController();
      const rest = setTimeout(heartbeat, undefined, { signal: timer.signal, ref: false }).catch(() => undefined);
      const came = await Promise.race([next, rest]);
      timer.abort();
      if (came === undefined) {
        yield ": still here\n\n";
        continue;
      }
      if (came.done === true) return;
      const { id, data } = came.value;
      yield `${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
      next = events.next();
    }
  } finally {
    await events.return?.();
  }
}
