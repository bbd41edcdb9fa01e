import { ApiError } from "@calypso/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failedSignIns } from "../service/testing/bench.js";
import { raiseAlerts } from "./testing/incidents.js";
import { type TestServer, testServer } from "./testing/test-server.js";

/** Names that whoever writes a log chooses to attack whoever reads it. */
const hostile = `<img src=x onerror=alert(1)>" | union *\\\u202e'; DROP TABLE incidents--@contoso.example`;

let server: TestServer;
let now = new Date("2026-05-01T10:40:00Z");

beforeAll(async () => {
  server = await testServer({ now: () => now });
  const row = (time: string, user: string, address: string) => ({
    ...{ TimeGenerated: `2026-05-01T${time}Z`, UserPrincipalName: user, IPAddress: address, ResultType: "50126" },
    ...{ LocationDetails: { city: "Oslo" }, Location: "NO", AppDisplayName: "Portal" },
  });
  const rows = [
    row("10:01:00", "ann@contoso.example", "198.51.100.7"),
    row("10:02:00", "bob@contoso.example", "198.51.100.8"),
    row("10:11:00", "ann@contoso.example", "198.51.100.7"),
    row("10:16:00", hostile, "198.51.100.9"),
  ];
  const keys = "alertDetailsOverride:\n  alertDisplayNameFormat: '{{UserPrincipalName}} failed'\n";
  const named = { ...failedSignIns("named", keys), eventGrouping: "AlertPerResult" as const };
  const all = { ...failedSignIns("all"), severity: "High" as const, tactics: ["InitialAccess"] };
  const range = ["2026-05-01T10:00:00Z", "2026-05-01T10:30:00Z"] as const;
  await raiseAlerts(server, { SigninLogs: rows }, [all, named], range);
});
afterAll(() => server.close());

const call = (name: Parameters<TestServer["client"]["call"]>[0], request: object) =>
  server.client.call(name, request as never) as Promise<never>;

async function problemOf(answer: Promise<unknown>) {
  const thrown = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ApiError)) throw new Error(`no problem but ${JSON.stringify(thrown)}`);
  return thrown.problem;
}

