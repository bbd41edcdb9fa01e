import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { queryPorts } from "../search/run-query.js";
import { type TestPlace, testPlaces } from "../state/testing/places.js";
import { failureOf } from "../store/testing/temporary-store.js";
import { queryOfAlert, rowsOfAlert } from "./alert-query.js";
import { changeIncident } from "./incident-changes.js";
import { incidentDetails, listIncidents, relatedIncidents } from "./incident-queries.js";
import { addTask, markTask } from "./incident-tasks.js";
import { failedSignIns, type TestBench, type TestService, testBench } from "./testing/bench.js";

describe.each(Object.entries(testPlaces))("state: %s", (_name, makePlace) => {
  let place: TestPlace;
  let bench: TestBench;
  let one: TestService;

  beforeAll(async () => {
    place = await makePlace();
    bench = await testBench();
    const row = (time: string, user: string, address: string) => ({
      TimeGenerated: `2026-05-01T${time}Z`,
      UserPrincipalName: user,
      IPAddress: address,
      ResultType: "50126",
    });
    await bench.load("SigninLogs", [
      row("10:01:00", "ann@corp.example", "10.0.0.7"),
      row("10:02:00", "bob@corp.example", "10.0.0.7"),
      row("10:11:00", "ANN@corp.example", "198.51.100.7"),
      row("10:12:00", "evil\u0000@corp.example", "198.51.100.7"),
    ]);
    const byAddress = { ...failedSignIns("ip"), entityMappings: [], incidents: failedSignIns("x").incidents };
    const named = failedSignIns(
      "named",
      "alertDetailsOverride:\n  alertDisplayNameFormat: '{{UserPrincipalName}} failed'\n  alertDescriptionFormat: 'It was {{UserPrincipalName}}'\ncustomDetails:\n  Who: UserPrincipalName\n",
    );
    bench.at("10:00:00");
    one = await bench.start(place.place, [
      failedSignIns("all"),
      { ...named, eventGrouping: "AlertPerResult" },
      {
        ...byAddress,
        entityMappings: [
          { entityType: "IP", fieldMappings: [{ identifier: "Address", columnName: "IPAddress" }], path: "" },
        ],
      },
    ]);
    bench.at("10:30:00");
    while ((await one.service.tick()) > 0);
  });

  afterAll(async () => {
    await one.close();
    await bench.close();
    await place.remove();
  });

  const act = (by: string) => ({ by, now: bench.at("11:00:00") });
  const incidentOf = async (title: string) => {
    const found = await listIncidents(one.state, { limit: 100 });
    const incident = found.filter((each) => each.title.startsWith(title)).at(-1);
    if (incident === undefined) throw new Error(`no incident ${title}`);
    return incident.id;
  };

  test("incidents that share an entity are related, by strong identifiers only", async () => {
    const ann = await incidentOf("ann@corp.example");
    const related = await relatedIncidents(one.state, ann);
    expect(related.map(({ title }) => title).sort()).toEqual(["ANN@corp.example failed", "Failed all", "Failed all"]);
    expect(new Set(related.flatMap(({ shared }) => shared.map((label) => label.toLowerCase())))).toEqual(
      new Set(["account ann@corp.example"]),
    );
    // A private address is the same in every organisation.
    expect(await relatedIncidents(one.state, await incidentOf("Failed ip"))).toEqual([]);
  });

  test("a text from the logs that the state cannot hold does not stop an alert", async () => {
    const incidents = await listIncidents(one.state, { limit: 100 });
    const evil = incidents.find(({ title }) => title === "evil\uFFFD@corp.example failed");
    expect(evil?.description).toBe("It was evil\uFFFD@corp.example");
    // The logs hold it as it is.
    const text = "SecurityAlert | where DisplayName startswith 'evil' | project DisplayName";
    expect(await bench.rows(text)).toEqual([["evil\u0000@corp.example failed"]]);
  });

  test("nor does a text that people write", async () => {
    const id = await incidentOf("ANN@corp.example");
    const change = { owner: "bob\0", labels: ["a\0b", "\ud800"], comment: "see\0", classificationComment: "\0" };
    await changeIncident(one.state, id, change, act("ann\0"));
    await addTask(one.state, id, { id: "t-0", title: "Call\0", description: "\0" }, act("ann"));
    const { incident, tasks } = await incidentDetails(one.state, id);
    expect(incident).toMatchObject({ owner: "bob\uFFFD", labels: ["a\uFFFDb", "\uFFFD"] });
    expect(tasks).toMatchObject([{ title: "Call\uFFFD", description: "\uFFFD" }]);
    await one.service.tick();
    const text = `SecurityIncident | where IncidentName == '${id}' | project tostring(Comments[0].message)`;
    expect(await bench.rows(text)).toContainEqual(["see\u0000"]);
    expect(await failureOf(changeIncident(one.state, id, { comment: " " }, act("ann")))).toMatchObject({
      code: "incident-refused",
    });
  });

  test("tasks say what, by whom and when, also in SecurityIncident", async () => {
    const id = await incidentOf("bob@corp.example");
    await addTask(one.state, id, { id: "t-1", title: "Call Bob", description: "ask for the trip" }, act("ann"));
    await addTask(one.state, id, { id: "t-2", title: "Reset", description: "" }, act("ann"));
    await markTask(one.state, id, "t-1", true, act("cat"));
    const { tasks, events } = await incidentDetails(one.state, id);
    expect(tasks.map((task) => [task.title, task.created_by, task.done_by])).toEqual([
      ["Call Bob", "ann", "cat"],
      ["Reset", "ann", null],
    ]);
    expect(events.slice(-3).map(({ kind, by }) => `${kind} ${by}`)).toEqual([
      "task-added ann",
      "task-added ann",
      "task-done cat",
    ]);
    await one.service.tick();
    const text = `SecurityIncident | where IncidentName == '${id}' | where array_length(Tasks) > 1
      | project Title = tostring(Tasks[0]["title"]), Status = tostring(Tasks[0].status), By = tostring(Tasks[0].completedBy),
          Other = tostring(Tasks[1].status)`;
    expect(await bench.rows(text)).toContainEqual(["Call Bob", "Completed", "cat", "New"]);
    expect(await failureOf(markTask(one.state, id, "t-9", true, act("cat")))).toMatchObject({
      code: "incident-unknown",
    });
    expect(
      await failureOf(addTask(one.state, id, { id: "t-3", title: " ", description: "" }, act("cat"))),
    ).toMatchObject({
      code: "incident-refused",
    });
  });

  test("a classification has its own reasons, and is needed to close", async () => {
    const id = await incidentOf("Failed all");
    const change = (given: Parameters<typeof changeIncident>[2]) => changeIncident(one.state, id, given, act("ann"));
    for (const wrong of [
      { status: "Closed" },
      { classificationReason: "SuspiciousActivity" },
      { classification: "FalsePositive" },
      { classification: "BenignPositive", classificationReason: "InaccurateData" },
      { classification: "Undetermined", classificationReason: "SuspiciousActivity" },
    ] as const) {
      expect(await failureOf(change(wrong))).toMatchObject({ code: "incident-refused" });
    }
    const before = await incidentDetails(one.state, id);
    expect(before.incident).toMatchObject({ status: "New", classification: null });
    expect(before.events.some(({ kind }) => kind === "changed")).toBe(false);
    await change({ status: "Closed", classification: "TruePositive" });
    expect((await incidentDetails(one.state, id)).incident).toMatchObject({
      classification_reason: "SuspiciousActivity",
    });
    await change({ classification: "FalsePositive", classificationReason: "InaccurateData", labels: ["comment"] });
    await change({ status: "Active", owner: "bob" });
    await change({ comment: "not so sure" });
    const { incident, events } = await incidentDetails(one.state, id);
    expect(incident).toMatchObject({
      status: "Active",
      owner: "bob",
      closed_at: null,
      classification: "FalsePositive",
    });
    expect(events.map(({ kind }) => kind).slice(-4)).toEqual(["changed", "changed", "changed", "commented"]);
    await one.service.tick();
    const text = `SecurityIncident | where IncidentName == '${id}' | project array_length(Comments), tostring(Comments[0].message), ClassificationReason`;
    expect(await bench.rows(text)).toContainEqual([1, "not so sure", "InaccurateData"]);
  });

  test("the rows behind an alert are those of the query that ran, over its window", async () => {
    const ports = queryPorts(bench.workspace.store);
    const alerts = await one.state.db.selectFrom("alerts").selectAll().orderBy("raised_at").orderBy("part").execute();
    const idOf = (title: string) => alerts.find((alert) => alert.title === title)?.id ?? "";
    const first = alerts
      .filter((alert) => alert.title === "Failed all")
      .sort((a, b) => a.window_to.getTime() - b.window_to.getTime());
    await one.service.takeUp([failedSignIns("all", "", "SigninLogs | where 1 == 2")]);
    const all = await rowsOfAlert(ports, await queryOfAlert(one.state, first[0]?.id ?? ""));
    const user = all.columns.findIndex(({ name }) => name === "UserPrincipalName");
    expect(all.rows.map((row) => row[user]).sort()).toEqual(["ann@corp.example", "bob@corp.example"]);
    const single = await rowsOfAlert(ports, await queryOfAlert(one.state, idOf("bob@corp.example failed")));
    expect(single.rows.map((row) => row[user])).toEqual(["bob@corp.example"]);
    expect(await failureOf(queryOfAlert(one.state, "none"))).toMatchObject({ code: "incident-unknown" });
  });
});
