import { afterEach, beforeEach, expect, test } from "vitest";
import type { Store } from "../store/store.js";
import { temporaryStore } from "../store/testing/temporary-store.js";
import { answerOf, fileOf, loadPath } from "./testing/loading.js";

let store: Store;
let folder: string;
let close: () => Promise<void>;

beforeEach(async () => ({ store, folder, close } = await temporaryStore()));
afterEach(() => close());

async function load(name: string, rows: readonly object[]): Promise<readonly (readonly unknown[])[]> {
  const results = await loadPath(store, folder, fileOf(folder, name, rows));
  return results.map(({ table, stored, messages }) => [table, stored, messages]);
}

function rowsOf(text: string): Promise<readonly unknown[]> {
  return answerOf(store, text);
}

const day = (date: number) => `2026-01-0${date}T00:00:00.0000000Z`;

test("loading writes no column for another name of one, and both names read what either brought", async () => {
  expect(await load("DeviceEvents.ndjson", [{ TimeGenerated: day(1), DeviceName: "a" }])).toEqual([
    ["DeviceEvents", 1, []],
  ]);
  expect(await load("DeviceEvents_hunt.ndjson", [{ Timestamp: day(2), DeviceName: "b" }])).toEqual([
    ["DeviceEvents", 1, []],
  ]);
  expect(
    store
      .schema()
      .table("DeviceEvents")
      ?.columns.map(({ name }) => name),
  ).not.toContain("Timestamp");
  const expected = [
    [day(1), "a"],
    [day(2), "b"],
  ];
  expect(await rowsOf("DeviceEvents | project Timestamp, DeviceName | sort by Timestamp asc")).toEqual(expected);
  expect(await rowsOf("DeviceEvents | project TimeGenerated, DeviceName | sort by TimeGenerated asc")).toEqual(
    expected,
  );
});

test("data that has a column by both names keeps both, and rows without the second have the first", async () => {
  await load("DeviceEvents.ndjson", [{ TimeGenerated: day(1), DeviceName: "a" }]);
  await load("DeviceEvents_both.ndjson", [{ TimeGenerated: day(5), Timestamp: day(2), DeviceName: "b" }]);
  await load("DeviceEvents_more.ndjson", [{ TimeGenerated: day(3), DeviceName: "c" }]);
  expect(await rowsOf("DeviceEvents | project Timestamp, TimeGenerated | sort by Timestamp asc")).toEqual([
    [day(1), day(1)],
    [day(2), day(5)],
    [day(3), day(3)],
  ]);
});

test("the identities that Defender exports fill the columns that they mean", async () => {
  const row = { Timestamp: day(1), AccountUpn: "u@x.example", OnPremSid: "S-1", CloudSid: "S-2", RiskStatus: "AtRisk" };
  expect(await load("IdentityInfo.ndjson", [{ ...row, EmailAddress: "m@x.example", Address: "Street 1" }])).toEqual([
    ["IdentityInfo", 1, []],
  ]);
  expect(
    await rowsOf("IdentityInfo | project AccountUPN, AccountSID, AccountCloudSID, RiskState, MailAddress"),
  ).toEqual([["u@x.example", "S-1", "S-2", "AtRisk", "m@x.example"]]);
  expect(await rowsOf("IdentityInfo | where OnPremSid == 'S-1' | project Timestamp, AccountUpn, Address")).toEqual([
    [day(1), "u@x.example", "Street 1"],
  ]);
});
