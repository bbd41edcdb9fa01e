// Brings the public Sigma rules that lie beside the project, and the project's own over processes, to KQL, binds that against the tables
// that ship, and counts by folder how many can run. Each refusal is printed with its reason; the counts are held to their floors.
//   npm run report:sigma -- [--show TEXT]
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readRunnableRules } from "../packages/catalog/dist/index.js";
import { compile } from "../packages/kql/dist/index.js";
import { shippedVocabulary } from "../packages/server/dist/platform/vocabulary.js";
import { holdFloors } from "./floors.mjs";
import { shippedDefinitions } from "./schema.mjs";

const { values: options } = parseArgs({ options: { show: { type: "string" } } });
const now = 17_900_000_000_000_000n;
const corpus = new URL("../../shared/corpus/sigma.jsonl", import.meta.url);
const own = new URL("sigma/process-creation.yml", import.meta.url);
const surroundings = { vocabulary: shippedVocabulary, beside: { paths: [], text: () => undefined } };
const { schema } = await shippedDefinitions();
const counts = new Map();

if (existsSync(corpus)) {
  const lines = readFileSync(corpus, "utf8").split("\n").filter(Boolean);
  for (const { file, text } of lines.map((line) => JSON.parse(line))) countRules(folderOf(file), file, text);
} else console.log("sigma: there are no public rules beside the project; only its own are counted");
countRules("own process_creation", "sigma/process-creation.yml", readFileSync(own, "utf8"));

for (const [folder, { rules, run }] of [...counts].sort()) {
  console.log(`${String(run).padStart(4)} of ${String(rules).padStart(4)} (${percent(run, rules)})  ${folder}`);
  holdFloors(`sigma, ${folder}`, { run });
}

function countRules(folder, file, text) {
  const count = counts.get(folder) ?? { rules: 0, run: 0 };
  counts.set(folder, count);
  const { rules, problems } = readRunnableRules({ name: file, text }, surroundings);
  for (const { severity, code, message, line } of problems)
    console.log(`${file}:${line}: ${severity}[${code}]: ${message}`);
  for (const { name, query, obstacle } of rules) {
    count.rules += 1;
    if (obstacle !== undefined) continue;
    if (options.show !== undefined && `${file} ${name}`.includes(options.show)) console.log(`${name}\n${query.text}\n`);
    const { diagnostics, sql } = compile({ text: query.text, schema, now });
    for (const { code, message } of diagnostics) console.log(`${file}: ${name}: ${code}: ${message}`);
    if (sql !== undefined && diagnostics.length === 0) count.run += 1;
  }
}

/** The first three folders, or all of `rules/windows/builtin/security`. */
function folderOf(file) {
  return file
    .split("/")
    .slice(0, file.startsWith("rules/windows/") ? 4 : 3)
    .join("/");
}

function percent(some, all) {
  return `${((100 * some) / Math.max(1, all)).toFixed(1)} %`;
}