describe("the queue", () => {
  test("comes in pages that follow each other without a gap or a double, in every order", async () => {
    const whole = await server.client.call("incidents", { query: {} });
    expect(whole.incidents.length).toBe(7);
    expect(whole.next).toBeUndefined();
    for (const sort of ["created", "-created", "severity", "-severity", "due", "-modified", "alerts"]) {
      const seen: number[] = [];
      let after: string | undefined;
      do {
        const query = { sort, limit: 2, ...(after === undefined ? {} : { after }) };
        const page = await server.client.call("incidents", { query: query as never });
        seen.push(...page.incidents.map(({ number }) => number));
        after = page.next;
      } while (after !== undefined);
      expect([sort, [...seen].sort()]).toEqual([sort, whole.incidents.map(({ number }) => number).sort()]);
    }
    expect(await problemOf(server.client.call("incidents", { query: { after: "WzFd" } }))).toMatchObject({
      status: 422,
      code: "incident-refused",
    });
    const page = (parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString("base64url");
    const refused = [
      server.client.call("incidents", { query: { after: page(["created", "1", "x"]) } }),
      server.client.call("alerts", { query: { after: page(["raised", "1", 1]) } }),
      server.client.call("incidents", { query: { from: "2026-12-31T23:59:60Z" } }),
      server.client.call("alerts", { query: { to: "0000-01-01T00:00:00Z" } }),
    ].map(async (answer) => (await problemOf(answer)).code);
    expect(await Promise.all(refused)).toEqual(["incident-refused", "incident-refused", "bad-request", "bad-request"]);
  });

  test("is filtered by what incidents are and name, and counted by each property without its own choice", async () => {
    const titles = async (query: object) =>
      (await server.client.call("incidents", { query: { sort: "created", ...query } })).incidents.map(
        ({ title }) => title,
      );
    expect(await titles({ severity: ["High"] })).toEqual(["Failed all", "Failed all", "Failed all"]);
    expect(await titles({ text: "ann failed named", sort: "created" })).toHaveLength(2);
    expect(await titles({ text: "%" })).toEqual([]);
    expect(await titles({ entity: `account:${hostile}` })).toEqual(["Failed all", `${hostile} failed`].sort());
    expect(await titles({ tactic: ["InitialAccess"], text: "ann" })).toHaveLength(2);
    expect(await titles({ from: "2026-05-01T10:12:00Z" })).toEqual(await titles({}));
    expect(await titles({ to: "2026-05-01T10:12:00Z" })).toEqual([]);
    expect(await titles({ entity: "account:two\nlines" })).toEqual([]);
    const never = server.client.call("incidents", { query: { from: "2026-12-31T23:59:60Z" } });
    expect((await problemOf(never)).code).toBe("bad-request");
    const { total, counts } = await server.client.call("incidentCounts", { query: { severity: ["High"] } });
    expect(total).toBe(3);
    const of = (facet: string) => counts.filter((one) => one.facet === facet).map(({ value, count }) => [value, count]);
    expect(of("severity")).toEqual([
      ["Medium", 4],
      ["High", 3],
    ]);
    expect(of("rule")).toEqual([["all", 3]]);
    expect(of("owner")).toEqual([["", 3]]);
    expect(counts.find(({ facet }) => facet === "rule")).toMatchObject({ label: "Failed all" });
  });

  test("what is due is told, and an answer and a target that is changed move it", async () => {
    const [first] = (await server.client.call("incidents", { query: { severity: ["High"], sort: "created" } }))
      .incidents;
    if (first === undefined) throw new Error("no incident");
    expect(first).toMatchObject({ sla: "in-time", due: "2026-05-01T11:00:00.000Z" });
    now = new Date("2026-05-01T10:55:00Z");
    const number = String(first.number);
    expect(await server.client.call("incident", { params: { id: number } })).toMatchObject({ sla: "soon" });
    now = new Date("2026-05-01T11:05:00Z");
    const { incidents } = await server.client.call("incidents", { query: { sla: ["over"] } });
    expect(incidents).toHaveLength(3);
    const answered = await server.client.call("changeIncident", {
      params: { id: number },
      body: { comment: "looking" },
    });
    expect(answered).toMatchObject({ sla: "in-time", due: "2026-05-01T18:30:00.000Z", answered: now.toISOString() });
    await server.client.call("setServiceLevel", {
      params: { severity: "High" },
      body: { answerMinutes: 10, closeMinutes: 20 },
    });
    expect(await server.client.call("incident", { params: { id: number } })).toMatchObject({ sla: "over" });
    const wrong = { params: { severity: "High" }, body: { answerMinutes: 30, closeMinutes: 20 } } as const;
    expect(await problemOf(server.client.call("setServiceLevel", wrong))).toMatchObject({ code: "incident-refused" });
    expect((await server.client.call("serviceLevels", {})).levels[0]).toMatchObject({
      ...{ severity: "High", answerMinutes: 10, closeMinutes: 20, changedBy: "Ada" },
    });
  });
});

describe("an incident", () => {
  test("has its alerts, entities, history and what is like it", async () => {
    const { incidents } = await server.client.call("incidents", {
      query: { text: "ann", rule: ["named"], sort: "created" },
    });
    const id = incidents[0]?.id ?? "";
    const found = await server.client.call("incident", { params: { id } });
    expect(found).toMatchObject({
      title: "ann@contoso.example failed",
      rule: { id: "named", name: "Failed named" },
      entities: [{ type: "account", name: "ann@contoso.example", label: "ann@contoso.example", elsewhere: 3 }],
      alerts: [{ rows: 1, entities: [{ type: "account", name: "ann@contoso.example" }] }],
      history: [{ kind: "created", by: "Calypso" }],
    });
    const similar = await server.client.call("similarIncidents", { params: { id } });
    expect(similar.incidents[0]).toMatchObject({ sameRule: true, shared: ["Account ann@contoso.example"] });
    expect(similar.incidents.filter(({ sameRule }) => sameRule)).toHaveLength(3);
    expect(await problemOf(server.client.call("incident", { params: { id: "none" } }))).toMatchObject({ status: 404 });
  });

  test("is closed with what the classification asks for, and a colleague's change is not overwritten", async () => {
    const { incidents } = await server.client.call("incidents", { query: { text: "bob", rule: ["named"] } });
    const [one] = incidents;
    if (one === undefined) throw new Error("no incident");
    const params = { id: one.id };
    const first = await server.client.call("changeIncident", { params, body: { owner: "Ada", seen: one.version } });
    expect(first).toMatchObject({
      owner: "Ada",
      history: [{}, { kind: "changed", by: "Ada", detail: { owner: "Ada" } }],
    });
    const late = server.client.call("changeIncident", { params, body: { owner: "Bob", seen: one.version } });
    expect(await problemOf(late)).toMatchObject({
      ...{ status: 409, code: "incident-changed" },
      detail: "Ada changed owner at 2026-05-01T11:05:00.000Z, after you looked",
    });
    // A comment is in nobody's way.
    await server.client.call("changeIncident", { params, body: { comment: "me too", seen: one.version } });
    const refused = server.client.call("changeIncident", { params, body: { status: "Closed" } });
    expect(await problemOf(refused)).toMatchObject({ status: 422, code: "incident-refused" });
    const body = { status: "Closed", classification: "FalsePositive", classificationReason: "InaccurateData" } as const;
    const closed = await server.client.call("changeIncident", { params, body: { ...body, seen: first.version } });
    expect(closed).toMatchObject({ status: "Closed", classificationReason: "InaccurateData", sla: "met" });
    const similar = await server.client.call("similarIncidents", {
      params: { id: String(incidents[0]?.number === 1 ? 2 : (await newest()).number) },
    });
    expect(similar.verdicts).toEqual([{ classification: "FalsePositive", reason: "InaccurateData", count: 1 }]);
  });

  const newest = async () => {
    const [one] = (await server.client.call("incidents", { query: { rule: ["named"], status: ["New"] } })).incidents;
    if (one === undefined) throw new Error("no incident");
    return one;
  };

  test("has tasks that are added, done and opened again", async () => {
    const { id } = await newest();
    const added = await server.client.call("addTask", { params: { id }, body: { title: "Ask the user" } });
    const task = added.tasks[0]?.id ?? "";
    const done = await server.client.call("markTask", { params: { id, task }, body: { done: true } });
    expect(done.tasks).toMatchObject([{ title: "Ask the user", doneBy: "Ada" }]);
    const opened = await server.client.call("markTask", { params: { id, task }, body: { done: false } });
    expect(opened.tasks[0]).not.toHaveProperty("done");
    const none = server.client.call("markTask", { params: { id, task: "none" }, body: { done: true } });
    expect(await problemOf(none)).toMatchObject({ status: 404 });
  });

  test("many are changed at once, each by itself, and those that are not are named", async () => {
    const { incidents } = await server.client.call("incidents", { query: { severity: ["High"] } });
    const [one, two] = incidents;
    if (one === undefined || two === undefined) throw new Error("no incidents");
    await server.client.call("changeIncident", { params: { id: two.id }, body: { labels: ["mine", "mine"] } });
    const { counts } = await server.client.call("incidentCounts", { query: { label: ["mine"] } });
    expect(counts.filter(({ facet }) => facet === "label")).toMatchObject([{ value: "mine", count: 1 }]);
    const answer = await server.client.call("changeIncidents", {
      body: {
        incidents: [
          ...[one, two].map(({ id, version }) => ({ id, seen: version })),
          ...[{ id: String(one.number) }, { id: "none" }],
        ],
        change: { status: "Closed", classification: "BenignPositive", comment: hostile },
      },
    });
    expect(answer).toMatchObject({
      changed: 1,
      refused: [
        { id: two.id, code: "incident-changed" },
        { id: "none", code: "incident-unknown" },
      ],
    });
    expect(await server.client.call("incident", { params: { id: one.id } })).toMatchObject({
      ...{ status: "Closed", classificationReason: "SuspiciousButExpected" },
      history: expect.arrayContaining([
        expect.objectContaining({ detail: expect.objectContaining({ comment: hostile }) }),
      ]),
    });
  });

  test("readers look and change nothing, and nobody else looks", async () => {
    const { id } = await newest();
    server.signIn("reader");
    await server.client.call("incident", { params: { id } });
    for (const [name, request] of [
      ["changeIncident", { params: { id }, body: { comment: "x" } }],
      ["changeIncidents", { body: { incidents: [{ id }], change: { owner: "x" } } }],
      ["addTask", { params: { id }, body: { title: "x" } }],
    ] as const)
      expect([name, (await problemOf(call(name, request))).status]).toEqual([name, 403]);
    server.signIn(undefined);
    for (const name of ["incidents", "alerts", "events"] as const) {
      const answer = await fetch(`${server.origin}/api/v1/${name}`);
      expect([name, answer.status]).toEqual([name, 401]);
    }
    server.signIn("responder");
    const level = { params: { severity: "Low" }, body: { answerMinutes: 1, closeMinutes: 2 } };
    expect((await problemOf(call("setServiceLevel", level))).status).toBe(403);
    server.signIn("admin");
    for (const body of [{}, { status: "Open" }, { nonsense: 1 }, { comment: "" }, { seen: "-1", owner: "x" }])
      expect((await problemOf(call("changeIncident", { params: { id }, body }))).code).toBe("bad-request");
  });
});

describe("alerts", () => {
  test("are listed, filtered and counted, and show their very rows with the conditions that they met", async () => {
    const { alerts } = await server.client.call("alerts", { query: { rule: ["named"], sort: "raised" } });
    expect(alerts).toHaveLength(4);
    expect((await server.client.call("alerts", { query: { text: "bob named" } })).alerts).toHaveLength(1);
    const { counts } = await server.client.call("alertCounts", { query: {} });
    expect(counts.filter(({ facet }) => facet === "rule")).toMatchObject([
      { value: "named", count: 4 },
      { value: "all", count: 3 },
    ]);
    const evil = alerts.find(({ title }) => title.startsWith("<img"));
    const rows = await server.client.call("alertRows", { params: { id: evil?.id ?? "" }, query: {} });
    expect(rows).toMatchObject({
      ...{ raisedFor: 1, more: false, query: "SigninLogs | where ResultType != 0\n" },
      stages: [{ operator: "source" }, { operator: "where", text: "where ResultType != 0" }],
      conditions: [{ stage: 2, text: "ResultType != 0", values: ["50126"] }],
    });
    const user = rows.columns.findIndex(({ name }) => name === "UserPrincipalName");
    expect(rows.rows.map((row) => row[user])).toEqual([hostile]);
    expect(await problemOf(server.client.call("alertRows", { params: { id: "none" }, query: {} }))).toMatchObject({
      status: 404,
    });
  });
});

describe("saved views", () => {
  test("are one's own or shared, and removed by their owner", async () => {
    const page = { params: { page: "incidents" } } as const;
    const body = { name: "Mine, open", address: "status=New&owner=Ada", shared: false };
    await server.client.call("saveView", { ...page, body });
    const { views } = await server.client.call("saveView", { ...page, body: { ...body, address: "?status=Active" } });
    expect(views).toMatchObject([{ name: "Mine, open", address: "status=Active", mine: true, shared: false }]);
    expect(await server.client.call("views", { params: { page: "alerts" } })).toEqual({ views: [] });
    server.signIn("reader");
    const shared = server.client.call("saveView", { ...page, body: { ...body, shared: true } });
    expect((await problemOf(shared)).status).toBe(403);
    server.signIn("admin");
    const id = views[0]?.id ?? "";
    const removed = await server.client.call("removeView", { params: { page: "incidents", id } });
    expect(removed).toEqual({ views: [] });
    expect((await problemOf(server.client.call("removeView", { params: { page: "incidents", id } }))).status).toBe(404);
  });
});

describe("entities", () => {
  test("are looked for in every table, whatever they are called", async () => {
    const query = { to: "2026-05-01T12:00:00Z", days: 2 };
    for (const [name, events] of [
      ["ANN@contoso.example", 2],
      [hostile, 1],
      [`x" or true or "" == "`, 0],
    ] as const) {
      const params = { type: "account", name } as const;
      const activity = await server.client.call("entityActivity", { params, query });
      expect([name, activity.tables.map((table) => [table.table, table.events])]).toEqual([
        name,
        events === 0 ? [] : [["SigninLogs", events]],
      ]);
      const { pivots } = await server.client.call("entityPivots", { params, query });
      expect(pivots.find((pivot) => pivot.name === "Password refused")?.rows).toBe(events);
      for (const { kql } of pivots) {
        const parts = [];
        for await (const part of server.client.parts("runQuery", { body: { text: kql } })) parts.push(part);
        expect(parts.at(-1)?.kind).toBe("done");
      }
    }
  });

  test("what is seen in the last day and not before is new, but not where nothing was seen before", async () => {
    const params = { type: "ip", name: "198.51.100.7" } as const;
    const all = await server.client.call("entityHabits", { params, query: { to: "2026-05-01T12:00:00Z" } });
    expect(all.newFrom).toBe("2026-04-30T12:00:00.000Z");
    expect(all.habits.find(({ aspect }) => aspect === "account")?.values).toMatchObject([
      { value: "ann@contoso.example", before: 0, now: 2, isNew: false },
    ]);
    expect(all.habits.find(({ aspect }) => aspect === "place")?.values).toMatchObject([{ value: "Oslo, NO" }]);
    const first = await server.client.call("entityActivity", {
      params,
      query: { to: "0001-01-01T00:00:00Z", days: 90 },
    });
    expect(first.tables.map(({ events }) => events)).toEqual([0]);
    const later = await server.client.call("entityHabits", { params, query: { to: "2026-05-02T10:05:00Z" } });
    expect(later.habits[0]?.values).toMatchObject([{ before: 1, now: 1, isNew: false }]);
    // More that is new than is shown does not hide what was seen before.
    const { store } = server.workspace;
    const rows = Array.from({ length: 50 }, (_, at) =>
      JSON.stringify({
        TimeGenerated: "2026-05-02 09:00:00",
        UserPrincipalName: `u${at}@contoso.example`,
        IPAddress: "198.51.100.8",
      }),
    );
    await store.command(`INSERT INTO SigninLogs FORMAT JSONEachRow ${rows.join("\n")}`);
    const many = await server.client.call("entityHabits", {
      params: { type: "ip", name: "198.51.100.8" },
      query: { to: "2026-05-02T10:05:00Z" },
    });
    const accounts = many.habits.find(({ aspect }) => aspect === "account");
    expect([accounts?.more, accounts?.values.length]).toEqual([true, 40]);
    expect(accounts?.values.every(({ isNew }) => isNew)).toBe(true);
    const blank = { params: { type: "account", name: " " }, query: {} } as const;
    expect((await problemOf(server.client.call("entityActivity", blank))).code).toBe("bad-request");
    expect(server.faults).toEqual([]);
  });
});
