import { createHmac } from "node:crypto";
import { type NotificationRoute, readNotifications } from "@calypso/catalog";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { changeIncident } from "../service/incident-changes.js";
import { oweNotice } from "../service/notices.js";
import { failedSignIns, type TestBench, testBench } from "../service/testing/bench.js";
import { openState, type State } from "../state/open-state.js";
import { type TestPlace, testPlaces } from "../state/testing/places.js";
import { notify } from "./notifier.js";
import { deadDeliveries, revive } from "./outbox.js";
import { type TestServer, webServer } from "./testing/servers.js";

let bench: TestBench;
beforeAll(async () => {
  bench = await testBench();
});
afterAll(() => bench.close());

let notices = 0;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function opened<T>(server: Promise<TestServer<T>>): Promise<TestServer<T>> {
  const one = await server;
  closing.push(one.close);
  return one;
}

for (const [kind, makePlace] of Object.entries(testPlaces)) {
  let place: TestPlace;
  let state: State;
  let now: Date;
  let told: string[];

  beforeEach(async () => {
    place = await makePlace();
    state = await openState(place.place);
    closing.push(place.remove, () => state.close());
    now = bench.at("12:00:00");
    told = [];
  });

  /** One round of a notifier, so many seconds later. */
  const round = (routes: readonly NotificationRoute[], later = 0) => {
    now = new Date(now.getTime() + later * 1000);
    const ids = () => `notice-${++notices}`;
    return notify({ state, clock: () => now, ids, routes: () => routes, tell: (message) => told.push(message) });
  };

  const owed = (title: string, fields: Readonly<Record<string, string>> = {}) =>
    oweNotice(
      state.db,
      {
        event: "incident-created",
        rules: ["r-1"],
        severity: "High",
        fields: { title, incident: "7", severity: "High", ...fields },
      },
      now,
    );

  test(`a signed webhook tells of incidents and what becomes of them, on a state of kind ${kind}`, async () => {
    const web = await opened(webServer());
    const events = "events: [incident-created, incident-changed]";
    const routes = routesOf(`- {name: hook, ${events}, webhook: {url: "${web.url}/x", secret: whsec_c2VjcmV0}}`);
    const rule = failedSignIns("told");
    await state.close();
    const service = await bench.start(place.place, [rule]);
    closing.splice(-1);
    state = service.state;
    closing.push(() => service.close());
    await bench.load("SigninLogs", [
      { TimeGenerated: "2026-05-01T12:03:00Z", ResultType: "50126", UserPrincipalName: "ann@contoso.example" },
    ]);
    now = bench.at("12:30:00");
    while ((await service.service.tick()) > 0);
    await round(routes);
    const { id } = await state.db.selectFrom("incidents").select("id").executeTakeFirstOrThrow();
    await changeIncident(state, id, { status: "Active" }, { by: "bob", now });
    await round(routes);
    const bodies = web.received.map(({ body }) => JSON.parse(body));
    expect(bodies.map(({ type }) => type)).toEqual(["incident-created", "incident-changed"]);
    expect(bodies[0].data).toMatchObject({
      title: "Failed told",
      subject: "Medium incident 1: Failed told",
      severity: "Medium",
      entities: "Account ann@contoso.example",
      rules: ["told"],
    });
    expect(bodies[1].data).toMatchObject({ status: "Active", message: "Changed by bob." });
    for (const { headers, body } of web.received) {
      const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
      const mac = createHmac("sha256", Buffer.from("secret")).update(content).digest("base64");
      expect(headers["webhook-signature"]).toBe(`v1,${mac}`);
      expect(Number(headers["webhook-timestamp"])).toBe(Math.floor(now.getTime() / 1000));
    }
  });

  test(`what does not arrive is tried again under the same id, in order, on a state of kind ${kind}`, async () => {
    const web = await opened(webServer(503, 429, 200));
    const routes = routesOf(`- {name: hook, webhook: {url: "${web.url}"}}`);
    await owed("first");
    await owed("second");
    expect(await round(routes)).toBe(2);
    expect(await round(routes)).toBe(0);
    expect(await round(routes, 11)).toBe(2);
    expect(await round(routes, 31)).toBe(2);
    expect(await round(routes, 3600)).toBe(0);
    const titles = web.received.map(({ body }) => JSON.parse(body).data.title.replace(/.*: /, ""));
    expect(titles).toEqual(["first", "first", "first", "second"]);
    expect(new Set(web.received.slice(0, 3).map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(told).toEqual([]);
  });

  test(`what is refused for good is kept and can be sent again, on a state of kind ${kind}`, async () => {
    const web = await opened(webServer(404, 302, 200));
    const routes = routesOf(`- {name: hook, webhook: {url: "${web.url}/t0ken"}}`);
    await owed("one");
    await owed("two");
    await round(routes);
    const dead = await deadDeliveries(state);
    expect(dead.map(({ error, attempts }) => [error, attempts]).sort()).toEqual([
      ["the answer is 302 Found", 1],
      ["the answer is 404 Not Found", 1],
    ]);
    expect(told.join("\n")).not.toContain("t0ken");
    expect(told.length).toBe(2);
    expect(await revive(state, {}, now)).toBe(2);
    await round(routes);
    expect(await deadDeliveries(state)).toEqual([]);
    expect(web.received.map(({ path }) => path)).toEqual(["/t0ken", "/t0ken", "/t0ken", "/t0ken"]);
  });

  test(`a place that never answers is given up, and so is a route that is gone, on a state of kind ${kind}`, async () => {
    const routes = routesOf(`- {name: hook, webhook: {url: "http://127.0.0.1:9"}}`);
    await owed("lost");
    let rounds = 0;
    for (; (await deadDeliveries(state)).length === 0 && rounds < 30; rounds++) await round(routes, 14_401);
    expect(rounds).toBe(10);
    expect((await deadDeliveries(state))[0]?.error).toMatch(/no connection \(E?\w+\)/);
    await owed("other");
    await round([...routes, ...routesOf(`- {name: gone, slack: {url: "http://127.0.0.1:9"}}`)]);
    await round(routes, 60);
    expect((await deadDeliveries(state)).map(({ error }) => error)).toContain("there is no such route any more");
  });
}

test("a route takes what is grave enough and of its rules; what nobody takes is dropped", async () => {
  const place = await testPlaces["embedded"]?.();
  if (place === undefined) throw new Error("no place");
  const state = await openState(place.place);
  closing.push(place.remove, () => state.close());
  const web = await opened(webServer());
  const at = bench.at("12:00:00");
  const one = (event: "alert" | "feed", severity: "High" | "Low" | undefined, rule: string) =>
    oweNotice(
      state.db,
      { event, rules: [rule], ...(severity && { severity }), fields: { title: `${event} ${severity} ${rule}` } },
      at,
    );
  await one("alert", "Low", "a");
  await one("alert", "High", "a");
  await one("alert", "High", "b");
  await one("feed", undefined, "a");
  const routes = routesOf(
    `- {name: hook, severity: Medium, rules: [A], title: "{{title}}", webhook: {url: "${web.url}"}}`,
  );
  let count = 0;
  const parts = { state, clock: () => at, ids: () => `n-${++count}`, routes: () => routes, tell: () => {} };
  expect(await notify(parts)).toBe(2);
  expect(web.received.map(({ body }) => JSON.parse(body).data.title).sort()).toEqual([
    "alert High a",
    "feed undefined a",
  ]);
  expect(await state.db.selectFrom("notices").selectAll().execute()).toEqual([]);
});

function routesOf(items: string): readonly NotificationRoute[] {
  const { routes, problems } = readNotifications({ name: "n.yaml", text: `routes:\n  ${items}\n` }, () => undefined);
  expect(problems).toEqual([]);
  return routes;
}
