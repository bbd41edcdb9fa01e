// Changes queries of public rules and hunts at random and compiles them; what compiles runs on empty tables. Each has to give
// rows or diagnostics: no crash, no error of the engine, no hang. Without a folder of queries beside the project it changes the
// queries of the case files.
//   npm run fuzz -- [--count 20000] [--seconds 600] [--seed 1] [--only N] [--show]
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { compile, compileAnswered } from "../packages/kql/dist/index.js";
import { EngineError, emptyTables } from "./empty-tables.mjs";
import { mutant, random } from "./mutations.mjs";
import { shippedDefinitions } from "./schema.mjs";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "20000" },
    seconds: { type: "string", default: "600" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    show: { type: "boolean", default: false },
  },
});
/** Longest time, in seconds, that a query may take to compile, and to run. */
const limit = 10;

const queries = readQueries();
const definitions = await shippedDefinitions();
const rowsOf = await emptyTables(definitions, limit);
const counts = { rows: 0, diagnostics: 0, "out of time or memory": 0 };
const failures = new Map();
const endsAt = performance.now() + Number(options.seconds) * 1000;
const first = options.only === undefined ? 0 : Number(options.only);
const last = options.only === undefined ? Number(options.count) : first + 1;
let tried = 0;
for (let number = first; number < last && performance.now() < endsAt; number++) {
  tried += 1;
  const text = mutant(queries, random(Number(options.seed) * 1_000_003 + number));
  if (options.show) console.log(text);
  const outcome = await outcomeOf(text);
  if (outcome in counts) counts[outcome] += 1;
  else report(outcome, number, text);
}
console.log(`${tried} queries from ${queries.length}: ${JSON.stringify(counts)}, ${failures.size} kinds of failure`);
process.exit(failures.size === 0 ? 0 : 1);

function readQueries() {
  const corpus = new URL("../../shared/corpus/", import.meta.url);
  if (existsSync(corpus)) {
    return ["rules", "queries"].flatMap((name) =>
      readFileSync(new URL(`${name}.jsonl`, corpus), "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line).query),
    );
  }
  const cases = new URL("../packages/kql/cases/", import.meta.url);
  return readdirSync(cases).flatMap((name) =>
    [...readFileSync(new URL(name, cases), "utf8").matchAll(/^=== .*\n([\s\S]*?)\n---/gm)].map(([, query]) => query),
  );
}

async function outcomeOf(text) {
  const begun = performance.now();
  let compilation;
  try {
    compilation = await compileAnswered(
      { text, schema: definitions.schema, now: 17_900_000_000_000_000n },
      rowsOf,
      compile,
    );
  } catch (error) {
    return error instanceof EngineError
      ? error.outcome
      : `crash: ${String(error.stack).split("\n").slice(0, 3).join(" ")}`;
  }
  if (performance.now() - begun > limit * 1000) return "slow to compile";
  if (compilation.rowsSql === undefined) {
    return compilation.diagnostics.some(({ severity }) => severity === "error")
      ? "diagnostics"
      : "neither rows nor errors";
  }
  try {
    await rowsOf(compilation);
    return "rows";
  } catch (error) {
    return error instanceof EngineError
      ? error.outcome
      : `crash: ${String(error.stack).split("\n").slice(0, 3).join(" ")}`;
  }
}

/** Each kind of failure is shown once, with the number that `--only` makes it again with. */
function report(outcome, number, text) {
  const kind = outcome.replace(/`[^`]*`|'[^']*'|\d+/g, "…").slice(0, 90);
  failures.set(kind, (failures.get(kind) ?? 0) + 1);
  if (failures.get(kind) > 1) return;
  console.log(`--- seed ${options.seed}, --only ${number}\n${outcome.slice(0, 500)}\n${text.slice(0, 3000)}\n`);
}
