import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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
  const pool = new DissectionPool(here, { mostThreads: 2 });
  const all = rules(24);
  try {
    const taken = await Promise.all(all.map((one) => pool.takeApart(one)));
    expect(taken).toEqual(all.map(here));
    expect(taken.at(-1)?.dissection.stages).toHaveLength(3);
  } finally {
    await pool.close();
  }
});

/** A pool whose threads do something else with some rules, by their names, and take all others apart in their way. */
function poolWhere(special: string, mostSeconds?: number): DissectionPool {
  const worker = join(folder, `${readdirSync(folder).length}.mjs`);
  writeFileSync(
    worker,
    `import { existsSync, writeFileSync } from "node:fs";
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ name, dissection }) => {
      ${special}
      parentPort.postMessage({ ...dissection, unread: [{ text: name, why: "on a thread" }] });
    });
    parentPort.postMessage(null);`,
  );
  const seconds = mostSeconds === undefined ? {} : { mostSeconds };
  return new DissectionPool(here, { mostThreads: 2, workerFile: pathToFileURL(worker), ...seconds });
}

/** What became of the rules that threads take apart, but for those of which a thread made something. */
async function failuresOf(pool: DissectionPool): Promise<Readonly<Record<string, string>>> {
  const all = rules(30);
  const outcomes = await Promise.allSettled(all.map((one) => pool.takeApart(one)));
  const told = outcomes.slice(16).map((outcome, index): readonly [string, string] => {
    const { name } = all[16 + index] ?? { name: "" };
    if (outcome.status === "rejected") return [name, String(outcome.reason)];
    return [name, outcome.value.dissection.unread[0]?.why ?? ""];
  });
  await pool.close();
  return Object.fromEntries(told.filter(([, why]) => why !== "on a thread"));
}

const endings = {
  "throws an error": ["throw new Error('no sense')", "Error: no sense"],
  "ends without a word": ["process.exit(0)", "Error: its thread ended with 0"],
} as const;

for (const [ending, [act, why]] of Object.entries(endings)) {
  test(`rules at which a thread ${ending} are told, and all others are taken apart`, async () => {
    const pool = poolWhere(`if (name === "Rule 18" || name === "Rule 29") { ${act} }`);
    expect(await failuresOf(pool)).toEqual({ "Rule 18": why, "Rule 29": why });
  });
}

test("a rule at which a thread ended once is taken apart by the next", async () => {
  const mark = JSON.stringify(join(folder, "seen"));
  const once = `if (name === "Rule 20" && !existsSync(${mark})) { writeFileSync(${mark}, ""); process.exit(1); }`;
  expect(await failuresOf(poolWhere(once))).toEqual({});
});

test("a thread that does not come to an end is ended", async () => {
  const pool = poolWhere(`if (name === "Rule 17") for (;;);`, 1);
  expect(await failuresOf(pool)).toEqual({ "Rule 17": "Error: it takes longer than 1 s" });
});

test("where no thread can begin, all is done here", async () => {
  const pool = new DissectionPool(here, { mostThreads: 2, workerFile: pathToFileURL(join(folder, "missing.mjs")) });
  const all = rules(20);
  expect(await Promise.all(all.map((one) => pool.takeApart(one)))).toEqual(all.map(here));
  await pool.close();
});
