import { request } from "node:http";
import { type AnswerOf, ApiError, apiClient, type Routes, roles, routes } from "@calypso/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen } from "./listen.js";
import { asEvents } from "./streams.js";
import { type TestServer, testServer } from "./testing/test-server.js";

type Part = AnswerOf<Routes["runQuery"]>;

let server: TestServer;
let origin: string;

beforeAll(async () => {
  server = await testServer({
    prepare: (app) =>
      void app.get("/fault", () => {
        throw new Error("the password is hunter2");
      }),
  });
  origin = server.origin;
});
afterAll(() => server.close());

async function partsOf(text: string): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for await (const part of apiClient({ origin }).parts("runQuery", { body: { text } })) parts.push(part);
  return parts;
}

/** How many queries the engine works on whose SQL has a text in it. */
async function running(text: string): Promise<number> {
  const parts = [text.slice(0, 3), text.slice(3)].map((part) => `'${part}'`).join(", ");
  const sql = `SELECT count() FROM system.processes WHERE position(query, concat(${parts})) > 0`;
  for await (const line of server.workspace.store.lines(sql)) return Number(line);
  return 0;
}

describe("a query", () => {
  test("gives its columns, its rows without a digit lost, and its cost", async () => {
    const parts = await partsOf(
      `print a = 9223372036854775807, b = 1.5, c = dynamic({"n": 9007199254740993}), d = datetime(2026-10-14), e = real(nan), f = true`,
    );
    expect(parts).toEqual([
      {
        kind: "columns",
        columns: ["a:long", "b:real", "c:dynamic", "d:datetime", "e:real", "f:bool"].map((column) => {
          const [name = "", type = ""] = column.split(":");
          return { name, type };
        }),
        now: "2026-10-14T03:00:00.0000000Z",
        diagnostics: [],
      },
      {
        kind: "rows",
        rows: [["9223372036854775807", 1.5, '{"n":9007199254740993}', "2026-10-14T00:00:00.0000000Z", "NaN", true]],
      },
      {
        kind: "done",
        rows: 1,
        seconds: expect.any(Number),
        read: { rows: expect.any(String), bytes: expect.any(String) },
      },
    ]);
  });

  test("tells how its result is to be drawn", async () => {
    const [columns] = await partsOf("print a = 1, b = 2 | render columnchart with (title='T')");
    expect(columns).toMatchObject({ visual: { kind: "columnchart", properties: { title: "T" } } });
  });

  test("sends many rows in blocks, each row once and in its order", async () => {
    const parts = await partsOf("range n from 1 to 20000 step 1 | order by n asc");
    const blocks = parts.flatMap((part) => (part.kind === "rows" ? [part.rows] : []));
    expect(blocks.length).toBeGreaterThan(5);
    expect(blocks[0]).toEqual([[1]]);
    expect(blocks.flat()).toEqual(Array.from({ length: 20_000 }, (_, index) => [index + 1]));
    expect(parts.at(-1)).toMatchObject({ kind: "done", rows: 20_000 });
  });

  test("that is wrong says where, and runs nothing", async () => {
    const [columns, failed, ...none] = await partsOf("SigninLogs\n| where Nope == 1\n| wher");
    expect(columns).toMatchObject({
      kind: "columns",
      diagnostics: expect.arrayContaining([
        expect.objectContaining({ severity: "error", place: { line: 3, column: 3, endLine: 3, endColumn: 7 } }),
      ]),
    });
    expect(failed).toMatchObject({ kind: "failed" });
    expect(none).toEqual([]);
  });

  test("that fails on its way says so after the rows that were there", async () => {
    const client = apiClient({ origin });
    const parts: Part[] = [];
    const body = { text: "range n from 1 to 1000000 step 1", limits: { rows: 10 } };
    for await (const part of client.parts("runQuery", { body })) parts.push(part);
    expect(parts.at(-1)).toMatchObject({ kind: "failed", code: "result-too-large" });
  });

  test("is stopped when nobody waits for it", async () => {
    const leaving = new AbortController();
    const text = "range a from 1 to 100000000 step 1 | extend b = hash_sha256(tostring(a)) | summarize dcount(b)";
    const answer = apiClient({ origin }).parts("runQuery", { body: { text }, signal: leaving.signal });
    expect((await answer.next()).value).toMatchObject({ kind: "columns" });
    const rest = answer.next();
    while ((await running("SHA256")) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    leaving.abort();
    await expect(rest).rejects.toThrow(/abort/i);
    // By itself it would go on for a minute.
    await expect.poll(() => running("SHA256"), { timeout: 10_000 }).toBe(0);
  });

  test("runs at the very tick that is given", async () => {
    const body = { text: "print now()", now: "2026-10-14T10:00:00.1234567Z" };
    const parts: Part[] = [];
    for await (const part of apiClient({ origin }).parts("runQuery", { body })) parts.push(part);
    expect(parts[1]).toMatchObject({ rows: [["2026-10-14T10:00:00.1234567Z"]] });
  });

  test("is checked without being run", async () => {
    const client = apiClient({ origin });
    const checked = await client.call("checkQuery", { body: { text: "SigninLogs | where ResultType == '0' | count" } });
    expect(checked).toMatchObject({
      diagnostics: [],
      columns: [{ name: "Count", type: "long" }],
      tables: ["SigninLogs"],
    });
    expect(checked.stages.map(({ operator }) => operator)).toEqual(["source", "where", "count"]);
    expect(checked.sql).toMatch(/^SELECT/);
  });
});

test("the schema has tables with their columns, and says which hold data", async () => {
  const { tables, functions } = await apiClient({ origin }).call("schema", {});
  const signIns = tables.find(({ name }) => name === "SigninLogs");
  expect(signIns).toMatchObject({ hasData: false });
  expect(signIns?.columns).toContainEqual({ name: "ConditionalAccessPolicies", type: "dynamic" });
  expect(functions.map(({ name }) => name)).toContain("_Im_Authentication");
});

describe("what is asked wrongly", () => {
  const problem = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${origin}${path}`, init);
    expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    return (await answer.json()) as Record<string, unknown>;
  };
  const post = (body: string, type = "application/json") => ({
    method: "POST",
    headers: { "content-type": type },
    body,
  });

  test("has one form of answer", async () => {
    expect(await problem("/api/v1/nothing")).toMatchObject({ status: 404, code: "not-found" });
    expect(await problem("/api/v1/query", post("{"))).toMatchObject({ status: 400, code: "bad-request" });
    expect(await problem("/api/v1/query", post("{}"))).toMatchObject({
      status: 400,
      detail: expect.stringContaining("text"),
    });
    expect(await problem("/api/v1/query", post("text", "text/xml"))).toMatchObject({ status: 415, code: "not-json" });
    const large = JSON.stringify({ text: "x".repeat(5_000_000) });
    expect(await problem("/api/v1/query", post(large))).toMatchObject({ status: 413, code: "too-large" });
    expect(await problem("/api/v1/query", post("x", "text/plain"))).toMatchObject({ status: 415, code: "not-json" });
    expect(await problem("/api/v1/%")).toMatchObject({ status: 400, code: "bad-request" });
    expect((await fetch(`${origin}/api/v1/%`)).headers.get("x-content-type-options")).toBe("nosniff");
    for (const body of [{ text: 5 }, { text: "T", limit: { rows: 1 } }, { text: "T", limits: { rows: "1" } }]) {
      expect(await problem("/api/v1/query", post(JSON.stringify(body)))).toMatchObject({ status: 400 });
    }
    const leap = { text: "T", now: "2016-12-31T23:59:60Z" };
    expect(await problem("/api/v1/query", post(JSON.stringify(leap)))).toMatchObject({ status: 400 });
    const range = { from: "yesterday", to: "2026-10-14T00:00:00Z" };
    expect(await problem("/api/v1/query/check", post(JSON.stringify({ text: "T", range })))).toMatchObject({
      status: 400,
    });
  });

  test("a fault tells nothing of the inside to the client, and all to the operator", async () => {
    const told = await problem("/fault");
    expect(told).toMatchObject({ status: 500, code: "fault" });
    expect(JSON.stringify(told)).not.toContain("hunter2");
    expect(server.faults).toEqual([expect.objectContaining({ message: "the password is hunter2" })]);
  });
});

describe("other sites", () => {
  test("cannot ask, whatever they call themselves or the service", async () => {
    const path = "/api/v1/session";
    expect(await statusOf(path, {})).toBe(200);
    expect(await statusOf(path, { host: "attacker.example" })).toBe(403);
    expect(await statusOf(path, { host: "127.0.0.1.attacker.example" })).toBe(403);
    expect(await statusOf(path, { host: "localhost@attacker.example" })).toBe(403);
    expect(await statusOf(path, { origin: "https://attacker.example" })).toBe(403);
    expect(await statusOf(path, { origin: "null" })).toBe(403);
    // Another service of this machine is another site.
    expect(await statusOf(path, { origin: "http://127.0.0.1:1" })).toBe(403);
    expect(await statusOf(path, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe(403);
    expect(await statusOf(path, { origin })).toBe(200);
  });

  test("cannot frame a page or run a script in it", async () => {
    const { headers } = await fetch(`${origin}/api/v1/session`);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });
});

/** `fetch` sets these headers itself. */
function statusOf(path: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${origin}${path}`, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("error", reject).end();
  });
}

