import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError, type Call, type Routes } from "@calypso/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestServer, testServer } from "../testing/test-server.js";

type Body = Call<Routes["exportQuery"]>["body"];

let server: TestServer;
let folder: string;

beforeAll(async () => {
  server = await testServer();
  folder = mkdtempSync(join(tmpdir(), "calypso-parquet-"));
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listOf<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Exports a query, and gives what the engine reads from the file: its columns, and its rows as JSON. */
async function readBack(body: Body): Promise<{ readonly columns: string; readonly rows: readonly string[] }> {
  const pieces = await listOf(server.client.file("exportQuery", { body }));
  const path = join(folder, "result.parquet");
  writeFileSync(path, Buffer.concat(pieces));
  const { store } = server.workspace;
  // Read and kept in the order of the file.
  const file = `file('${path}', Parquet) SETTINGS max_threads = 1`;
  await store.command(`CREATE OR REPLACE TABLE read_back ENGINE = TinyLog AS SELECT * FROM ${file}`);
  const lines = (sql: string) => listOf(store.lines(sql));
  const columns = await lines(
    "SELECT concat(name, ' ', type) FROM system.columns WHERE table = 'read_back' ORDER BY position",
  );
  return {
    columns: columns.join(", "),
    rows: await lines("SELECT formatRowNoNewline('JSONCompactEachRow', *) FROM read_back"),
  };
}

async function problemOf(body: Body): Promise<ApiError["problem"]> {
  try {
    for await (const piece of server.client.file("exportQuery", { body }))
      expect([body.text, piece.length]).toEqual([body.text, 0]);
  } catch (thrown) {
    if (thrown instanceof ApiError) return thrown.problem;
    throw thrown;
  }
  throw new Error("there was no problem");
}

/** What the engine says of how often it works on a text. */
async function running(text: string): Promise<number> {
  const parts = [text.slice(0, 3), text.slice(3)].map((part) => `'${part}'`).join(", ");
  const sql = `SELECT count() FROM system.processes WHERE position(query, concat(${parts})) > 0`;
  return Number((await listOf(server.workspace.store.lines(sql)))[0]);
}

test("each type is what a program that reads the file expects, to the last digit", async () => {
  const text = `print l = 9223372036854775807, i = int(-5), r = 1.5, b = 1 == 1, s = "=1\\u0000é\\u202e", d = dynamic({"n": 9007199254740993}),
    t = datetime(2026-10-14 03:00:00.1234567), span = time(-1.02:03:04.0000005), g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), x = decimal(1.5)`;
  expect(await readBack({ text })).toEqual({
    columns: [
      ...["l Nullable(Int64)", "i Nullable(Int32)", "r Nullable(Float64)", "b Nullable(Bool)", "s String"],
      ...["d Nullable(String)", "t Nullable(DateTime64(9, 'UTC'))", "span Nullable(String)", "g Nullable(UUID)"],
      "x Nullable(Decimal(38, 18))",
    ].join(", "),
    rows: [
      `[9223372036854775807, -5, 1.5, true, "=1\\u0000é\u202e", "{\\"n\\":9007199254740993}", "2026-10-14 03:00:00.123456700", "-1.02:03:04.0000005", "74be27de-1e4e-49d9-b579-fe0b331d3642", 1.5]`,
    ],
  });
});

test("what is missing is null, and an empty result is a file with its columns", async () => {
  const text = `print l = long(null), i = int(null), r = real(null), b = bool(null), s = "", d = dynamic(null), t = datetime(null),
    span = timespan(null), g = guid(null), x = decimal(null)`;
  const { columns, rows } = await readBack({ text });
  expect(rows).toEqual([`[null, null, null, null, "", null, null, null, null, null]`]);
  expect(await readBack({ text: `${text} | where s == "x"` })).toEqual({ columns, rows: [] });
});

test("all rows are there in their order, also of a query that works outside the engine", async () => {
  const { rows } = await readBack({ text: "range n from 1 to 70000 step 1 | order by n desc" });
  expect([rows.length, rows[0], rows.at(-1)]).toEqual([70_000, "[70000]", "[1]"]);
  const stepped = await readBack({
    text: `print a = dynamic([1, 2, 30]) | extend fit = series_fit_line_dynamic(a).rsquare`,
  });
  expect(stepped.rows).toHaveLength(1);
});

test("the same moment and range are asked again", async () => {
  const now = "2026-10-14T10:00:00.1234567Z";
  expect(await readBack({ text: "print now()", now })).toMatchObject({ rows: [`["2026-10-14 10:00:00.123456700"]`] });
});

test("a result beyond the limit is no file, and neither is what Parquet cannot hold", async () => {
  expect(await readBack({ text: "range n from 1 to 10 step 1", limits: { rows: 10 } })).toMatchObject({
    columns: "n Nullable(Int64)",
  });
  const beyond = { text: "range n from 1 to 11 step 1", limits: { rows: 10 } };
  expect(await problemOf(beyond)).toMatchObject({ status: 413, code: "result-too-large" });
  expect(await problemOf({ text: "print a = 1, t = datetime(9999-12-31)" })).toMatchObject({
    ...{ status: 422, code: "unsettled-rows" },
    detail: expect.stringMatching(/no datetimes before .*`t`.*tostring\(\)/),
  });
  expect(await problemOf({ text: "print x = decimal(123456789012345678901)" })).toMatchObject({
    detail: expect.stringMatching(/at most 20 digits.*`x`/),
  });
  expect(await problemOf({ text: "SigninLogs | project-away *" })).toMatchObject({ status: 422, code: "no-columns" });
  const wrong = { status: 422, code: "query-wrong", detail: expect.stringMatching(/^line 2, column 3: /) };
  expect(await problemOf({ text: "SigninLogs\n| wher x" })).toMatchObject(wrong);
  // Nothing of a file that failed is in the next one.
  expect(await readBack({ text: "print a = 1" })).toEqual({ columns: "a Nullable(Int64)", rows: ["[1]"] });
});

test("the file has its type, is not kept, and is for those alone who may ask", async () => {
  const post = () =>
    fetch(`${server.origin}/api/v1/query/parquet`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: "print a = 1" }),
    });
  const { headers } = await post();
  expect(["content-type", "content-disposition", "cache-control"].map((name) => headers.get(name))).toEqual([
    "application/vnd.apache.parquet",
    "attachment",
    "no-store",
  ]);
  server.signIn(undefined);
  expect((await post()).status).toBe(401);
  server.signIn("reader");
  expect((await post()).status).toBe(200);
  server.signIn("admin");
});

test("leaving stops the query", async () => {
  const leaving = new AbortController();
  const text = "range a from 1 to 100000000 step 1 | extend b = hash_sha256(tostring(a)) | summarize dcount(b)";
  const first = server.client.file("exportQuery", { body: { text }, signal: leaving.signal }).next();
  while ((await running("SHA256")) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  leaving.abort();
  await expect(first).rejects.toThrow(/abort/i);
  await expect.poll(() => running("SHA256"), { timeout: 10_000 }).toBe(0);
});

test("the query's answer says what now was, so that the same can be asked again", async () => {
  const [columns] = await listOf(server.client.parts("runQuery", { body: { text: "print now()" } }));
  expect(columns).toMatchObject({ now: "2026-10-14T03:00:00.0000000Z" });
});
