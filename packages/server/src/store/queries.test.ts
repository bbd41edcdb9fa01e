import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "./store.js";
import { failureOf, linesOfSelect, temporaryStore } from "./testing/temporary-store.js";

let store: Store;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ store, close } = await temporaryStore());
});
afterAll(() => close());

const endless = "SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))";

async function all(sql: string, options: Parameters<Store["lines"]>[1] = {}): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of store.lines(sql, options)) lines.push(line);
  return lines;
}

describe("what the embedded engine does", () => {
  test("rows of a failed query do not come before those of the next one", async () => {
    const failing = "SELECT throwIf(number = 500000), number FROM numbers(1000000)";
    for (let round = 0; round < 4; round += 1) {
      const failure = await failureOf(all(failing));
      expect(failure).toEqual({ code: "bad-value", message: "a value in the data stopped the query" });
      expect(await all("SELECT 7")).toEqual(["7"]);
    }
  });

  test("rows of a failed statement do not come before those of the next query either", async () => {
    await store.command("CREATE TABLE sink (a UInt64) ENGINE = Memory");
    for (let round = 0; round < 4; round += 1) {
      await failureOf(store.command("SELECT number FROM numbers(1000000) WHERE NOT throwIf(number = 900000)"));
      expect(await all("SELECT 8")).toEqual(["8"]);
    }
  });

  test("limits and read-only hold for one statement and not for the connection", async () => {
    expect(await all("SELECT getSetting('readonly')", { maxSeconds: 1, maxResultRows: 1 })).toEqual(["1"]);
    await store.command("CREATE TABLE after_a_query (a Int64) ENGINE = Memory");
    await store.command("INSERT INTO after_a_query SELECT number FROM numbers(3)");
    expect(await all("SELECT count() FROM after_a_query")).toEqual(["3"]);
    expect(await all("SELECT getSetting('max_result_rows')", { maxResultRows: 5 })).toEqual(["5"]);
    expect(await all("SELECT getSetting('max_result_rows')", { maxResultRows: 9 })).toEqual(["9"]);
  });

  test("queries at the same time each get their own rows", async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        all(`SELECT ${index} FROM numbers(${index + 1}) WHERE sleepEachRow(0.001) = 0`),
      ),
    );
    expect(results).toEqual(Array.from({ length: 20 }, (_, index) => Array(index + 1).fill(String(index))));
  });

  test("a query that is given up stops in the engine, and its connection is free again", async () => {
    const controllers = Array.from({ length: 3 }, () => new AbortController());
    const running = controllers.map((controller) => failureOf(all(endless, { signal: controller.signal })));
    setTimeout(() => {
      for (const controller of controllers) controller.abort();
    }, 200);
    for (const failure of await Promise.all(running)) {
      expect(failure).toEqual({ code: "query-cancelled", message: "the query was stopped" });
    }
    expect(
      await all(
        "SELECT count() FROM system.processes WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%system.processes%'",
      ),
    ).toEqual(["0"]);
    expect(await failureOf(all(endless, { signal: AbortSignal.abort() }))).toMatchObject({ code: "query-cancelled" });
    expect(await all("SELECT 9")).toEqual(["9"]);
  });

  test("a SETTINGS clause inside a SELECT, which would lift the limits, is refused", async () => {
    const nested = "SELECT (SELECT count() FROM file('/etc/hostname', 'LineAsString') SETTINGS readonly=0)";
    expect(await failureOf(all(nested))).toMatchObject({
      message: "a SELECT must not carry a SETTINGS clause of its own",
    });
    expect(await all("SELECT 'SETTINGS \\' readonly=0' AS `settings` /* settings */")).toEqual([
      "SETTINGS ' readonly=0",
    ]);
  });

  test("a SELECT cannot change data or read files", async () => {
    expect(await failureOf(all("INSERT INTO sink SELECT 1"))).toMatchObject({ code: "engine-error" });
    expect(await all("SELECT count() FROM sink")).toEqual(["0"]);
    expect(await failureOf(all("SELECT * FROM file('/etc/hostname', 'LineAsString')"))).toMatchObject({
      code: "store-forbidden",
    });
  });
});

describe("limits", () => {
  test("time", async () => {
    expect(await failureOf(all(endless, { maxSeconds: 1 }))).toEqual({
      code: "query-timeout",
      message: "the query ran longer than its time limit",
    });
  });

  test("memory", async () => {
    const large = "SELECT length(groupArray(toString(number))) FROM numbers(100000000)";
    expect(await failureOf(all(large, { maxMemoryBytes: 1e8 }))).toEqual({
      code: "query-memory",
      message: "the query needs more memory than its limit",
    });
  });

  test("rows, exactly, also where the engine counts each part of a union for itself", async () => {
    const union = "SELECT number FROM numbers(2) UNION ALL SELECT number FROM numbers(2)";
    expect(await all(union, { maxResultRows: 4 })).toHaveLength(4);
    expect(await failureOf(all(union, { maxResultRows: 3 }))).toMatchObject({ code: "result-too-large" });
    expect(await failureOf(all("SELECT number FROM numbers(100)", { maxResultRows: 10 }))).toMatchObject({
      code: "result-too-large",
    });
  });
});

describe("failures", () => {
  test("say what a person can understand, and keep the engine's words in the cause", async () => {
    const thrown = await all("SELECT nope FROM system.one").catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: "engine-error", message: "the engine could not run the SQL of this query" });
    expect(thrown instanceof Error && thrown.cause instanceof Error && thrown.cause.message).toContain("nope");
  });
});

describe("lines", () => {
  test("of a large result are whole, in every script", async () => {
    const lines = await linesOfSelect(store, "SELECT concat(toString(number), repeat('ä€😀', 20)) FROM numbers(30000)");
    expect(lines).toHaveLength(30_000);
    expect(lines.every((line, index) => line === `${index}${"ä€😀".repeat(20)}`)).toBe(true);
  });
});
