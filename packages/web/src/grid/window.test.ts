import { expect, test } from "vitest";
import { RowWindow } from "./window.ts";

test("a million rows are reached by the scroll bar, first and last too", () => {
  const window = new RowWindow(26);
  window.resize(1_000_000, 520);
  expect(window.height).toBe(8_000_000);
  expect(window.range).toEqual({ first: 0, end: 21 });
  window.scrolled(8_000_000 - 520);
  expect(window.range).toEqual({ first: 999_980, end: 1_000_000 });
  window.scrolled(4_000_000 - 260);
  expect(window.range.first).toBe(499_990);
});

test("a row is revealed with the least movement, and rounding of the scroll bar shifts nothing", () => {
  const window = new RowWindow(26);
  window.resize(1_000_000, 520);
  window.reveal(20);
  expect(window.offset).toBe(26);
  window.scrolled(Math.round(window.scrollTop));
  expect(window.offset).toBe(26);
  window.reveal(5);
  expect(window.offset).toBe(26);
  window.reveal(0);
  expect(window.offset).toBe(0);
  window.reveal(999_999);
  expect(window.range.end).toBe(1_000_000);
});

test("rows that fit do not scroll, and fewer rows move back", () => {
  const window = new RowWindow(26);
  window.resize(1000, 260);
  window.reveal(999);
  window.resize(3, 260);
  expect(window.offset).toBe(0);
  expect(window.range).toEqual({ first: 0, end: 3 });
});
