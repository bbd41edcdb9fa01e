import { expect, test } from "vitest";
import { printDuration, readDuration } from "./duration.js";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  ["5m", 5 * minute],
  ["1h10m", 70 * minute],
  ["14d", 14 * day],
  [" 1d ", day],
  ["30s", 30_000],
  ["PT5M", 5 * minute],
  ["PT24H", day],
  ["P1D", day],
  ["P1DT12H", 36 * hour],
  ["P2W", 14 * day],
  ["pt1h", hour],
  ["01:00:00", hour],
  ["14.00:00:00", 14 * day],
  ["00:00:30.5", 30_500],
  ["time(1.00:00:00)", day],
  ["20000ticks", 2],
])("%s is read", (written, milliseconds) => {
  expect(readDuration(written)).toEqual({ kind: "read", milliseconds });
});

test.each([
  ["5", "`5` has no unit; write for example `5m` or `5h`"],
  ["P1M", "`P1M` counts months or years, which have no fixed length; minutes stand after a `T`, as in `PT1M`"],
  ["PT1D", "`PT1D` is not an ISO 8601 duration; days stand before the `T`, as in `P1D`"],
  ["PT", "`PT` is not an ISO 8601 duration"],
  ["daily", "`daily` is not a duration such as `1h`, `PT1H` or `01:00:00`"],
  ["1x", "`x` is not a unit of time"],
  ["25:00:00", "`25:00:00` is not a time of the form `d.hh:mm:ss`"],
])("%s is refused with a reason", (written, reason) => {
  expect(readDuration(written)).toEqual({ kind: "refused", reason });
});

test("durations print as alerts show them", () => {
  expect([5 * hour, 14 * day, 90_000].map(printDuration)).toEqual(["05:00:00", "14.00:00:00", "00:01:30"]);
});
