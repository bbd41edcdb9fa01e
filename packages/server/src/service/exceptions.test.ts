import { type Rule, readExceptions } from "@calypso/catalog";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestPlace, testPlaces } from "../state/testing/places.js";
import { failedSignIns, type TestBench, type TestService, testBench } from "./testing/bench.js";

const rest = "  owner: o\n  reason: r\n";

describe.each(Object.entries(testPlaces))("exceptions, state: %s", (_name, makePlace) => {
  let place: TestPlace;
  let bench: TestBench;
  let one: TestService | undefined;

  beforeEach(async () => {
    place = await makePlace();
    bench = await testBench();
  });

  afterEach(async () => {
    await one?.close();
    one = undefined;
    await bench.close();
    await place.remove();
  });

  const signIn = (time: string, user: string, address = "192.0.2.1") => ({
    TimeGenerated: `2026-05-01T${time}Z`,
    UserPrincipalName: user,
    IPAddress: address,
    ResultType: "50126",
  });

  function rule(exceptions: string): Rule {
    const read = readExceptions({ name: "exceptions.yaml", text: exceptions });
    expect(read.problems.filter(({ severity }) => severity === "error")).toEqual([]);
    return { ...failedSignIns("r-1"), exceptions: read.exceptions };
  }

  /** Runs until a time of the day, from whatever is due. */
  async function until(time: string) {
    bench.at(time);
    while (((await one?.service.tick()) ?? 0) > 0);
  }

  const told = (service: TestService) =>
    service.events.flatMap((event) =>
      event.kind === "newly-hidden"
        ? [`${event.exception.id} ${event.rows}: ${[...event.values].sort().join(", ")}`]
        : event.kind === "exception-left-out"
          ? [`${event.diagnosis.code} ${event.diagnosis.line}:${event.diagnosis.column}`]
          : event.kind === "alert"
            ? [`alert ${event.raised.alert.rows}`]
            : [],
    );

  test("the ledger says how many rows were hidden; whom an exception had not hidden before is told once", async () => {
    bench.at("10:00:00");
    one = await bench.start(place.place, [
      rule(`office:\n  rules: all\n  fields: { IPAddress: 192.0.2.0/24 }\n${rest}ann:
  rules: [R-1]\n  condition: UserPrincipalName has "ann"\n${rest}`),
    ]);
    await until("10:00:00");
    await bench.load("SigninLogs", [
      signIn("10:01:00", "ann@corp.example"),
      signIn("10:01:01", "ann@corp.example"),
      signIn("10:11:00", "ann@corp.example"),
      signIn("10:11:01", "bob@corp.example"),
      signIn("10:11:02", "cat@corp.example", "198.51.100.1"),
      signIn("10:21:00", "bob@corp.example"),
      signIn("10:21:01", "bad\u0000name"),
    ]);
    await until("10:40:00");
    expect(told(one)).toEqual([
      "office 2: Account ann@corp.example",
      "ann 2: Account ann@corp.example",
      "alert 1",
      "office 2: Account bob@corp.example",
      expect.stringMatching(/^office 2: Account bad/),
    ]);
    const windows = await one.state.db
      .selectFrom("windows")
      .select(["window_to", "result_rows", "hidden_rows", "alerts"])
      .where("hidden_rows", ">", 0)
      .orderBy("window_to")
      .execute();
    expect(windows.map(({ result_rows, hidden_rows, alerts }) => [result_rows, hidden_rows, alerts])).toEqual([
      [0, 2, 0],
      [1, 2, 1],
      [0, 2, 0],
    ]);
    const hits = await one.state.db
      .selectFrom("exception_hits")
      .selectAll()
      .orderBy("window_to")
      .orderBy("exception_id")
      .execute();
    expect(hits.map(({ exception_id, rows }) => `${exception_id} ${rows}`)).toEqual([
      "ann 2",
      "office 2",
      "ann 1",
      "office 2",
      "office 2",
    ]);
    expect(hits.at(-1)?.window_to).toEqual(windows.at(-1)?.window_to);
    const done = one.events.flatMap((event) => (event.kind === "done" && event.hidden > 0 ? [event.hidden] : []));
    expect(done).toEqual([2, 2, 2]);
  });

  test("where the rule has no entities, new values of the columns that the condition reads are told", async () => {
    bench.at("10:00:00");
    const { entityMappings: _none, ...plain } = rule(`a:\n  rules: all\n  condition: ResultType == "50126"\n${rest}`);
    one = await bench.start(place.place, [{ ...plain, entityMappings: [] }]);
    await until("10:00:00");
    await bench.load("SigninLogs", [signIn("10:01:00", "ann@corp.example"), signIn("10:11:00", "bob@corp.example")]);
    await until("10:30:00");
    expect(told(one)).toEqual(["a 1: ResultType: 50126"]);
  });

  test("an exception without effect is told once, and the rule raises its alerts", async () => {
    bench.at("10:00:00");
    one = await bench.start(place.place, [rule(`gone:\n  rules: [r-1]\n  condition: Nobody == 1\n${rest}`)]);
    await until("10:00:00");
    await bench.load("SigninLogs", [signIn("10:01:00", "ann@corp.example"), signIn("10:11:00", "bob@corp.example")]);
    await until("10:30:00");
    expect(told(one)).toEqual(["unknown-column 3:14", "alert 1", "alert 1"]);
  });

  test("an exception that ends in between hides until then; what it hid counts as a new version of the rule", async () => {
    bench.at("10:00:00");
    one = await bench.start(place.place, [
      rule(`a:\n  rules: all\n  condition: "true"\n  expiry: 2026-05-01T10:09:00Z\n${rest}`),
    ]);
    await until("10:00:00");
    await bench.load("SigninLogs", [signIn("10:01:00", "ann@corp.example"), signIn("10:11:00", "ann@corp.example")]);
    await until("10:30:00");
    expect(told(one)).toEqual(["a 1: Account ann@corp.example", "alert 1"]);
    await one.service.takeUp([failedSignIns("r-1")]);
    const versions = await one.state.db.selectFrom("rule_versions").select("version").execute();
    expect(versions).toHaveLength(2);
  });
});
