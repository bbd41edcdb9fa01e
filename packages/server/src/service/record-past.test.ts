import { expect, test } from "vitest";
import { detect } from "../detect/run.js";
import { queryPorts } from "../search/run-query.js";
import { openState } from "../state/open-state.js";
import { testPlaces } from "../state/testing/places.js";
import { queryOfAlert, rowsOfAlert } from "./alert-query.js";
import { listIncidents } from "./incident-queries.js";
import { type PastRun, recordPast } from "./record-past.js";
import { failedSignIns, testBench } from "./testing/bench.js";

test.each(Object.entries(testPlaces))(
  "runs of the past become incidents once, and a service that goes on owes nothing for them: %s",
  async (_, makePlace) => {
    const place = await makePlace();
    const bench = await testBench();
    const row = (time: string) => ({
      TimeGenerated: `2026-05-01T${time}Z`,
      UserPrincipalName: "ann@contoso.example",
      ResultType: "50126",
    });
    await bench.load("SigninLogs", [row("10:01:00"), row("10:02:00")]);
    const rule = failedSignIns("past");
    const ports = queryPorts(bench.workspace.store);
    const runs: PastRun[] = [];
    const range = { from: 17776296000000000n, to: 17776332000000000n };
    for await (const event of detect(ports, [rule], { now: range.to, range }))
      if (event.kind === "ran") runs.push(event);
    expect(runs.length).toBeGreaterThan(10);
    const state = await openState(place.place);
    await recordPast(state, runs, bench.workspace.ids);
    const incidents = await listIncidents(state, { limit: 10 });
    expect(incidents).toMatchObject([{ title: "Failed past", status: "New", rule_id: "past" }]);
    expect(incidents[0]?.created_at.toISOString()).toMatch(/^2026-05-01T10:\d\d:00\.000Z$/);
    const [alert] = await state.db.selectFrom("alerts").select("id").execute();
    expect((await rowsOfAlert(ports, await queryOfAlert(state, alert?.id ?? ""))).rows).toHaveLength(2);
    await state.close();

    bench.at("12:00:00");
    const later = await bench.start(place.place, [rule]);
    bench.at("12:20:00");
    while ((await later.service.tick()) > 0);
    const windows = await later.state.db.selectFrom("windows").select("window_to").orderBy("window_to").execute();
    const [past, ...others] = windows.map(({ window_to }) => window_to.toISOString());
    expect(past?.startsWith("2026-05-01T10:")).toBe(true);
    expect(others.every((end) => end >= "2026-05-01T11:4")).toBe(true);
    expect(await listIncidents(later.state, { limit: 10 })).toHaveLength(1);
    await later.close();
    await bench.close();
    await place.remove();
  },
);
