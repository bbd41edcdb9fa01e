import { afterEach, beforeEach, expect, test } from "vitest";
import { Failure } from "../store/failures.js";
import type { Store } from "../store/store.js";
import { diskRoom, type RoomChange } from "./disk-room.js";
import { failedSignIns, type TestBench, testBench } from "./testing/bench.js";

let bench: TestBench;
let now: Date;
let told: RoomChange[];
beforeEach(async () => {
  bench = await testBench();
  now = bench.at("10:00:00");
  told = [];
});
afterEach(() => bench.close());

const tell = (change: RoomChange) => told.push(change);
const signIn = (time: string) => ({
  TimeGenerated: `2026-05-01T${time}Z`,
  UserPrincipalName: "ann",
  ResultType: "50126",
});

test("loading stops below the reserve, and goes on a tenth above it; each is told once", async () => {
  let free = 5e9;
  const room = diskRoom({ disk: async () => ({ free, total: 100e9 }), clock: () => now, tell });
  const at = async (bytes: number) => {
    free = bytes;
    return room.enough();
  };
  expect([await at(5e9), await at(1.9e9), await at(1.8e9), await at(2.1e9), await at(2.3e9)]).toEqual([
    ...[true, false, false, false, true],
  ]);
  expect(told).toEqual([
    {
      enough: false,
      message:
        "loading stops: the disk has 1.9 GB free, and 2.0 GB are kept; rules run on, and what they find is in the state",
    },
    { enough: true, message: "loading goes on: the disk has room again" },
  ]);
  const small = diskRoom({ disk: async () => ({ free, total: 10e9 }), clock: () => now, tell });
  free = 0.9e9;
  expect(await small.enough()).toBe(false);
  const own = diskRoom({ disk: async () => ({ free, total: 10e9 }), reserve: 0.5e9, clock: () => now, tell });
  expect(await own.enough()).toBe(true);
});

test("where only the store knows, its word holds for a minute", async () => {
  const room = diskRoom({ clock: () => now, tell });
  expect(await room.enough()).toBe(true);
  room.refused();
  expect(await room.enough()).toBe(false);
  now = new Date(now.getTime() + 60_000);
  expect(await room.enough()).toBe(true);
  expect(told.map(({ enough }) => enough)).toEqual([false, true]);
});

test("without room rules run on, and what they find waits in the state until there is room", async () => {
  let free = 0;
  const room = diskRoom({ disk: async () => ({ free, total: 10e9 }), clock: () => now, tell });
  const one = await bench.start("memory://", [failedSignIns("r-1")], { room });
  try {
    await bench.load("SigninLogs", [signIn("10:03:00")]);
    now = bench.at("10:20:00");
    while ((await one.service.tick()) > 0);
    expect(one.events.filter(({ kind }) => kind === "alert")).toHaveLength(1);
    expect(await one.state.db.selectFrom("alerts").select("id").execute()).toHaveLength(1);
    expect(await bench.rows("SecurityAlert | count")).toEqual([[0]]);
    free = 5e9;
    await one.service.tick();
    expect(await bench.rows("SecurityAlert | count")).toEqual([[1]]);
    expect(told.map(({ enough }) => enough)).toEqual([false, true]);
  } finally {
    await one.close();
  }
});

test("where the store says that it is full, windows are owed however long it lasts, and none is lost", async () => {
  let full = true;
  const room = diskRoom({ clock: () => now, tell });
  const one = await bench.start("memory://", [failedSignIns("r-1")], {
    ...{ room, store: sometimesFull(bench.workspace.store, () => full) },
  });
  const states = async () => {
    const rows = await one.state.db.selectFrom("windows").select("state").where("attempts", ">", 0).execute();
    return new Set(rows.map(({ state }) => state));
  };
  try {
    await bench.load("SigninLogs", [signIn("10:03:00")]);
    for (let hour = 11; hour < 24; hour += 1) {
      now = bench.at(`${hour}:00:00`);
      await one.service.tick();
    }
    expect(await states()).toEqual(new Set(["owed"]));
    full = false;
    now = bench.at(new Date("2026-05-02T12:00:00Z"));
    while ((await one.service.tick()) > 0);
    expect(await states()).toEqual(new Set(["done"]));
    expect(await bench.rows("SecurityAlert | count")).toEqual([[1]]);
    expect(told.map(({ enough }) => enough)).toEqual([false, true]);
  } finally {
    await one.close();
  }
});

/** A store whose disk is full while the test says so: it runs no query. */
function sometimesFull(store: Store, isFull: () => boolean): Store {
  return new Proxy(store, {
    get(target, key) {
      if (key === "lines" && isFull()) {
        return async function* () {
          yield* [];
          throw new Failure("store-full", "no space is left on the disk");
        };
      }
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
