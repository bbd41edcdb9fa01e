import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../store/store.js";
import { failureOf, temporaryStore } from "../store/testing/temporary-store.js";
import { errorFrom, errorOf, warningsOf } from "./query-error.js";
import { type QueryRequest, runQuery } from "./run-query.js";

let store: Store;
let folder: string;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ store, folder, close } = await temporaryStore());
});
afterAll(() => close());

async function rowsOf(text: string, more: Partial<QueryRequest> = {}): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for await (const row of (await runQuery(store, { text, now: 0n, ...more })).rows) rows.push(JSON.parse(row));
  return rows;
}

describe("a query", () => {
  test("reads a shipped table that no data has come for as empty", async () => {
    expect(await rowsOf("SecurityEvent | count")).toEqual([[0]]);
  });

  test("reads what was stored, hidden columns and the time of ingestion too", async () => {
    await store.ensureTable("Own_CL", [
      { name: "TimeGenerated", type: "datetime" },
      { name: "Name", type: "string" },
      { name: "Value", type: "dynamic" },
    ]);
    await store.command(
      `INSERT INTO Own_CL (TimeGenerated, Name, Value, _ItemId) SELECT toDateTime64('2026-10-14 03:00:00', 7, 'UTC'), 'a', '{"b":[1]}', 'i'`,
    );
    expect(await rowsOf("Own_CL")).toEqual([["2026-10-14T03:00:00.0000000Z", "a", { b: [1] }]]);
    expect(
      await rowsOf("Own_CL | project _ItemId, new = ingestion_time() > datetime(2020-01-01), n = tolong(Value.b[0])"),
    ).toEqual([["i", true, 1]]);
  });

  test("loads the files of externaldata for as long as it reads them", async () => {
    writeFileSync(join(folder, "list.csv"), "ip,score\n10.0.0.1,5\n10.0.0.2,7\n");
    const query =
      "externaldata(ip: string, score: long)['https://x.example/list.csv'] with (format='csv', ignoreFirstRecord=true) | where score > 5";
    expect(await Promise.all([rowsOf(query), rowsOf(query)])).toEqual([[["10.0.0.2", 7]], [["10.0.0.2", 7]]]);
    const missing = await runQuery(store, { text: "externaldata(a: string)['https://x.example/none.csv']", now: 0n });
    expect(await failureOf(missing.rows[Symbol.asyncIterator]().next())).toMatchObject({ code: "external-missing" });
  });

  test("that is wrong has no rows, and says why with its place", async () => {
    const { compilation } = await runQuery(store, { text: "Own_CL\n| where Nope == 1\n| summarize by", now: 0n });
    expect(errorOf(compilation)).toMatchObject({ line: 3 });
    const warned = await runQuery(store, { text: "Own_CL\n| where Nope == 1", now: 0n });
    expect(errorOf(warned.compilation)).toBeUndefined();
    expect(warningsOf(warned.compilation)).toMatchObject([{ code: "unknown-column", line: 2, column: 9 }]);
  });

  test("keeps to its limits", async () => {
    const failure = await rowsOf("range i from 1 to 10 step 1", { limits: { maxResultRows: 5 } }).catch(errorFrom);
    expect(failure).toMatchObject({ code: "result-too-large" });
    const stopped = await rowsOf("print 1", { signal: AbortSignal.abort() }).catch(errorFrom);
    expect(stopped).toEqual({ code: "query-cancelled", message: "the query was stopped" });
  });
});

describe("what was thrown", () => {
  test("and is no failure is called a fault, in one line", () => {
    expect(errorFrom(new Error("it broke\n    at somewhere"))).toEqual({
      code: "internal-error",
      message: "a fault in Calypso: it broke",
    });
  });
});
