import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { type AnswerOf, ApiError, type Routes } from "@calypso/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { zipOf } from "../../ingest/testing/zip-of.js";
import { plainName } from "../../ingest/uploads.js";
import { type TestServer, testServer } from "../testing/test-server.js";
import { uploadHandlers } from "./uploads.js";

type Part = AnswerOf<Routes["uploadLogs"]>;

let base: string;
let server: TestServer;
let hasRoom = true;
const now = new Date("2026-05-08T12:30:00Z");

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "calypso-data-"));
  server = await testServer({ folder: join(base, "workspace"), now: () => now });
  Object.assign(server.served.room, { enough: async () => hasRoom });
});
afterAll(async () => {
  await server?.close();
  await rm(base, { recursive: true, force: true });
});

async function upload(name: string, content: string | Uint8Array<ArrayBuffer>, query = ""): Promise<readonly Part[]> {
  const answer = await fetch(`${server.origin}/api/v1/data/uploads?name=${encodeURIComponent(name)}${query}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: content,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Part);
}
const results = (parts: readonly Part[]) => parts.flatMap((part) => (part.kind === "result" ? [part] : []));
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof ApiError ? error.problem.code : String(error)),
  );

const hostile = `<script>alert(1)</script>`;
/** An hour of sign-ins each two hours, for five days. */
const rows = Array.from({ length: 60 }, (_, index) => ({
  TimeGenerated: new Date(Date.parse("2026-05-03T13:10:00Z") + index * 2 * 3_600_000).toISOString(),
  UserPrincipalName: index === 0 ? hostile : `user${index % 3}@contoso.example`,
  ResultType: "0",
  Location: index % 2 === 0 ? "NO" : "",
}));
const ndjson = (list: readonly object[]) => list.map((row) => `${JSON.stringify(row)}\n`).join("");

describe("a file that is handed in", () => {
  test("is loaded as `calypso ingest` does, and nothing of it stays but its rows", async () => {
    const text = `${ndjson(rows)}{"TimeGenerated": "yester\n`;
    const parts = await upload("SigninLogs.json.gz", Uint8Array.from(gzipSync(text)));
    expect(parts.map(({ kind }) => kind)).toEqual(["received", "waiting", "loading", "result", "done"]);
    expect(results(parts)).toEqual([
      expect.objectContaining({ name: "SigninLogs.json.gz", table: "SigninLogs", stored: 60, rejected: 1 }),
    ]);
    expect(JSON.stringify(parts)).not.toContain(base);
    expect(await readdir(join(base, "workspace", "uploads"))).toEqual([]);
    const again = await upload("SigninLogs.json.gz", Uint8Array.from(gzipSync(text)));
    expect(results(again)[0]).toMatchObject({ stored: 0, duplicates: 60 });
  });

  test("may be an archive, of which each part is told; what is no log is told too", async () => {
    const zip = zipOf({
      "logs/AuditLogs.json": ndjson([
        { TimeGenerated: "2026-05-08T10:00:00Z", OperationName: "x", Category: "RoleManagement" },
      ]),
      "read.md": "x",
    });
    const told = results(await upload("case.zip", Uint8Array.from(zip), "&table=AuditLogs"));
    expect(told.map(({ table, stored, skipped }) => [table, stored, skipped])).toEqual([
      ["AuditLogs", 1, false],
      ["", 0, true],
    ]);
    expect(told[0]?.name).toContain("case.zip/");
    expect(results(await upload("odd.bin", "\u0000\u0001"))[0]).toMatchObject({ table: "", stored: 0 });
  });

  test("is refused where it is too large, where the disk is full, and from those who may not", async () => {
    expect((await upload("large.json", "x".repeat(6_000_000))).at(-1)).toMatchObject({
      kind: "failed",
      code: "upload-too-large",
    });
    hasRoom = false;
    expect((await upload("a.json", "{}")).at(-1)).toMatchObject({ kind: "failed", code: "store-full" });
    hasRoom = true;
    server.signIn("responder");
    await expect(upload("a.json", "{}")).rejects.toThrow("forbidden");
    server.signIn("admin");
    await expect(upload("a.json", "{}", "&table=x;drop")).rejects.toThrow("bad-request");
    const none = await fetch(`${server.origin}/api/v1/data/uploads?name=a.json`, { method: "POST" });
    expect(await none.json()).toMatchObject({ status: 400, code: "bad-request" });
    expect(await readdir(join(base, "workspace", "uploads"))).toEqual([]);
  });

  test.each([
    ["../../etc/passwd", "passwd"],
    ["..\\..\\x.json", "x.json"],
    ["..", "upload"],
    [".hidden", "hidden"],
    ["a\u0000b\u202e<script>.json", "a_b__script_.json"],
    [`${"x".repeat(300)}.json.gz`, `${"x".repeat(60)}.json.gz`],
    ["", "upload"],
  ])("%j becomes a plain name", (name, plain) => {
    expect(plainName(name)).toBe(plain);
  });
});

