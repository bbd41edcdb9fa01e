import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type TestPlace, testPlaces } from "../state/testing/places.js";
import { changeIncident } from "./incident-changes.js";
import { dueWindows } from "./ledger.js";
import { failedSignIns, type TestBench, type TestService, testBench } from "./testing/bench.js";

describe.each(Object.entries(testPlaces))("state: %s", (_name, makePlace) => {
  let place: TestPlace;
  let bench: TestBench;
  const open: TestService[] = [];

  beforeAll(async () => {
    bench = await testBench();
  });
  beforeEach(async () => {
    place = await makePlace();
  });

  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    await bench.empty();
    await place.remove();
  });
  afterAll(() => bench.close());

  async function start(...args: Parameters<TestBench["start"]> extends [string, ...infer Rest] ? Rest : never) {
    const one = await bench.start(place.place, ...args);
    open.push(one);
    return one;
  }

  async function stop(one: TestService) {
    open.splice(open.indexOf(one), 1);
    await one.close();
  }

  const ledger = async ({ state }: TestService, rule?: string) => {
    const rows = await state.db
      .selectFrom("windows")
      .selectAll()
      .$if(rule !== undefined, (query) => query.where("rule_id", "=", rule ?? ""))
      .orderBy("rule_id")
      .orderBy("window_to")
      .execute();
    return rows.map(({ window_from, window_to, state, alerts }) => {
      const time = (date: Date) => date.toISOString().slice(11, 19);
      return `${time(window_from)}-${time(window_to)} ${state}${alerts === null ? "" : ` ${alerts}`}`;
    });
  };

  /** Runs until nothing is due. */
  const settle = async ({ service }: TestService) => {
    while ((await service.tick()) > 0);
  };

  const signIn = (time: string, user: string, result = "50126") => ({
    TimeGenerated: `2026-05-01T${time}Z`,
    UserPrincipalName: `${user}@corp.example`,
    ResultType: result,
  });

  test("windows follow each other without a gap, wait for late logs, and alert once", async () => {
    bench.at("10:00:00");
    const one = await start([failedSignIns("r-1")]);
    await settle(one);
    const [first, next] = await ledger(one);
    expect(first).toMatch(/ done 0$/);
    expect(next).toMatch(/ planned$/);
    expect(first?.slice(9, 17)).toBe(next?.slice(0, 8));
    await bench.load("SigninLogs", [
      signIn("09:58:30", "ann"),
      signIn("09:59:00", "bob"),
      signIn("09:59:10", "cat", "0"),
    ]);
    bench.at("10:04:59");
    await settle(one);
    bench.at("10:20:00");
    await settle(one);
    await settle(one);
    const alerts = one.events.flatMap((event) => (event.kind === "alert" ? [event.raised.alert] : []));
    expect(alerts.map(({ rows, entities }) => [rows, entities.map(({ fullName }) => fullName)])).toEqual([
      [2, ["ann@corp.example", "bob@corp.example"]],
    ]);
    const lines = await ledger(one);
    for (const [index, line] of lines.entries()) {
      if (index > 0) expect(line.slice(0, 8)).toBe(lines[index - 1]?.slice(9, 17));
    }
    expect(lines.filter((line) => line.endsWith(" done 1"))).toHaveLength(1);
    expect(lines.at(-1)).toMatch(/ planned$/);
  });

  test("what a pause left out is owed, and run in order, each once", async () => {
    bench.at("10:00:00");
    const first = await start([failedSignIns("r-1")]);
    await settle(first);
    await stop(first);
    await bench.load(
      "SigninLogs",
      ["10:07:00", "10:22:00", "10:41:00"].map((time) => signIn(time, "ann")),
    );
    bench.at("11:00:00");
    const second = await start([failedSignIns("r-1")]);
    await settle(second);
    expect(second.events.find(({ kind }) => kind === "owed")).toMatchObject({ count: expect.any(Number) });
    const done = second.events.flatMap((event) => (event.kind === "done" ? [event.window.window_to.getTime()] : []));
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(new Set(done).size).toBe(done.length);
    expect(done.length).toBeGreaterThanOrEqual(11);
    expect(second.events.filter(({ kind }) => kind === "alert")).toHaveLength(3);
    bench.at("10:30:00");
    await settle(second);
    expect((await ledger(second)).filter((line) => / (?:planned|owed)$/.test(line))).toHaveLength(1);
  });

  test("what is due now goes before what is owed", async () => {
    bench.at("10:00:00");
    const one = await start([failedSignIns("r-2")]);
    await settle(one);
    const planned = one.state.db.selectFrom("windows").select("due_at").where("state", "=", "planned");
    const { due_at } = await planned.executeTakeFirstOrThrow();
    await stop(one);
    const other = await start([failedSignIns("r-1")]);
    await settle(other);
    await stop(other);
    bench.at(new Date(due_at.getTime() + 2 * 3_600_000 + 10_000));
    const both = await start([failedSignIns("r-1"), failedSignIns("r-2")], { concurrency: 1 });
    await settle(both);
    const done = both.events.flatMap((event) => (event.kind === "done" ? [event.rule.id] : []));
    expect(done.length).toBeGreaterThan(20);
    expect(done.indexOf("r-2")).toBe(0);
  });

  test("what is owed has half of a round, however much is due now", async () => {
    bench.at("10:00:00");
    const ids = Array.from({ length: 8 }, (_, index) => `r-${index}`);
    const { state } = await start(ids.map((id) => failedSignIns(id)));
    const now = new Date("2026-05-01T10:00:00Z");
    const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
    await state.db
      .insertInto("windows")
      .values(
        ids.map((id, index) => ({
          rule_id: id,
          window_from: ago(1200),
          window_to: ago(900),
          due_at: ago(index < 4 ? 600 + index : 10 + index),
          state: index < 4 ? "owed" : "planned",
        })),
      )
      .execute();
    const due = async (most: number) => (await dueWindows(state, now, most)).map(({ rule_id }) => rule_id);
    expect(await due(4)).toEqual(["r-7", "r-6", "r-3", "r-2"]);
    expect(await due(100)).toEqual(["r-7", "r-6", "r-5", "r-4", "r-3", "r-2", "r-1", "r-0"]);
  });

  test("a window that a killed service had begun is run again, and its alert is there once", async () => {
    await bench.load("SigninLogs", [signIn("09:58:30", "ann")]);
    bench.at("10:10:00");
    const first = await start([failedSignIns("r-1")]);
    await first.service.tick();
    await first.state.db.updateTable("windows").set({ state: "running" }).where("state", "=", "planned").execute();
    await stop(first);
    bench.at("10:20:00");
    const second = await start([failedSignIns("r-1")]);
    await settle(second);
    expect((await ledger(second)).filter((line) => line.includes("running"))).toEqual([]);
    const rows = await second.state.db.selectFrom("alerts").selectAll().execute();
    expect(rows.length).toBeLessThanOrEqual(1);
    expect(await bench.rows("SecurityAlert | count")).toEqual([[rows.length]]);
  });

  test("alerts and incidents are rows that KQL reads in Sentinel's columns", async () => {
    bench.at("10:00:00");
    const details = "customDetails:\n  Result: ResultType\n";
    const one = await start([failedSignIns("R-1", details)]);
    for (const minute of ["05", "10"]) {
      bench.at(`10:${minute}:00`);
      await settle(one);
    }
    await bench.load("SigninLogs", [signIn("10:06:00", "bob")]);
    bench.at("10:30:00");
    await settle(one);
    const text = `SecurityAlert
| extend Properties = parse_json(ExtendedProperties), Entity = parse_json(Entities)[0]
| project AlertName, AlertSeverity, ProviderName, Tactics, Name = tostring(Entity.Name), Kind = tostring(Entity.Type),
    Result = tostring(parse_json(tostring(Properties["Custom Details"])).Result[0]), Operator = tostring(Properties["Trigger Operator"]), SystemAlertId`;
    const [alert] = await bench.rows(text);
    expect(alert?.slice(0, 8)).toEqual([
      "Failed R-1",
      "Medium",
      "ASI Scheduled Alerts",
      "CredentialAccess",
      "bob",
      "account",
      "50126",
      "GreaterThan",
    ]);
    const incident = (await one.state.db.selectFrom("incidents").select("id").executeTakeFirstOrThrow()).id;
    const now = bench.at("10:31:00");
    const change = { status: "Closed", classification: "TruePositive", comment: "seen" } as const;
    await changeIncident(one.state, incident, change, { by: "ann", now });
    await one.service.tick();
    expect(
      await bench.rows(
        "SecurityIncident | sort by LastModifiedTime asc | project Status, Classification, IncidentNumber, AlertIds[0], Comments[0].message, ModifiedBy",
      ),
    ).toEqual([
      ["New", "", 1, alert?.[8], null, "Calypso"],
      ["Closed", "TruePositive", 1, alert?.[8], "seen", "ann"],
    ]);
  });

  test("a rule that cannot run fails in its ledger and is told once, and the others run on", async () => {
    await bench.load("SigninLogs", [signIn("09:58:30", "ann")]);
    bench.at("10:00:00");
    const broken = failedSignIns("b-1", "", "SigninLogs | whre ResultType != 0");
    const one = await start([broken, failedSignIns("r-1")]);
    for (const minute of ["00", "10", "20"]) {
      bench.at(`10:${minute}:00`);
      await settle(one);
    }
    expect((await ledger(one, "b-1")).slice(0, -1).every((line) => line.endsWith(" failed"))).toBe(true);
    expect(one.events.filter(({ kind }) => kind === "failed")).toHaveLength(1);
    expect((await ledger(one, "r-1")).filter((line) => line.endsWith(" done 1"))).toHaveLength(1);
    const failed = await one.state.db.selectFrom("windows").selectAll().where("state", "=", "failed").execute();
    expect(failed[0]).toMatchObject({ error_code: "KS176", attempts: 1 });
  });

  test("suppression passes windows over, and says so", async () => {
    await bench.load(
      "SigninLogs",
      ["10:01:00", "10:07:00", "10:13:00", "10:31:00"].map((time) => signIn(time, "ann")),
    );
    bench.at("10:05:00");
    const one = await start([failedSignIns("r-1", "suppressionEnabled: true\nsuppressionDuration: 20m\n")]);
    bench.at("10:50:00");
    await settle(one);
    const lines = await ledger(one);
    const states = lines.map((line) => line.slice(18));
    const alerted = states.indexOf("done 1");
    expect(states.slice(alerted + 1, alerted + 4)).toEqual(["suppressed", "suppressed", "suppressed"]);
    expect(states[alerted + 4]).toMatch(/^done/);
  });

  test("a new version of a rule runs from the next window on, and the ledger says which ran", async () => {
    bench.at("10:00:00");
    const first = await start([failedSignIns("r-1")]);
    await settle(first);
    const changed = { ...failedSignIns("r-1"), severity: "High" as const };
    await first.service.takeUp([changed]);
    await bench.load("SigninLogs", [signIn("10:06:00", "ann")]);
    bench.at("10:20:00");
    await settle(first);
    expect(first.events.flatMap((event) => (event.kind === "alert" ? [event.raised.alert.severity] : []))).toEqual([
      "High",
    ]);
    const ran = await first.state.db
      .selectFrom("windows")
      .select("version")
      .distinct()
      .where("state", "=", "done")
      .execute();
    expect(ran).toHaveLength(2);
  });

  test("windows cut by arrival see logs that come late, once", async () => {
    // The engine itself notes when a row arrives.
    const began = Date.now();
    const after = (minutes: number) => bench.at(new Date(began + minutes * 60_000));
    after(-10);
    const one = await start([{ ...failedSignIns("r-1"), cutBy: "arrival" as const }, failedSignIns("r-2")]);
    await settle(one);
    const time = new Date(began - 3_600_000).toISOString();
    await bench.load("SigninLogs", [
      { TimeGenerated: time, UserPrincipalName: "ann@corp.example", ResultType: "50126" },
    ]);
    for (const minutes of [10, 20, 60]) {
      after(minutes);
      await settle(one);
    }
    expect(one.events.flatMap((event) => (event.kind === "alert" ? [event.rule.id] : []))).toEqual(["r-1"]);
  });

  test("a rule that goes from its folder runs no more, and owes nothing when it comes back", async () => {
    bench.at("10:00:00");
    const first = await start([failedSignIns("r-1")]);
    await settle(first);
    await first.service.takeUp([]);
    bench.at("11:00:00");
    await settle(first);
    expect(first.events.filter(({ kind }) => kind === "done")).toHaveLength(1);
    await first.service.takeUp([failedSignIns("r-1")]);
    bench.at("11:06:00");
    await settle(first);
    expect((await ledger(first)).filter((line) => line.includes("done")).length).toBeLessThanOrEqual(4);
  });
});
