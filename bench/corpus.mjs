// Compiles the queries of public rules and hunts, where a folder of them lies beside the project, counts what became of them, and
// holds the counts to their floors, and the longest SQL to the length that the engine reads.
//   npm run report:corpus -- [seconds that it may take]
import { existsSync, readFileSync } from "node:fs";
import { compileAnswered, engineSettings } from "../packages/kql/dist/index.js";
import { holdFloors } from "./floors.mjs";
import { shippedDefinitions } from "./schema.mjs";

const endsAt = performance.now() + Number(process.argv[2] ?? 300) * 1000;
const folder = new URL("../../shared/corpus/", import.meta.url);
if (existsSync(folder)) {
  const { schema } = await shippedDefinitions();
  for (const name of ["rules", "queries"]) await reportOn(name, schema);
} else console.log("corpus: skipped, as there are no queries beside the project");

async function reportOn(name, schema) {
  const lines = readFileSync(new URL(`${name}.jsonl`, folder), "utf8")
    .split("\n")
    .filter(Boolean);
  const outcomes = new Map();
  const counts = { compiled: 0, faults: 0 };
  const longest = { query: 0, sql: 0 };
  let tried = 0;
  for (const { query } of lines.map((line) => JSON.parse(line))) {
    if (performance.now() > endsAt) break;
    tried += 1;
    for (const outcome of await outcomesOf(query, schema, counts, longest))
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  console.log(`\n${name}: ${counts.compiled} of ${tried} compile, ${counts.faults} faults`);
  const limit = engineSettings.max_query_size;
  console.log(`longest SQL: ${longest.sql} characters from ${longest.query} of KQL; the engine reads ${limit}`);
  // A character has at most four bytes.
  if (longest.sql * 4 > limit) process.exitCode = 1;
  const sorted = [...outcomes].sort((a, b) => b[1] - a[1]).slice(0, 40);
  for (const [outcome, count] of sorted) console.log(`${String(count).padStart(6)}  ${outcome}`);
  if (tried === lines.length) holdFloors(`corpus ${name}`, counts);
  else console.log(`${name}: out of time after ${tried} of ${lines.length} queries; the floors were not looked at`);
}

/** What stopped a query, each thing once: codes, with the construct or the name where that tells more. */
async function outcomesOf(text, schema, counts, longest) {
  try {
    // Tables without rows answer every question with none.
    const { sql, diagnostics } = await compileAnswered({ text, schema, now: 17_900_000_000_000_000n }, async () => []);
    if (sql !== undefined) {
      counts.compiled += 1;
      if (sql.length > longest.sql) Object.assign(longest, { query: text.length, sql: sql.length });
    }
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    return new Set(
      errors.map(({ code, construct, message }) => `${code} ${construct ?? nameIn(code, message)}`.trim()),
    );
  } catch (error) {
    counts.faults += 1;
    return new Set([`fault: ${String(error).split("\n")[0]}`]);
  }
}

function nameIn(code, message) {
  return /^unknown-(table|function)$/.test(code) ? (/`([^`]+)`/.exec(message)?.[1] ?? "") : "";
}