describe("who may ask what", () => {
  test.each([undefined, ...roles])("%s", async (who) => {
    server.signIn(who);
    try {
      const admitted: string[] = [];
      for (const [name, { method, path, access }] of Object.entries(routes)) {
        const url = `/api/v1${path.replace(/:\w+/g, "x")}`;
        const { status, body } = await fetch(`${origin}${url}`, { method });
        await body?.cancel();
        const may = access === "anyone" || (who !== undefined && roles.indexOf(who) >= roles.indexOf(access));
        expect([name, may ? "admitted" : status]).toEqual([name, may ? "admitted" : who === undefined ? 401 : 403]);
        if (may) admitted.push(name);
      }
      expect(admitted).toContain("session");
      expect(admitted.includes("runQuery")).toBe(who !== undefined);
    } finally {
      server.signIn("admin");
    }
  });
});

test("where nobody signs in, only this machine is answered", async () => {
  const stop = new AbortController();
  const listening = { port: 0, signal: stop.signal, fault: () => {} };
  await expect(listen(server.served, { ...listening, host: "0.0.0.0" })).rejects.toThrow(/other machines/);
  const { address, ended } = await listen(server.served, { ...listening, host: "127.0.0.1" });
  const { user } = await apiClient({ origin: address }).call("session", {});
  expect(user).toEqual({ id: "local", name: "local user", role: "admin" });
  const { port } = new URL(address);
  await expect(listen(server.served, { ...listening, port: Number(port), host: "127.0.0.1" })).rejects.toThrow(
    /in use/,
  );
  stop.abort();
  await ended;
});