describe("the tables", () => {
  test("have their rows, their times, their hours and their gaps", async () => {
    const { tables } = await server.client.call("dataTables", {});
    const signIns = tables.find(({ name }) => name === "SigninLogs");
    expect(signIns?.problem).toBe(undefined);
    expect(signIns).toMatchObject({
      rows: 60,
      first: "2026-05-03T13:10:00.000Z",
      last: "2026-05-08T11:10:00.000Z",
      drifts: 0,
    });
    expect(signIns?.bytes).toBeGreaterThan(0);
    expect(signIns?.volume?.from).toBe("2026-05-01T13:00:00.000Z");
    expect(signIns?.volume?.hours).toHaveLength(168);
    expect(signIns?.volume?.hours.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(signIns?.gaps[0]).toEqual({ from: "2026-05-03T14:00:00.000Z", to: "2026-05-03T15:00:00.000Z" });
  });

  test("have columns with how they are filled, and a column its values", async () => {
    const { columns, sampled, isWhole } = await server.client.call("dataTable", { params: { table: "SigninLogs" } });
    expect([sampled, isWhole]).toEqual([60, true]);
    expect(columns.find(({ name }) => name === "Location")).toMatchObject({ filled: 30, distinct: 1 });
    const params = { table: "SigninLogs", column: "UserPrincipalName" };
    const { values } = await server.client.call("columnValues", { params });
    expect(values[0]).toEqual({ value: "user1@contoso.example", rows: 20 });
    expect(values.map(({ value }) => value)).toContain(hostile);
    expect(await codeOf(server.client.call("columnValues", { params: { ...params, column: `x"] | take 1` } }))).toBe(
      "table-unknown",
    );
    expect(await codeOf(server.client.call("dataTable", { params: { table: "Nope" } }))).toBe("table-unknown");
  });
});

test("the ledger has each load, who handed it in, and its rejected rows", async () => {
  const { loads, total, next } = await server.client.call("loads", { query: { rejected: true } });
  expect([total, next]).toEqual([2, undefined]);
  expect(loads[0]).toMatchObject({
    name: "SigninLogs.json.gz",
    table: "SigninLogs",
    by: "Ada",
    status: "done",
    rejected: 1,
  });
  const { rows: rejected } = await server.client.call("rejectedRows", {
    params: { load: loads[0]?.id ?? "" },
    query: {},
  });
  expect(rejected).toEqual([{ line: 61, reason: expect.any(String), text: `{"TimeGenerated": "yester` }]);
  const page = await server.client.call("loads", { query: { limit: 1 } });
  expect(page.loads).toHaveLength(1);
  expect(page.next).toBe("1");
  expect((await server.client.call("loads", { query: { find: "CASE.zip" } })).loads.length).toBeGreaterThan(0);
  expect((await server.client.call("loads", { query: { find: "' OR 1" } })).loads).toEqual([]);
  expect(await codeOf(server.client.call("rejectedRows", { params: { load: "../../etc" }, query: {} }))).toBe(
    "bad-request",
  );
});

test("drifts are told with the rules that they blind", async () => {
  const at = new Date("2026-05-08T10:00:00Z");
  const drift = {
    kind: "stopped" as const,
    table_name: "SigninLogs",
    field: "",
    since: at,
    message: hostile,
    told_at: at,
  };
  await server.state.db
    .insertInto("drifts")
    .values({ ...drift, rules: JSON.stringify([{ id: "r", name: "Spray" }]) })
    .execute();
  const { drifts } = await server.client.call("drifts", {});
  expect(drifts).toEqual([
    expect.objectContaining({ table: "SigninLogs", message: hostile, rules: [{ id: "r", name: "Spray" }] }),
  ]);
  expect(server.faults).toEqual([]);
});

test("of who leaves nothing stays, and files still go one after the other", async () => {
  const { uploadLogs } = uploadHandlers(server.served);
  const handedIn = () => {
    const asked = {
      upload: { bytes: Readable.from([Buffer.from(ndjson(rows))]) },
      user: { id: "u", name: "Ada", role: "admin" },
    };
    return uploadLogs({ query: { name: "SigninLogs.json" } } as never, asked as never)[Symbol.asyncIterator]();
  };
  const kindOf = async (upload: AsyncIterator<unknown>) => (await upload.next()).value?.kind;
  const [first, second, third] = [handedIn(), handedIn(), handedIn()];
  for (const kind of ["received", "waiting", "loading"]) expect(await kindOf(first)).toBe(kind);
  for (const kind of ["received", "waiting"]) expect(await kindOf(second)).toBe(kind);
  await second.return?.();
  for (const kind of ["received", "waiting"]) expect(await kindOf(third)).toBe(kind);
  const next = kindOf(third);
  const pause = new Promise((resolve) => setTimeout(resolve, 200, "waits"));
  expect(await Promise.race([next, pause])).toBe("waits");
  while ((await kindOf(first)) !== undefined);
  expect(await next).toBe("loading");
  while ((await kindOf(third)) !== undefined);
  const gone = handedIn();
  expect(await kindOf(gone)).toBe("received");
  await gone.return?.();
  expect(await readdir(join(base, "workspace", "uploads"))).toEqual([]);
});
