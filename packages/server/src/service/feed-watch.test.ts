import { afterEach, beforeEach, expect, test } from "vitest";
import { queryPorts } from "../search/run-query.js";
import { openState } from "../state/open-state.js";
import { feedWatch } from "./feed-watch.js";
import { driftText } from "./record-drifts.js";
import { failedSignIns, type TestBench, testBench } from "./testing/bench.js";

let bench: TestBench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

const minute = 60_000;
const begin = new Date("2026-04-01T00:00:00Z").getTime();

/** A row each hour, with the times at which it arrived. */
async function flow(from: number, to: number): Promise<void> {
  const rows: object[] = [];
  for (let time = from; time < to; time += 60 * minute) {
    rows.push({
      TimeGenerated: new Date(time + minute).toISOString(),
      _TimeReceived: new Date(time + 2 * minute).toISOString(),
      ResultType: "0",
    });
  }
  await bench.load("SigninLogs", rows);
}

test("a drift is told once and owed a notice, also after a restart, and told once more when it is over", async () => {
  const days = (count: number) => begin + count * 24 * 60 * minute;
  await flow(begin, days(20));
  const state = await openState("memory://");
  const told: string[] = [];
  let now = new Date(days(20));
  const start = () =>
    feedWatch({
      ...{ state, ports: queryPorts(bench.workspace.store), clock: () => now },
      rules: () => [failedSignIns("r-1")],
      tell: (change) => told.push(driftText(change)),
      warn: (message) => told.push(message),
    });
  const lookAt = async (watch: ReturnType<typeof feedWatch>, time: number) => {
    now = new Date(time);
    await watch.begin();
    await watch.ended();
  };
  try {
    const first = start();
    await lookAt(first, days(20.1));
    expect(told).toEqual([]);
    await lookAt(first, days(20.5));
    const stopped = "SigninLogs has stopped: its last event is of 2026-04-20T23:01Z";
    expect(told).toEqual([`${stopped}; it blinds Failed r-1`]);
    await lookAt(first, days(20.6));
    const second = start();
    await lookAt(second, days(20.7));
    expect(told).toHaveLength(1);
    await flow(days(20.7), days(21));
    await lookAt(second, days(21));
    await lookAt(second, days(21.1));
    expect(told.slice(1)).toEqual([`over: ${stopped}`]);
    const notices = await state.db.selectFrom("notices").select("document").orderBy("id").execute();
    expect(notices.map(({ document }) => JSON.parse(document))).toEqual([
      {
        event: "feed",
        rules: ["r-1"],
        fields: {
          event: "feed",
          title: "SigninLogs has stopped",
          rule: "Failed r-1",
          message: `${stopped}; it blinds Failed r-1`,
          start: "2026-04-20T23:01:00.000Z",
          time: "2026-04-21T12:00:00.000Z",
        },
      },
      expect.objectContaining({
        fields: expect.objectContaining({ title: "Over: SigninLogs has stopped", time: "2026-04-22T00:00:00.000Z" }),
      }),
    ]);
  } finally {
    await state.close();
  }
});

test("nothing is looked at in the first minutes, and then once an hour", async () => {
  const state = await openState("memory://");
  let now = new Date(begin);
  let asked = 0;
  const ports = queryPorts(bench.workspace.store);
  const schema = () => {
    asked += 1;
    return ports.schema();
  };
  const watch = feedWatch({
    ...{ state, ports: { ...ports, schema }, clock: () => now },
    rules: () => [failedSignIns("r-1")],
    tell: () => {},
    warn: () => {},
  });
  const looked: boolean[] = [];
  try {
    for (const minutes of [0, 14, 15, 16, 74, 75, 76, 300]) {
      now = new Date(begin + minutes * minute);
      asked = 0;
      await watch.begin();
      await watch.ended();
      looked.push(asked > 0);
    }
  } finally {
    await state.close();
  }
  expect(looked).toEqual([false, false, true, false, false, true, false, true]);
});
