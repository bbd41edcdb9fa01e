import { afterAll, beforeAll, expect, test } from "vitest";
import type { Reading, Store } from "./store.js";
import { failureOf, temporaryStore } from "./testing/temporary-store.js";

let store: Store;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ store, close } = await temporaryStore());
  await store.command("CREATE TABLE counted (a Int64, s String) ENGINE = MergeTree ORDER BY a");
  await store.command("INSERT INTO counted SELECT number, repeat('x', 10) FROM numbers(100000)");
});
afterAll(() => close());

async function linesAndReadings(sql: string, maxResultRows = 1_000_000) {
  const readings: Reading[] = [];
  const lines: string[] = [];
  for await (const line of store.lines(sql, { maxResultRows, onRead: (reading) => readings.push(reading) })) {
    lines.push(line);
  }
  return { lines, readings };
}

test("the rows and bytes that the engine read are told after the last line", async () => {
  const { lines, readings } = await linesAndReadings("SELECT s FROM counted WHERE NOT ignore(a)");
  expect(lines).toHaveLength(100_000);
  // Eight bytes for the number; ten for the text, and nine for where it ends and what ends it, or eight.
  expect(readings).toEqual([{ rows: 100_000n, bytes: expect.any(BigInt) }]);
  expect(readings[0]?.bytes).toBeGreaterThanOrEqual(1_800_000n);
  expect(readings[0]?.bytes).toBeLessThanOrEqual(2_700_000n);
});

test("lines are the same with and without it, whatever stands in them", async () => {
  const texts = ["", "a\tb", "\\n ' ${data} \\", "7 7", "ä😀", '["x",1]'];
  const sql = `SELECT x FROM (SELECT arrayJoin([${texts.map((text) => `'${text.replace(/[\\']/g, "\\$&")}'`).join(", ")}]) AS x)`;
  expect((await linesAndReadings(sql)).lines).toEqual(texts);
});

test("no rows, and rows of a failed result, are not taken for a reading", async () => {
  expect((await linesAndReadings("SELECT s FROM counted WHERE a < 0")).lines).toEqual([]);
  expect(await failureOf(linesAndReadings("SELECT s FROM counted", 10))).toMatchObject({ code: "result-too-large" });
  const failing = "SELECT toString(throwIf(a = 99999)) FROM counted";
  expect(await failureOf(linesAndReadings(failing))).toMatchObject({ code: "bad-value" });
  expect((await linesAndReadings("SELECT 'next'")).lines).toEqual(["next"]);
});
