import { join } from "node:path";
import type { Column, Step } from "@calypso/kql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEmbeddedStore } from "../../store/open.js";
import type { Store } from "../../store/store.js";
import { failureOf, linesOfSelect, temporaryStore, testContext } from "../../store/testing/temporary-store.js";
import { type StepLimits, withSteps } from "./run-steps.js";
import type { RowTransform } from "./transform.js";

let store: Store;
let folder: string;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ store, folder, close } = await temporaryStore());
});
afterAll(async () => {
  await store.close();
  await close();
});

/** Gives every row as it came. */
const same: RowTransform = async function* (batches) {
  for await (const batch of batches) yield* batch;
};

/** Keeps every row, and then gives them the other way round. */
const reversed: RowTransform = async function* (batches, scope) {
  const kept = [];
  for await (const batch of batches) {
    scope.hold(batch.length * 100);
    kept.push(...batch);
  }
  yield* kept.reverse();
};

/** Never ends by itself. */
const endless: RowTransform = async function* (batches, scope) {
  for await (const batch of batches) yield* batch;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    scope.check();
  }
};

const transforms = new Map(Object.entries({ same, reversed, endless }));
const numbers: readonly Column[] = [{ name: "n", type: "long" }];
const table = "_calypso_step_1";

/** A step over as many numbers. */
function over(rows: number, kind: string, change: Partial<Step> = {}): Step {
  const rowsSql = `SELECT concat('["', toString(number), '"]') FROM numbers(${rows})`;
  return {
    table,
    columns: numbers,
    ordered: false,
    reads: numbers,
    rowsSql,
    transform: { kind },
    construct: kind,
    ...change,
  };
}

function answer(steps: readonly Step[], sql: string, limits: Partial<StepLimits> = {}): Promise<readonly string[]> {
  return withSteps(store, steps, { ...store.limits, ...limits }, () => linesOfSelect(store, sql), transforms);
}

const left = () => linesOfSelect(store, "SELECT name FROM system.tables WHERE name LIKE '%step%'");

describe("rows outside the engine", () => {
  test("come back as they were, whatever their types", async () => {
    const cells: readonly (readonly [Column["type"], string, string])[] = [
      ["bool", "true", "toNullable(true)"],
      ["bool", "null", "CAST(NULL AS Nullable(Bool))"],
      ["int", "-2147483648", "toInt32(-2147483648)"],
      ["long", '"9223372036854775807"', "9223372036854775807"],
      ["long", "null", "CAST(NULL AS Nullable(Int64))"],
      ["real", "0.1", "0.1"],
      ["real", '"NaN"', "nan"],
      ["real", '"-Infinity"', "-inf"],
      ["decimal", '"1.000000000000000001"', "toDecimal256('1.000000000000000001', 18)"],
      ["string", '"naïve \\" 😀\\n"', "'naïve \" 😀\\n'"],
      ["datetime", '"-621355968000000000"', "toDateTime64('0001-01-01 00:00:00', 7, 'UTC')"],
      ["datetime", '"2534023007999999999"', "toDateTime64('9999-12-31 23:59:59.9999999', 7, 'UTC')"],
      ["timespan", '"-1"', "-1"],
      ["guid", '"ae3133f2-6e22-49ae-b06a-16e6a9b212eb"', "toUUID('ae3133f2-6e22-49ae-b06a-16e6a9b212eb')"],
      ["dynamic", '"{\\"n\\":12345678901234567890}"', `'{"n":12345678901234567890}'`],
      ["dynamic", '""', "''"],
    ];
    const columns = cells.map(([type], index): Column => ({ name: `c${index}`, type }));
    const line = `[${cells.map(([, text]) => text).join(",")}]`;
    const rowsSql = `SELECT '${line.replaceAll("\\", "\\\\")}'`;
    const texts = columns.map(({ name }) => `ifNull(toString(${name}), 'null')`);
    const [row] = await answer(
      [over(1, "same", { columns, reads: columns, rowsSql })],
      `SELECT [${texts}] FROM ${table}`,
    );
    const wanted = cells.map(([, , sql]) => `ifNull(toString(${sql}), 'null')`);
    expect(row).toBe((await linesOfSelect(store, `SELECT [${wanted}]`))[0]);
  });

  test("are many, and keep the order that they come back in", async () => {
    const ordered = [...numbers, { name: "#row", type: "long" as const }];
    const sql = `SELECT n FROM ${table} ORDER BY \`#row\` LIMIT 3`;
    expect(await answer([over(30_000, "reversed", { columns: ordered, ordered: true })], sql)).toEqual([
      "29999",
      "29998",
      "29997",
    ]);
    expect(await left()).toEqual([]);
  });

  test("are read by later steps", async () => {
    const second = "_calypso_step_2";
    const rowsSql = `SELECT concat('["', toString(n + 1), '"]') FROM ${table}`;
    const steps = [over(2, "same"), over(0, "same", { table: second, rowsSql })];
    expect(await answer(steps, `SELECT n FROM ${second} ORDER BY n`)).toEqual(["1", "2"]);
  });
});

describe("a step", () => {
  test.each([
    ["keeps too much", over(30_000, "reversed"), { maxStepBytes: 1_000_000 }, "step-memory", "`reversed`"],
    ["reads too much", over(300_000, "same"), { maxStepBytes: 1_000_000 }, "step-memory", "`same`"],
    ["takes too long", over(1, "endless"), { maxSeconds: 0.3 }, "query-timeout", "`endless`"],
    ["is stopped", over(1, "endless"), { signal: AbortSignal.timeout(100) }, "query-cancelled", "stopped"],
    ["reads what is wrong", over(1, "same", { rowsSql: "SELECT throwIf(1)" }), {}, "bad-value", "value"],
  ])("that %s says so and leaves nothing behind", async (_name, step, limits, code, words) => {
    const failure = await failureOf(answer([step], "SELECT 1", limits));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(words);
    expect(await left()).toEqual([]);
  });

  test("of a process that was killed is cleared away when the workspace is opened again", async () => {
    await store.makeScratch(`${store.scratchPrefix()}1`, numbers);
    expect(await left()).toHaveLength(1);
    await store.close();
    store = await openEmbeddedStore(testContext(folder), join(folder, "workspace"));
    expect(await left()).toEqual([]);
  });
});
