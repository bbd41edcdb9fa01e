import type { Rule } from "@calypso/catalog";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestPlace, testPlaces } from "../state/testing/places.js";
import { failedSignIns, type TestBench, type TestService, testBench } from "./testing/bench.js";

describe.each(Object.entries(testPlaces))("state: %s", (_name, makePlace) => {
  let place: TestPlace;
  let bench: TestBench;

  beforeEach(async () => {
    place = await makePlace();
    bench = await testBench();
  });

  afterEach(async () => {
    await bench.close();
    await place.remove();
  });

  /** Runs rules for twenty minutes over two sign-ins, and gives the rows of the ledger that were tried. */
  async function ledgerOf(rules: readonly Rule[], work: (one: TestService) => void = () => {}) {
    bench.at("10:00:00");
    const one = await bench.start(place.place, rules);
    try {
      await bench.load(
        "SigninLogs",
        ["10:03:00", "10:08:00"].map((time) => ({
          TimeGenerated: `2026-05-01T${time}Z`,
          UserPrincipalName: "ann@corp.example",
          ResultType: "50126",
        })),
      );
      bench.at("10:20:00");
      while ((await one.service.tick()) > 0);
      work(one);
      const rows = await one.state.db.selectFrom("windows").selectAll().orderBy("window_to").execute();
      return rows.filter(({ attempts }) => attempts > 0);
    } finally {
      await one.close();
    }
  }

  test("the ledger says what the engine read for a window, exactly", async () => {
    const rows = await ledgerOf([failedSignIns("r-1")]);
    const total = rows.reduce((sum, row) => sum + (row.rows_read ?? 0n), 0n);
    expect(rows.every(({ rows_read, bytes_read }) => (rows_read === 0n) === (bytes_read === 0n))).toBe(true);
    expect(rows.every(({ rows_read }) => typeof rows_read === "bigint")).toBe(true);
    expect(total).toBeGreaterThanOrEqual(2n);
  });

  test("what questions to the data and steps outside the engine read is counted", async () => {
    const plain = await ledgerOf([failedSignIns("r-1", "", "range i from 1 to 3 step 1 | where i > 5")]);
    expect(plain.map(({ rows_read }) => rows_read)).toEqual(plain.map(() => plain[0]?.rows_read));
    await place.remove();
    place = await makePlace();
    const query =
      'range i from 1 to 3 step 1 | extend c = parse_command_line(strcat("a ", i), "windows") | where i > 5';
    const stepped = await ledgerOf([failedSignIns("r-1", "", query)]);
    expect(stepped[0]?.rows_read).toBeGreaterThan(plain[0]?.rows_read ?? 0n);
  });

  test("a rule's own limits of time and memory hold, and the others run on", async () => {
    const endless = "range i from 1 to 100000000000 step 1 | where hash_sha256(tostring(i)) == 'a' | count";
    const wide = "range i from 1 to 1000000 step 1 | summarize make_set(strcat('x', i), 10000000)";
    const ledger = await ledgerOf([
      { ...failedSignIns("r-1", "", endless), timeout: 300 },
      { ...failedSignIns("r-2", "", wide), memory: 20_000_000 },
      failedSignIns("r-3"),
    ]);
    const codes = (rule: string) => new Set(ledger.filter((row) => row.rule_id === rule).map((row) => row.error_code));
    expect(codes("r-1")).toEqual(new Set(["query-timeout"]));
    expect(codes("r-2")).toEqual(new Set(["query-memory"]));
    expect(ledger.filter((row) => row.rule_id === "r-3" && row.alerts === 1)).toHaveLength(2);
  });

  test("a rule that returns too many rows fails in its ledger, is told once, and the others run on", async () => {
    const many = failedSignIns("r-1", "", "range i from 1 to 1000000 step 1 | extend t = 'a row'");
    const heavy = failedSignIns("r-2", "", "range i from 1 to 400000 step 1 | extend t = strrep('a row', 400)");
    const told: string[] = [];
    const ledger = await ledgerOf([many, { ...heavy, memory: 50_000_000 }, failedSignIns("r-3")], ({ events }) => {
      told.push(...events.flatMap((event) => (event.kind === "failed" ? [event.message] : [])));
    });
    const of = (rule: string) => ledger.filter((row) => row.rule_id === rule);
    expect(of("r-1").length).toBeGreaterThan(1);
    for (const row of of("r-1")) expect(row).toMatchObject({ state: "failed", error_code: "result-too-large" });
    for (const row of of("r-2")) expect(row.error_code).toMatch(/^(?:result-too-large|query-memory)$/);
    expect(told.filter((message) => message.startsWith("the result has more rows than the limit"))).toHaveLength(1);
    expect(told).toHaveLength(2);
    expect(of("r-3").filter((row) => row.alerts === 1)).toHaveLength(2);
  });
});
