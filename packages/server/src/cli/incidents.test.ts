import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failedSignIns, testBench } from "../service/testing/bench.js";
import { openState } from "../state/open-state.js";
import { type TestPlace, testPlaces } from "../state/testing/places.js";
import { calypso } from "./testing/calypso.js";

let place: TestPlace;

beforeAll(async () => {
  const makePlace = testPlaces["embedded"];
  if (makePlace === undefined) throw new Error("no place");
  place = await makePlace();
  const bench = await testBench();
  await bench.load(
    "SigninLogs",
    ["10:01:00", "10:11:00"].map((time) => ({
      TimeGenerated: `2026-05-01T${time}Z`,
      UserPrincipalName: "ann@corp.example",
      ResultType: "50126",
    })),
  );
  bench.at("10:00:00");
  const one = await bench.start(place.place, [failedSignIns("r-1")]);
  bench.at("10:30:00");
  while ((await one.service.tick()) > 0);
  await one.close();
  await bench.close();
});

afterAll(() => place.remove());

async function incidents(...line: string[]) {
  const { out, err, status } = await calypso("incidents", ...line, "--state", place.place);
  return {
    err,
    status,
    lines: out.split("\n").flatMap((text) => (text.startsWith("{") ? [JSON.parse(text)] : [])),
    out,
  };
}

test("incidents are listed, looked at and acted on", async () => {
  const { lines } = await incidents("list", "--status", "New");
  expect(lines).toMatchObject([
    { number: 2, title: "Failed r-1", severity: "Medium", status: "New", owner: null },
    { number: 1 },
  ]);
  const commented = await incidents("comment", "1", "looks odd", "--by", "ann");
  expect(commented.lines[0].history.at(-1)).toMatchObject({
    by: "ann",
    kind: "commented",
    detail: { comment: "looks odd" },
  });
  const [{ tasks }] = (await incidents("task", "1", "Call Ann", "--description", "today", "--by", "ann")).lines;
  expect(tasks).toMatchObject([{ title: "Call Ann", description: "today", createdBy: "ann" }]);
  const done = await incidents("task", "1", tasks[0].id, "--done", "--by", "bob");
  expect(done.lines[0].tasks).toMatchObject([{ title: "Call Ann", doneBy: "bob" }]);
  expect((await incidents("related", "1")).lines).toMatchObject([{ number: 2, shared: ["Account ann@corp.example"] }]);
  const refused = await incidents("update", "1", "--status", "Closed", "--by", "ann");
  expect([refused.status, refused.err]).toEqual([
    1,
    expect.stringContaining("an incident is closed with a classification"),
  ]);
  const judged = [
    "--classification",
    "FalsePositive",
    "--reason",
    "InaccurateData",
    "--owner",
    "bob",
    "--label",
    "noise",
  ];
  const closed = await incidents("update", "1", "--status", "Closed", ...judged, "--by", "ann");
  expect(closed.lines[0]).toMatchObject({
    status: "Closed",
    owner: "bob",
    classificationReason: "InaccurateData",
    labels: ["noise"],
  });
  const shown = await incidents("show", "1", "--format", "table");
  expect(shown.out).toContain("Medium · Closed (FalsePositive, InaccurateData) · owner bob");
  expect((await incidents("list", "--status", "New")).lines).toMatchObject([{ number: 2 }]);
});

test("the rows behind an alert are shown again, and it is told where they are gone", async () => {
  const [{ alerts }] = (await incidents("show", "1")).lines;
  const rows = async (id: string, ...times: readonly string[]) => {
    const logs = join(place.place, `logs-${times.join("-").replaceAll(":", "")}`);
    mkdirSync(logs);
    const events = times.map((time) => ({
      TimeGenerated: `2026-05-01T${time}Z`,
      UserPrincipalName: "ann@corp.example",
      ResultType: "50126",
    }));
    const text = events.map((event) => `${JSON.stringify(event)}\n`).join("");
    writeFileSync(join(logs, "SigninLogs.ndjson"), text);
    return incidents("rows", id, "--data", logs, "--format", "ndjson");
  };
  const shown = await rows(alerts[0].id, "10:01:00", "10:11:00");
  expect(shown.lines).toMatchObject([{ TimeGenerated: "2026-05-01T10:01:00.0000000Z" }]);
  expect([shown.status, shown.err]).toEqual([0, expect.stringContaining("Failed r-1: 2026-05-01T")]);
  const gone = await rows(alerts[0].id, "10:11:00");
  expect([gone.status, gone.lines]).toEqual([1, []]);
  expect(gone.err).toContain("the alert was raised for 1, and the query finds 0 now");
  const more = await rows(alerts[0].id, "10:01:00", "10:01:01");
  expect([more.status, more.lines.length]).toEqual([0, 2]);
  expect(more.err).toContain("the query finds 2 now: logs came later");
  const unknown = await rows("none", "10:02:00");
  expect([unknown.status, unknown.err]).toEqual([1, expect.stringContaining("there is no alert none")]);
});

test("what cannot be is told", async () => {
  expect(await incidents("show", "77")).toMatchObject({
    status: 1,
    err: expect.stringContaining("there is no incident 77"),
  });
  expect((await incidents("update", "1", "--by", "ann")).status).toBe(2);
  expect((await incidents("comment", "1", "x")).err).toContain("say who does it: --by");
  const none = await calypso("incidents", "list", "--state", `${place.place}/none`);
  expect([none.status, none.err]).toEqual([1, expect.stringContaining("there is no state of a service in")]);
  expect((await calypso("incidents", "list")).status).toBe(2);
  const state = await openState(place.place);
  try {
    const used = await incidents("list");
    expect([used.status, used.err]).toEqual([
      1,
      expect.stringMatching(/state-in-use.*the state in .* is open in process/),
    ]);
    expect(used.err).toContain("stop the service first");
  } finally {
    await state.close();
  }
});
