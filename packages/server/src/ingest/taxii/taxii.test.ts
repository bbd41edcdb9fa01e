import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runQuery } from "../../search/run-query.js";
import type { Store } from "../../store/store.js";
import { failureOf, temporaryStore } from "../../store/testing/temporary-store.js";
import { type PullOptions, pullIndicators } from "./pull.js";

let store: Store;
let close: () => Promise<void>;
let server: Server;
let base: string;
/** What was asked, in order: path with query, and the credentials. */
let asked: { readonly path: string; readonly authorization: string | undefined; readonly accept: string | undefined }[];
/** Answers before the server's own ones; undefined leaves a request to it. */
let first: (request: IncomingMessage, response: ServerResponse) => boolean;
const rests: number[] = [];

const collection = "/api/collections/00000000-0000-4000-8000-000000000001";

beforeEach(async () => {
  ({ store, close } = await temporaryStore());
  asked = [];
  rests.length = 0;
  first = () => false;
  server = createServer((request, response) => {
    const { authorization, accept } = request.headers;
    asked.push({ path: request.url ?? "", authorization, accept });
    if (!first(request, response)) answer(request.url ?? "", response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await close();
});

function indicator(number: number) {
  const id = `indicator--00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  const times = {
    created: "2026-01-01T00:00:00Z",
    modified: "2026-01-01T00:00:00Z",
    valid_from: "2026-01-01T00:00:00Z",
  };
  return {
    type: "indicator",
    spec_version: "2.1",
    id,
    ...times,
    pattern_type: "stix",
    pattern: `[url:value = 'https://${number}.example/']`,
  };
}

/** A server with one collection that may be read, of three indicators on two pages; nothing was added after the last of them. */
function answer(path: string, response: ServerResponse): void {
  const json = (body: object, headers: Readonly<Record<string, string>> = {}) => {
    response.writeHead(200, { "content-type": "application/taxii+json;version=2.1", ...headers });
    response.end(JSON.stringify(body));
  };
  const url = new URL(path, "http://x.example");
  const added = (time: string) => ({ "x-taxii-date-added-last": `2026-01-0${time}T00:00:00.000000Z` });
  if (url.pathname === "/taxii2/") json({ title: "x", api_roots: ["/api/"] });
  else if (url.pathname === "/api/")
    json({ title: "x", versions: ["application/taxii+json;version=2.1"], max_content_length: 1 });
  else if (url.pathname === "/api/collections/")
    json({
      collections: [
        { id: "00000000-0000-4000-8000-000000000001", title: "Feed \u001b[31m", can_read: true, can_write: false },
        { id: "00000000-0000-4000-8000-000000000002", title: "Closed", can_read: false, can_write: true },
      ],
    });
  else if (url.pathname === `${collection}/`) json({ id: "x", title: "Feed", can_read: true });
  else if (url.pathname !== `${collection}/objects/`) response.writeHead(404).end();
  else if (url.searchParams.has("added_after")) json({});
  else if (url.searchParams.get("next") === "p2") json({ more: false, objects: [indicator(3)] }, added("3"));
  else json({ more: true, next: "p2", objects: [indicator(1), indicator(2)] }, added("2"));
}

const options = (more: Partial<PullOptions> = {}): PullOptions => ({
  hosts: ["127.0.0.1"],
  signal: new AbortController().signal,
  now: () => new Date("2026-01-05T00:00:00Z"),
  rest: async (milliseconds) => void rests.push(milliseconds),
  limits: { maxBytes: 1 << 20, maxSeconds: 5, maxRestSeconds: 60, maxPages: 100 },
  ...more,
});

/** Pulls, and gives `table stored/duplicates` for each page. */
async function pull(path: string, more: Partial<PullOptions> = {}): Promise<readonly string[]> {
  const told: string[] = [];
  for await (const { table, stored, duplicates } of pullIndicators(store, `${base}${path}`, options(more)))
    told.push(`${table} ${stored}/${duplicates}`);
  return told;
}

async function stored(): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  const text = "ThreatIntelIndicators | project ObservableValue, SourceSystem | sort by ObservableValue asc";
  for await (const row of (await runQuery(store, { text, now: BigInt(Date.parse("2026-01-06")) * 10_000n })).rows)
    rows.push(JSON.parse(row));
  return rows;
}

test("an address of a server, an API root or a collection leads to the pages of its collections", async () => {
  expect(await pull("/taxii2")).toEqual(["ThreatIntelIndicators 2/0", "ThreatIntelIndicators 1/0"]);
  expect(asked.map(({ path }) => path)).toEqual([
    ...["/taxii2/", "/api/collections/", `${collection}/objects/`, `${collection}/objects/?next=p2`],
  ]);
  expect(asked[0]?.accept).toBe("application/taxii+json;version=2.1");
  expect(await stored()).toEqual([1, 2, 3].map((number) => [`https://${number}.example/`, "Feed \u001b[31m"]));
  asked.length = 0;
  expect(await pull("/api/")).toEqual([]);
  expect(asked.at(-1)?.path).toBe(`${collection}/objects/?added_after=2026-01-03T00%3A00%3A00.000000Z`);
  expect(await pull(`${collection}/objects/`, { since: "2020-01-01T00:00:00.000Z" })).toEqual([]);
  expect(asked.at(-1)?.path).toContain("added_after=2020-01-01");
});

test("a pull that ends early begins anew, and stores nothing twice", async () => {
  first = ({ url = "" }, response) => url.includes("next=") && response.writeHead(500).end() !== undefined;
  expect((await failureOf(pull(collection))).message).toMatch(/answered with status 500/);
  first = () => false;
  expect(await pull(collection)).toEqual(["ThreatIntelIndicators 0/2", "ThreatIntelIndicators 1/0"]);
});

test("a busy server is left alone as long as it asks, within limits", async () => {
  let busy = 3;
  first = (_request, response) => {
    if (busy === 0) return false;
    busy -= 1;
    response.writeHead(
      busy === 1 ? 503 : 429,
      busy === 2 ? { "retry-after": "7" } : busy === 1 ? {} : { "retry-after": "Mon, 05 Jan 2026 00:00:09 GMT" },
    );
    response.end();
    return true;
  };
  expect(await pull(collection)).toHaveLength(2);
  expect(rests).toEqual([7000, 2000, 9000]);
  first = (_request, response) => response.writeHead(429, { "retry-after": "3600" }).end() !== undefined;
  expect((await failureOf(pull(collection))).message).toMatch(/asks to be left alone for 3600 s, more than 60 s/);
  first = (_request, response) => response.writeHead(503).end() !== undefined;
  expect((await failureOf(pull(collection))).message).toMatch(/status 503/);
});

test("credentials go to the server that they are for alone, and into no message", async () => {
  const bearer = { credentials: { kind: "bearer", token: "s3cret" } } as const;
  await pull(collection, bearer);
  expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer s3cret"]));
  asked.length = 0;
  await pull(collection, { credentials: { kind: "basic", user: "ann", password: "p:w" } });
  expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from("ann:p:w").toString("base64")}`);
  asked.length = 0;
  const port = new URL(base).port;
  first = ({ url }, response) =>
    url === "/taxii2/" && response.end(JSON.stringify({ api_roots: [`http://localhost:${port}/api/`] })) !== undefined;
  expect((await failureOf(pull("/taxii2/", bearer))).message).toMatch(
    /localhost.* is not on a host that this workspace allows/,
  );
  await pull("/taxii2/", { ...bearer, hosts: ["127.0.0.1", "localhost"] });
  expect(
    asked.filter(({ path }) => path.startsWith("/api/")).every(({ authorization }) => authorization === undefined),
  ).toBe(true);
  first = (_request, response) => response.writeHead(401).end() !== undefined;
  const refused = await failureOf(pull(collection, bearer));
  expect(refused.message).toMatch(/refuses who asks \(status 401\)/);
  first = (_request, response) =>
    response.writeHead(302, { location: "https://x.example/?token=s3cret" }).end() !== undefined;
  const moved = await failureOf(pull(collection, bearer));
  expect(moved.message).toMatch(/has moved to https:\/\/x.example\/; pull from there/);
  expect(refused.message + moved.message).not.toContain("s3cret");
});

test("hosts that are not allowed, plain http beyond this machine and credentials in an address are refused", async () => {
  const refused = async (url: string, hosts: readonly string[] = []) => {
    const pulled = (async () => {
      for await (const _ of pullIndicators(store, url, options({ hosts }))) throw new Error("nothing was expected");
    })();
    return failureOf(pulled);
  };
  expect(await refused(`${base}/taxii2/`)).toMatchObject({
    code: "external-forbidden",
    message: expect.stringMatching(/not on a host/),
  });
  expect((await refused("http://feed.example/taxii2/", ["feed.example"])).message).toMatch(/has to be asked by https/);
  expect((await refused("ftp://127.0.0.1/", ["127.0.0.1"])).message).toMatch(/has to be asked by https/);
  const secret = await refused("https://ann:s3cret@feed.example/", ["feed.example"]);
  expect(secret.message).toMatch(/credentials in an address/);
  expect(secret.message).not.toContain("s3cret");
  expect((await refused("not a url")).message).toMatch(/is not an address/);
  expect(asked).toEqual([]);
});

test("answers that are too large, late, endless or no JSON end the pull", async () => {
  first = (_request, response) => response.end(`{"x":"${"a".repeat(2 << 20)}"}`) !== undefined;
  expect((await failureOf(pull(collection))).message).toMatch(/more than 1048576 bytes/);
  first = () => true;
  const late = { limits: { ...options().limits, maxSeconds: 0.2 } };
  expect((await failureOf(pull(collection, late))).message).toMatch(/did not answer within 0.2 s/);
  first = (_request, response) => response.end("<html>") !== undefined;
  expect((await failureOf(pull(collection))).message).toMatch(/answered with what is no JSON/);
  first = (_request, response) => response.end('{"more":true,"next":"a"}') !== undefined;
  expect((await failureOf(pull(collection))).message).toMatch(/has more objects, and does not say where/);
  let page = 0;
  first = (_request, response) => response.end(`{"more":true,"next":"${page++}"}`) !== undefined;
  expect((await failureOf(pull(collection))).message).toMatch(/has more than 100 pages/);
  const stopped = new AbortController();
  first = () => {
    stopped.abort();
    return true;
  };
  expect(await failureOf(pull(collection, { signal: stopped.signal }))).toMatchObject({ code: "query-cancelled" });
});
