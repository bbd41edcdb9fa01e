import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutQuery } from "../../store/external-files.js";
import { Failure } from "../../store/failures.js";
import type { Store } from "../../store/store.js";
import { ingestPaths } from "../ingest.js";
import type { IngestResult } from "../result.js";
import { lastAdded, rememberAdded } from "./pulled.js";
import { TaxiiClient, type TaxiiOptions } from "./taxii-client.js";

/** What a pull may be told beside the address. */
export interface PullOptions extends TaxiiOptions {
  /** Takes objects that were added after this, whatever was pulled before: a time in ISO's form. */
  readonly since?: string;
  readonly rejectedFolder?: string;
  readonly temporaryFolder?: string;
}

/**
 * Loads what was added to the collections behind an address (that of a collection, an API root or a server) since the last
 * pull, and yields what became of each page. What was pulled is remembered once a collection has been read to its end, so
 * that nothing is missed where a pull ends early; what comes twice is stored once.
 */
export async function* pullIndicators(store: Store, url: string, options: PullOptions): AsyncGenerator<IngestResult> {
  if (!URL.canParse(url)) throw new Failure("external-unreadable", `${withoutQuery(url)} is not an address`);
  const client = new TaxiiClient(options, new URL(url));
  const folder = await mkdtemp(join(options.temporaryFolder ?? tmpdir(), "calypso-taxii-"));
  try {
    for (const collection of await collectionsAt(client, new URL(url), folder)) {
      yield* pullCollection(store, client, collection, folder, options);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A collection of objects: its address, with a slash at its end, and its title. */
interface Collection {
  readonly url: URL;
  readonly title: string | undefined;
}

/** The collections that an address stands for and that may be read. */
async function collectionsAt(client: TaxiiClient, url: URL, folder: string): Promise<readonly Collection[]> {
  const path = join(folder, "answer");
  const one = /^(.*\/collections\/[^/]+)(\/(objects\/?)?)?$/.exec(url.pathname)?.[1];
  if (one !== undefined) {
    const collection = new URL(`${one}/`, url);
    return [{ url: collection, title: textOf((await client.get(collection, path)).body, "title") }];
  }
  const base = withSlash(url);
  const { body } = await client.get(base, path);
  const roots = property(body, "api_roots");
  const urls = Array.isArray(roots) ? roots.map((root) => withSlash(new URL(String(root), base))) : [base];
  const found: Collection[] = [];
  for (const root of urls) {
    const listed = property((await client.get(new URL("collections/", root), path)).body, "collections");
    for (const entry of Array.isArray(listed) ? listed : []) {
      const id = textOf(entry, "id");
      if (id === undefined || property(entry, "can_read") === false) continue;
      found.push({ url: new URL(`collections/${encodeURIComponent(id)}/`, root), title: textOf(entry, "title") });
    }
  }
  if (found.length > 0) return found;
  throw new Failure("external-unreadable", `${withoutQuery(url.href)} has no collection that may be read`);
}

async function* pullCollection(
  store: Store,
  client: TaxiiClient,
  { url, title }: Collection,
  folder: string,
  options: PullOptions,
): AsyncGenerator<IngestResult> {
  const after = options.since ?? (await lastAdded(store, url.href));
  const objects = new URL("objects/", url);
  let next: string | undefined;
  let added: string | undefined;
  for (let page = 1; ; page += 1) {
    if (page > options.limits.maxPages)
      throw new Failure("external-unreadable", `${url.href} has more than ${options.limits.maxPages} pages`);
    const asked = new URL(objects);
    if (after !== undefined) asked.searchParams.set("added_after", after);
    if (next !== undefined) asked.searchParams.set("next", next);
    const path = join(folder, `page-${page}.json`);
    const { body, addedLast, date } = await client.get(asked, path);
    added = later(added, addedLast);
    const held = property(body, "objects");
    if (Array.isArray(held) && held.length > 0) {
      // Where the server does not say, its own clock at the first page is sure to be early enough.
      if (page === 1 && addedLast === undefined && date !== undefined) added = isoOf(date);
      yield* loadPage(store, path, `${url.href}objects/#${page}`, title, options);
    }
    await rm(path, { force: true });
    const more = property(body, "more") === true;
    const following = textOf(body, "next");
    if (!more) break;
    if (following === undefined || following === next)
      throw new Failure("external-unreadable", `${url.href} has more objects, and does not say where`);
    next = following;
  }
  if (added !== undefined) await rememberAdded(store, url.href, added, options.now());
}

/** The later of two times. */
function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return other ?? one;
  return Date.parse(other) >= Date.parse(one) ? other : one;
}

function isoOf(date: string): string | undefined {
  const at = Date.parse(date);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

async function* loadPage(
  store: Store,
  path: string,
  source: string,
  feed: string | undefined,
  { now, rejectedFolder, temporaryFolder }: PullOptions,
): AsyncGenerator<IngestResult> {
  const told = {
    now,
    ...(feed === undefined ? {} : { feed }),
    ...(rejectedFolder === undefined ? {} : { rejectedFolder }),
    ...(temporaryFolder === undefined ? {} : { temporaryFolder }),
  };
  for await (const result of ingestPaths(store, [path], told)) {
    const messages = result.messages.map(({ message, ...place }) => ({
      ...place,
      message: message.replaceAll(path, source),
    }));
    yield { ...result, source, messages };
  }
}

function withSlash(url: URL): URL {
  return url.pathname.endsWith("/") ? url : new URL(`${url.pathname}/`, url);
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const text = property(value, name);
  return typeof text === "string" && text !== "" ? text : undefined;
}
