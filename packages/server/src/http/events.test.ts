import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failedSignIns } from "../service/testing/bench.js";
import { raiseAlerts } from "./testing/incidents.js";
import { type TestServer, testServer } from "./testing/test-server.js";

let server: TestServer;
const now = new Date("2026-05-01T10:40:00Z");

beforeAll(async () => {
  server = await testServer({ now: () => now });
  const row = { TimeGenerated: "2026-05-01T10:01:00Z", UserPrincipalName: "ann@contoso.example", ResultType: "50126" };
  const range = ["2026-05-01T10:00:00Z", "2026-05-01T10:30:00Z"] as const;
  await raiseAlerts(server, { SigninLogs: [row] }, [failedSignIns("all")], range);
});
afterAll(() => server.close());

describe("events", () => {
  test("tell what others do, and who comes back hears what was missed", async () => {
    const { incidents } = await server.client.call("incidents", { query: { status: ["New"] } });
    const id = incidents[0]?.id ?? "";
    const leaving = new AbortController();
    const events = server.client.events("events", { signal: leaving.signal });
    const next = events.next();
    // Whoever listens is heard from the first moment on.
    await expect.poll(() => server.client.call("session", {})).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await server.client.call("changeIncident", { params: { id }, body: { comment: "live" } });
    const heard = (await next).value;
    expect(heard?.data).toMatchObject({ kind: "incident", id, what: "commented", by: "Ada" });
    leaving.abort();
    await events.return(undefined).catch(() => {});
    await server.client.call("changeIncident", { params: { id }, body: { status: "Active" } });
    const back = server.client.events("events", { after: heard?.id ?? "" });
    for await (const { data } of back) if (data.kind === "incident" && data.what === "changed") break;
    const drift = {
      kind: "stopped",
      table_name: "SigninLogs",
      field: "",
      since: now,
      message: "it stopped",
      rules: "[]",
    } as const;
    await server.state.db
      .insertInto("drifts")
      .values({ ...drift, told_at: now })
      .execute();
    const more = server.client.events("events", { after: heard?.id ?? "" });
    for await (const { data } of more)
      if (data.kind === "drift") {
        expect(data).toMatchObject({ drift: "stopped", table: "SigninLogs", over: false });
        break;
      }
    const lost = server.client.events("events", { after: "nonsense" });
    expect((await lost.next()).value?.data).toMatchObject({ kind: "again" });
    await lost.return(undefined);
  });
});

describe("many events at once", () => {
  test("are all heard by who is cut off after the first and comes back", async () => {
    const { incidents } = await server.client.call("incidents", { query: {} });
    const id = incidents[0]?.id ?? "";
    const events = server.client.events("events", {});
    const first = events.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const texts = Array.from({ length: 40 }, (_, at) => `many ${at}`);
    const row = { incident_id: id, at: now, by: "Ada", kind: "commented" } as const;
    await server.state.db
      .insertInto("incident_events")
      .values(texts.map((comment) => ({ ...row, detail: JSON.stringify({ comment }) })))
      .execute();
    const after = (await first).value?.id ?? "";
    await events.return(undefined);
    let heard = 0;
    for await (const { data } of server.client.events("events", { after })) {
      if (data.kind === "incident" && data.id === id) heard += 1;
      if (heard === texts.length) break;
    }
  });

  test("are more than can be told, and are said to be", async () => {
    const { state } = server;
    const one = await state.db.selectFrom("alerts").selectAll().executeTakeFirstOrThrow();
    // Of one moment, as those of one window are.
    const raised_at = new Date(now.getTime() + 60_000);
    const kinds: string[] = [];
    const events = server.client.events("events", {});
    const first = events.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const from of [0, 1500]) {
      const rows = Array.from({ length: 1500 }, (_, at) => {
        return { ...one, id: `flood-${from + at}`, part: 1000 + from + at, incident_id: null, raised_at };
      });
      await state.db.insertInto("alerts").values(rows).execute();
      if (from === 0) kinds.push((await first).value?.data.kind ?? "");
    }
    for await (const { data } of events) {
      kinds.push(data.kind);
      if (data.kind === "again") break;
    }
    expect(kinds.filter((kind) => kind === "alert").length).toBeLessThan(3000);
    await state.db.deleteFrom("alerts").where("id", "like", "flood-%").execute();
  });
});
