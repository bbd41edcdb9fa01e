import { expect, test } from "vitest";
import { keptWhileSame } from "./kept.js";

const size = (state: string) => ({ rows: 1, bytes: 1, state });
const at = (time: string) => new Date(`2026-10-14T${time}Z`);

test("a table is looked at again when its rows are others or another hour begins, and each time where nothing says so", async () => {
  const kept = keptWhileSame<number>();
  let looks = 0;
  const look = (table: string, state: string | undefined, time: string) =>
    kept(table, state === undefined ? undefined : size(state), at(time), async () => {
      looks += 1;
      return looks;
    });
  expect(await look("A", "a", "03:10:00")).toBe(1);
  expect(await look("A", "a", "03:59:59")).toBe(1);
  expect(await look("B", "a", "03:59:59")).toBe(2);
  expect(await look("A", "b", "03:59:59")).toBe(3);
  expect(await look("A", "b", "04:00:00")).toBe(4);
  expect(await look("A", undefined, "04:00:00")).toBe(5);
  expect(await look("A", undefined, "04:00:00")).toBe(6);
  expect(await look("A", "b", "04:00:00")).toBe(4);
});

test("a look that failed is not kept", async () => {
  const kept = keptWhileSame<string>();
  const failing = kept("A", size("a"), at("03:00:00"), () => Promise.reject(new Error("away")));
  await expect(failing).rejects.toThrow("away");
  expect(await kept("A", size("a"), at("03:00:00"), async () => "there")).toBe("there");
});
