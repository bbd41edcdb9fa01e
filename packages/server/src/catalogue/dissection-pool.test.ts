import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Detection, readerOf } from "@calypso/catalog";
import { afterAll, expect, test } from "vitest";
import { shippedSchema } from "../main.js";
import { shippedVocabulary } from "../platform/vocabulary.js";
import { DissectionPool } from "./dissection-pool.js";
import { takenApart } from "./taken-apart.js";
import { ruleYaml } from "./testing/rules.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-pool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const vocabulary = shippedVocabulary();
const here = takenApart({ schema: shippedSchema(), vocabulary });

/** Rules that nobody has taken apart yet. */
function rules(count: number): readonly Detection[] {
  return Array.from({ length: count }, (_, index) => {
    const query = `SigninLogs\n| where ResultType == "${index}"\n| extend Who = UserPrincipalName`;
    const text = ruleYaml({ id: `11111111-0000-4000-8000-0000000000${10 + index}`, name: `Rule ${index}`, query });
    const beside = { text: () => undefined, paths: [] };
    const [detection] =
      readerOf("Sentinel")?.read({ name: `${index}.yaml`, text }, beside, vocabulary).detections ?? [];
    if (detection === undefined) throw new Error("no rule was read");
    return detection;
  });
}

test("rules that threads take apart are those that are taken apart here", async () => {
  const pool = new DissectionPool(here, 2);
  const all = rules(24);
  try {
    const taken = await Promise.all(all.map((one) => pool.takeApart(one)));
    expect(taken).toEqual(all.map(here));
    expect(taken.at(-1)?.dissection.stages).toHaveLength(3);
  } finally {
    await pool.close();
  }
});

test("a rule at which a thread ends says so, and all others are taken apart", async () => {
  const worker = join(folder, "worker.mjs");
  writeFileSync(
    worker,
    `import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ name, dissection }) => {
      if (name === "Rule 18") throw new Error("no memory is left");
      parentPort.postMessage({ ...dissection, unread: [{ text: name, why: "on a thread" }] });
    });
    parentPort.postMessage(null);`,
  );
  const pool = new DissectionPool(here, 2, pathToFileURL(worker));
  try {
    const taken = await Promise.all(rules(30).map((one) => pool.takeApart(one)));
    const told = taken.slice(16).map(({ name, dissection: { unread } }) => [name, unread[0]?.why]);
    const names = Array.from({ length: 14 }, (_, index) => `Rule ${16 + index}`);
    const bad = "the query could not be taken apart: no memory is left";
    expect(told).toEqual(names.map((name) => [name, name === "Rule 18" ? bad : "on a thread"]));
  } finally {
    await pool.close();
  }
});

test("where no thread can begin, all is done here", async () => {
  const pool = new DissectionPool(here, 2, pathToFileURL(join(folder, "missing.mjs")));
  const all = rules(20);
  expect(await Promise.all(all.map((one) => pool.takeApart(one)))).toEqual(all.map(here));
  await pool.close();
});
