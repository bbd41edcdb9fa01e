// Runs the rules of the documents that lie beside the project over logs written for them (`seeds/`: what each rule must see, and near
// misses that it must not), and the queries of these documents and of the investigation guide on empty tables.
//   npm run report:seeds
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readGuidance } from "../packages/catalog/dist/index.js";
import { ruleFilesOnDisk, ruleTestPaths } from "../packages/server/dist/cli/rule-files.js";
import { openWorkspace } from "../packages/server/dist/main.js";
import { checkGuidance } from "../packages/server/dist/rule-tests/check-guidance.js";
import { loadTests } from "../packages/server/dist/rule-tests/load-tests.js";
import { inWorkspaces } from "../packages/server/dist/rule-tests/run-tests.js";
import { holdFloors } from "./floors.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const documents = new URL("../../shared/seeds/", import.meta.url);
const guide = new URL("../../shared/specs/investigation.md", import.meta.url);
if (existsSync(documents)) {
  holdFloors("seed rules", { equal: reportOnRules() });
  holdFloors("seed queries", { answered: reportOnQueries() });
  holdFloors("seed guidance", { held: await reportOnGuidance() });
} else console.log("seeds: skipped, as there are no documents beside the project");

function calypso(args, input) {
  const { stdout, stderr } = spawnSync(process.execPath, ["packages/server/bin/calypso.js", ...args], {
    cwd: root,
    encoding: "utf8",
    input,
  });
  return { lines: stdout.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : [])), stderr };
}

function documentOf(number) {
  const name = readdirSync(documents).find((file) => file.startsWith(number));
  if (name === undefined) throw new Error(`no document ${number} beside the project`);
  return new URL(name, documents);
}

/** How many rules raise exactly the alerts that are expected of them. */
function reportOnRules() {
  let equal = 0;
  const folder = new URL("seeds/", import.meta.url);
  for (const number of readdirSync(folder).sort()) {
    const place = fileURLToPath(new URL(`${number}/`, folder));
    const expected = JSON.parse(readFileSync(`${place}expected.json`, "utf8"));
    const options = ["--rules", fileURLToPath(documentOf(number)), "--data", `${place}logs`, "--format", "ndjson"];
    const { lines, stderr } = calypso(["detect", ...options, "--externaldata-dir", `${place}externaldata`]);
    const found = lines.map(({ rule, title, rows, entities, error }) => ({
      rule: rule.id,
      title,
      rows,
      entities,
      error,
    }));
    const same = canonical(found) === canonical(expected);
    console.log(
      `${number}: ${same ? "as expected" : `differs:\n${canonical(found)}\n${canonical(expected)}\n${stderr}`}`,
    );
    equal += same ? 1 : 0;
  }
  return equal;
}

/** Alerts as text, entities in an order of their own. */
function canonical(alerts) {
  const sorted = alerts.map((alert) => ({
    ...alert,
    entities: alert.entities?.map((entity) => JSON.stringify(entity)).sort(),
  }));
  return JSON.stringify(sorted);
}

/** How many rules, taken over from a catalogue of the documents, have scenarios that pass and filters that keep out only what is harmless. */
async function reportOnGuidance() {
  const folder = mkdtempSync(join(tmpdir(), "calypso-seeds-"));
  try {
    mkdirSync(join(folder, "source"));
    const numbers = readdirSync(new URL("seeds/", import.meta.url)).sort();
    for (const number of numbers) copyFileSync(documentOf(number), join(folder, "source", `${number}.yaml`));
    const state = ["--state", join(folder, "state")];
    const imported = calypso(["catalog", "import", join(folder, "source"), "--platform", "Sentinel", ...state]);
    const ids = imported.lines.flatMap(({ kind, id }) => (kind === "added" ? [id] : []));
    calypso(["catalog", "adopt", ...ids, "--into", join(folder, "rules"), ...state]);
    const { tests, problems } = await loadTests(ruleFilesOnDisk, await ruleTestPaths([join(folder, "rules")]));
    for (const { message } of problems) console.log(message);
    const open = (externaldataDir) => openWorkspace(externaldataDir === undefined ? {} : { externaldataDir });
    let held = 0;
    for (const test of tests) {
      const name = test.file.name.replace(".tests.", ".guidance.");
      const { guidance } = readGuidance({ name, text: readFileSync(name, "utf8") });
      const doubts = guidance === undefined ? ["it cannot be read"] : [];
      for await (const { message } of inWorkspaces(open, [{ ...test, guidance }], checkGuidance)) {
        // What the compiler says of the rule itself, as of a column that its tables do not have, is not about the guidance.
        if (!message.includes("[unknown-column]")) doubts.push(message);
      }
      console.log(`guidance of ${test.rule.name}: ${doubts.length === 0 ? "as it says" : doubts.join("; ")}`);
      held += doubts.length === 0 ? 1 : 0;
    }
    return held;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How many queries are answered. */
function reportOnQueries() {
  const queries = [...queriesOfGuide(), ...queriesOfDocument(readFileSync(documentOf("004"), "utf8"))];
  const input = queries.map((query, id) => JSON.stringify({ id, query })).join("\n");
  const { lines } = calypso(["query", "--batch", "-"], input);
  const failed = lines.filter(({ error }) => error !== undefined);
  for (const { id, error } of failed) console.log(`${queries[id].split("\n")[0]}: ${error.code}: ${error.message}`);
  console.log(`${lines.length - failed.length} of ${queries.length} queries answered`);
  return lines.length - failed.length;
}

/** The queries of the guide's blocks, each under a comment that names it, with values for what they leave open. */
function queriesOfGuide() {
  const values = { from: "2026-03-01", to: "2026-03-08" };
  const blocks = [...readFileSync(guide, "utf8").matchAll(/^```kusto\n(.*?)^```/gms)].map(([, block]) => block);
  return blocks
    .flatMap((block) => block.split(/^(?=\/\/ [A-Z]\d )/m))
    .map((query) => query.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name] ?? "x"));
}

/** A table's name on a line of its own, and the lines below it that begin with a pipe. */
function queriesOfDocument(text) {
  return [...text.matchAll(/^\w+\n(?:\|.*\n)+/gm)].map(([query]) => query);
}
