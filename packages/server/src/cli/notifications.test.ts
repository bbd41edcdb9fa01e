import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { webServer } from "../notify/testing/servers.js";
import { oweNotice } from "../service/notices.js";
import { openState } from "../state/open-state.js";
import { temporaryFolder } from "../store/testing/temporary-store.js";
import { calypso } from "./testing/calypso.js";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test("each route is tried, and what did not arrive is told without its address", async () => {
  const web = await webServer(200);
  const path = join(folder.path, "n.yaml");
  const routes = [
    `{name: good, webhook: {url: "${web.url}/t0ken"}}`,
    `{name: away, slack: {url: "http://127.0.0.1:9/t0ken"}}`,
    `{name: wrong, slack: {}}`,
  ];
  writeFileSync(path, `routes:\n${routes.map((route) => `  - ${route}\n`).join("")}`);
  const ran = await calypso("notifications", "test", path);
  await web.close();
  expect(
    ran.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { route: "good", channel: "webhook", outcome: "arrived" },
    { route: "away", channel: "slack", outcome: expect.stringMatching(/^no connection/) },
  ]);
  expect(ran.err).toContain("needs `url`");
  expect(`${ran.out}${ran.err}`).not.toContain("t0ken");
  expect(ran.status).toBe(1);
  expect(await calypso("notifications", "test", join(folder.path, "none.yaml"))).toMatchObject({ status: 1 });
  expect((await calypso("notifications", "test", path, "--route", "x")).err).toContain("has no route x");
});

test("notices that were given up are listed and tried again", async () => {
  const place = join(folder.path, "state");
  const state = await openState(place);
  const at = new Date("2026-05-01T12:00:00Z");
  const document = JSON.stringify({ event: "alert", rules: [], fields: { title: "Lost" } });
  await oweNotice(state.db, { event: "alert", rules: [], fields: { title: "Waits" } }, at);
  const row = { id: "n-1", route: "hook", event: "alert", at, document, next_at: at, state: "dead" as const };
  await state.db
    .insertInto("deliveries")
    .values({ ...row, attempts: 9, error: "no answer" })
    .execute();
  await state.close();
  const listed = await calypso("notifications", "dead", "--state", place);
  expect(JSON.parse(listed.out)).toEqual({
    ...{
      id: "n-1",
      route: "hook",
      event: "alert",
      at: at.toISOString(),
      attempts: 9,
      error: "no answer",
      title: "Lost",
    },
  });
  expect((await calypso("notifications", "retry", "n-2", "--state", place)).status).toBe(1);
  expect((await calypso("notifications", "retry", "--state", place)).err).toBe(
    "1 notice is tried again by the service\n",
  );
  expect((await calypso("notifications", "dead", "--state", place)).out).toBe("");
  expect((await calypso("notifications", "dead")).status).toBe(2);
});
