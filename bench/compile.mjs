// Compiles every query of a corpus once the compiler is warm, and reports how long each took.
//   npm run bench:compile -- [folder with rules.jsonl and queries.jsonl]
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "../packages/kql/dist/index.js";
import { quantile, report } from "./report.mjs";
import { shippedDefinitions } from "./schema.mjs";

const folder = process.argv[2] ?? fileURLToPath(new URL("../../shared/corpus", import.meta.url));
const files = ["rules.jsonl", "queries.jsonl"].map((name) => join(folder, name)).filter((path) => existsSync(path));
if (files.length === 0) {
  console.error(`no queries: ${folder} has neither rules.jsonl nor queries.jsonl`);
  process.exit(1);
}
const queries = files.flatMap((path) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line)),
);
const { schema } = await shippedDefinitions();
const now = 17_900_000_000_000_000n;

// Each text is given a comment of its own, so that nothing kept from the first round answers in the second.
for (const [index, { query }] of queries.entries()) if (index % 5 === 0) timed(`${query}\n// warm`);
const results = queries.map(({ query, file }) => ({ file, ...timed(query) }));

function timed(text) {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const { sql } = compile({ text, schema, now });
  const milliseconds = performance.now() - began;
  const used = process.cpuUsage(cpu);
  return { milliseconds, processor: (used.user + used.system) / 1000, compiled: sql !== undefined };
}

function row(name, list, limits) {
  const numbers = (key) => list.map((entry) => entry[key]);
  const cells = [0.5, 0.95, 0.99, 1].map((share) => quantile(numbers("milliseconds"), share).toFixed(1));
  const processor = [0.5, 0.99].map((share) => quantile(numbers("processor"), share).toFixed(1));
  return `| ${name} | ${list.length} | ${cells.join(" | ")} | ${processor.join(" | ")} |${limits}`;
}

const slowest = [...results].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 5);
for (const { file, milliseconds } of slowest) console.error(`${milliseconds.toFixed(0)} ms: ${file}`);
report("Compile time", [
  "Milliseconds to parse, bind, lower and print each query of the corpus, in a warm process.",
  "Targets: median under 15 ms, 99th percentile under 150 ms.",
  "",
  "| | queries | median | 95 % | 99 % | slowest | processor: median | 99 % |",
  "|---|---|---|---|---|---|---|---|",
  row("all", results, ""),
  row(
    "compiled to SQL",
    results.filter(({ compiled }) => compiled),
    "",
  ),
]);
