import { expect, test } from "vitest";
import { compile } from "../compile.js";
import { workspaceSchema } from "../schema/schema.js";

const schema = workspaceSchema("nothing", []);

function codesOf(text: string): readonly string[] {
  return compile({ text, schema, now: 0n }).diagnostics.map(({ code, span }) => `${code} ${span.start}`);
}

test.each([
  ["closed", `print ${"(".repeat(501)}1${")".repeat(501)}`, 506],
  ["never closed", `print ${"(".repeat(100_000)}`, 506],
  ["of several kinds", `print x = ${"iff(true, dynamic([1]), ".repeat(501)}`, 10 + 498 * 24 + 18],
])("brackets nested too deep to be read are refused where they are, %s", (_, text, place) => {
  expect(codesOf(text)).toEqual([`KS245 ${place}`]);
});

test.each([
  ["in strings", `print '${"(".repeat(600)}', @"${"[".repeat(600)}"`],
  ["in comments", `print 1 // ${"(".repeat(600)}`],
  ["beside each other", `print ${"(1) + ".repeat(200)}1, ${"toint(1), ".repeat(600)}2`],
])("brackets that do not nest are read, %s", (_, text) => {
  expect(codesOf(text)).toEqual([]);
});