test("events are sent as they happen, each with the name by which it is come back to", async () => {
  async function* source() {
    yield { id: "1", data: { text: "a\nb" } };
    yield { data: { text: "c" } };
  }
  let text = "";
  for await (const chunk of asEvents(source())) text += chunk;
  expect(text).toBe(`: here\n\nid: 1\ndata: {"text":"a\\nb"}\n\ndata: {"text":"c"}\n\n`);
});

test("the API describes itself", async () => {
  const described = (await (await fetch(`${origin}/api/v1/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  expect(described.openapi).toBe("3.1.0");
  const operations = Object.values(described.paths).flatMap((methods) => Object.values(methods));
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(routes).sort());
});

test("an error is thrown as the problem that it is", async () => {
  const failed = apiClient({ origin }).call("checkQuery", { body: { text: "" } });
  await expect(failed).rejects.toBeInstanceOf(ApiError);
});

test("what is being changed when the service ends is done, and written down, before that", async () => {
  const stop = new AbortController();
  const listening = { host: "127.0.0.1", port: 0, signal: stop.signal, fault: () => {} };
  const { address, ended } = await listen(server.served, listening);
  const { db } = server.state;
  const client = apiClient({ origin: address });
  const leaving = new AbortController();
  const events = client.events("events", { signal: leaving.signal });
  const heard = events.next().catch(() => undefined);
  await client.call("session", {});
  let letGo = () => {};
  // As a change that takes its time.
  const held = db.transaction().execute(() => new Promise<void>((resolve) => (letGo = resolve)));
  const body = { name: "at the end", address: "", shared: false };
  const saved = client.call("saveView", { params: { page: "alerts" }, body }).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 200));
  stop.abort();
  setTimeout(letGo, 300);
  await ended;
  const views = await db.selectFrom("saved_views").select("name").execute();
  const acts = await db.selectFrom("audit_log").select("action").where("action", "=", "saveView").execute();
  expect([views, acts]).toEqual([[{ name: "at the end" }], [{ action: "saveView" }]]);
  await Promise.all([held, saved, heard]);
});
