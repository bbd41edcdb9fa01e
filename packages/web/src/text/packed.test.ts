import { expect, test } from "vitest";
import { packed, unpacked } from "./packed.ts";

test("a text comes back as it was", async () => {
  for (const text of ["", "SigninLogs | take 10", "print 'Zoë 日本語 👩'\n", "x".repeat(100_000)]) {
    const part = await packed(text);
    expect(part).toMatch(/^[\w-]*$/);
    expect(await unpacked(part)).toBe(text);
  }
});

test("what is no packed text, or too much of it, is nothing", async () => {
  expect(await unpacked("%%%")).toBe(undefined);
  expect(await unpacked("abcd")).toBe(undefined);
  expect(await unpacked(await packed("x".repeat(2_000_000)))).toBe(undefined);
});
