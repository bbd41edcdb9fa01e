import { expect, test } from "vitest";
import { parseTicks, printTicks, type Window } from "./ticks.js";
import { scheduledWindows, windowAround } from "./windows.js";

const hour = 3_600_000;

function range(from: string, to: string): Window {
  return { from: parseTicks(from) ?? 0n, to: parseTicks(to) ?? 0n };
}

function print(windows: Iterable<Window>): string[] {
  return [...windows].map(({ from, to }) => `${printTicks(from).slice(5, 16)} ${printTicks(to).slice(5, 16)}`);
}

test("windows of equal frequency and period tile the range", () => {
  const windows = scheduledWindows(range("2026-03-01", "2026-03-01T03:00"), { frequency: hour, period: hour });
  expect(print(windows)).toEqual(["03-01T00:00 03-01T01:00", "03-01T01:00 03-01T02:00", "03-01T02:00 03-01T03:00"]);
});

test("a longer period looks back before the range, and windows overlap", () => {
  const windows = scheduledWindows(range("2026-03-01", "2026-03-01T02:00"), { frequency: hour, period: 24 * hour });
  expect(print(windows)).toEqual(["02-28T01:00 03-01T01:00", "02-28T02:00 03-01T02:00"]);
});

test("the last window reaches the end of the range, also where the range is shorter than the frequency", () => {
  const day = { frequency: 24 * hour, period: 24 * hour };
  expect(print(scheduledWindows(range("2026-03-01", "2026-03-01T06:00"), day))).toEqual(["03-01T00:00 03-02T00:00"]);
  expect(print(scheduledWindows(range("2026-03-01", "2026-03-01"), day))).toEqual([]);
});

test("the window around several tables", () => {
  const tables = [range("2026-03-02", "2026-03-04"), range("2026-03-01", "2026-03-03")];
  expect(print([windowAround(tables) ?? range("2026-01-01", "2026-01-01")])).toEqual(["03-01T00:00 03-04T00:00"]);
  expect(windowAround(tables)?.last).toBe((parseTicks("2026-03-04") ?? 0n) - 1n);
  expect(windowAround([])).toBeUndefined();
});
