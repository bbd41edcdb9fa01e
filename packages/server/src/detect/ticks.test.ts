import { expect, test } from "vitest";
import { parseTicks, printTicks } from "./ticks.js";

test.each([
  ["2026-10-14T03:00:00.0000001Z", "2026-10-14T03:00:00.0000001Z"],
  ["2026-10-14T03:00:00.5Z", "2026-10-14T03:00:00.5000000Z"],
  ["2026-10-14", "2026-10-14T00:00:00.0000000Z"],
  ["2026-10-14 03:04", "2026-10-14T03:04:00.0000000Z"],
  ["2026-10-14T03:00:00+02:00", "2026-10-14T01:00:00.0000000Z"],
  ["1601-01-01T00:00:00.0000005Z", "1601-01-01T00:00:00.0000005Z"],
])("%s is %s", (written, printed) => {
  expect(printTicks(parseTicks(written) ?? 0n)).toBe(printed);
});

test.each(["yesterday", "2026-13-01", "2026-10-14T25:00:00Z", "14.10.2026", ""])("%s is no instant", (written) => {
  expect(parseTicks(written)).toBeUndefined();
});
