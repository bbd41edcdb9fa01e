import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type LocalFile, lastSegment, type ResolveUrl, withoutQuery } from "./external-files.js";
import { Failure } from "./failures.js";

/** Bounds on one fetched file. */
export interface FetchLimits {
  readonly maxBytes: number;
  readonly maxSeconds: number;
}

/** Files from the network, only of hosts on the allow-list; a redirect to another host is refused too. */
export function filesOfHosts(hosts: readonly string[], limits: FetchLimits): ResolveUrl {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return async (url) => {
    const folder = await mkdtemp(join(tmpdir(), "calypso-external-"));
    const path = join(folder, lastSegment(url) || "file");
    const dispose = () => rm(folder, { recursive: true, force: true });
    try {
      await fetchTo(path, allowed, url.split(";")[0] ?? url, limits);
      return { path, dispose } satisfies LocalFile;
    } catch (error) {
      await dispose();
      throw error;
    }
  };
}

async function fetchTo(path: string, allowed: ReadonlySet<string>, url: string, limits: FetchLimits): Promise<void> {
  const shown = withoutQuery(url);
  try {
    const response = await follow(allowed, url, AbortSignal.timeout(limits.maxSeconds * 1000));
    if (!response.ok) throw new Failure("external-unreadable", `${shown} answered with status ${response.status}`);
    if (response.body === null) throw new Failure("external-unreadable", `${shown} answered without a body`);
    await pipeline(Readable.fromWeb(response.body), atMost(limits.maxBytes, shown), createWriteStream(path));
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const late = cause instanceof Error && cause.name === "TimeoutError";
    const reason = late ? `did not arrive within ${limits.maxSeconds} s` : "cannot be fetched";
    throw new Failure("external-unreadable", `${shown} ${reason}`, { cause });
  }
}

async function follow(allowed: ReadonlySet<string>, url: string, signal: AbortSignal): Promise<Response> {
  let next = url;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    assertAllowed(allowed, next);
    const response = await fetch(next, { redirect: "manual", signal });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    next = new URL(location, next).href;
  }
  throw new Failure("external-unreadable", `${withoutQuery(url)} redirects more than ${maxRedirects} times`);
}

const maxRedirects = 5;

function assertAllowed(allowed: ReadonlySet<string>, url: string): void {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  const web = target?.protocol === "https:" || target?.protocol === "http:";
  if (target !== undefined && web && (allowed.has(target.host) || allowed.has(target.hostname))) return;
  throw new Failure("external-forbidden", `${withoutQuery(url)} is not on a host that this workspace allows`, {
    hint:
      "give the file with --externaldata-dir, or add the host to " +
      `"externaldata": {"allowHosts": ["${target?.hostname ?? "host"}"]} in the workspace's calypso.json`,
  });
}

function atMost(maxBytes: number, shown: string) {
  return async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Failure("external-unreadable", `${shown} is larger than ${maxBytes} bytes`);
      yield chunk;
    }
  };
}
