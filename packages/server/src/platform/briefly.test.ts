import { expect, test } from "vitest";
import { brieflyFor } from "./briefly.js";

test("each question has an answer of its own for a while, and those that were asked longest ago are forgotten", async () => {
  let now = 0;
  let asked = 0;
  const answer = brieflyFor(() => new Date(now), 10, {
    keyOf: (question: string) => question,
    work: async (question) => {
      asked += 1;
      return `${question}${asked}`;
    },
    most: 2,
  });
  expect([await answer("a"), await answer("b"), await answer("a")]).toEqual(["a1", "b2", "a1"]);
  expect(await answer("c")).toBe("c3");
  expect([await answer("a"), await answer("b")]).toEqual(["a1", "b4"]);
  now = 10;
  expect(await answer("a")).toBe("a5");
});
