// Compares the dissection of the public queries that compile with the compiler's own plan of them: every output column, every table that is
// read, and every condition of the plan has to be in it.
//   npm run report:dissection
import { existsSync, readFileSync } from "node:fs";
import { compile } from "../packages/kql/dist/index.js";
import { holdFloors } from "./floors.mjs";
import { shippedDefinitions } from "./schema.mjs";

const folder = new URL("../../shared/corpus/", import.meta.url);
if (existsSync(folder)) await report();
else console.log("dissection: skipped, as there are no queries beside the project");

async function report() {
  const { schema } = await shippedDefinitions();
  const counts = { queries: 0, columns: 0, tables: 0, conditions: 0, missing: 0 };
  for (const { file, query } of ["rules", "queries"].flatMap(readQueries)) {
    const compilation = compile({ text: query, schema, now: 17_900_000_000_000_000n });
    const facts = compilation.facts?.();
    if (facts === undefined || compilation.diagnostics.some(({ severity }) => severity === "error")) continue;
    counts.queries += 1;
    const { outputs, predicates } = compilation.dissection();
    const tell = (kind, found, what) => {
      counts[kind] += 1;
      if (found) return;
      counts.missing += 1;
      console.error(`${file}: ${kind} ${what}`);
    };
    const names = new Set(outputs.map(({ name }) => name));
    for (const { name } of compilation.columns) tell("columns", names.has(name), name);
    const read = new Set(facts.tableConditions.map(({ table }) => table));
    for (const table of compilation.tables) tell("tables", read.has(table), table);
    const spans = predicates.map(({ location }) => location.span);
    for (const location of conditionsIn(facts, query)) {
      const { start, end } = location.span;
      const isThere =
        spans.some((span) => span.start >= start && span.end <= end) ||
        spans.some((span) => span.start <= start && span.end >= end);
      tell("conditions", isThere, query.slice(start, end));
    }
  }
  console.log("queries compared | output columns | tables | conditions | missing in the dissection");
  console.log(Object.values(counts).join(" | "));
  holdFloors("dissection", counts);
  process.exit();
}

/** The places of all conditions of the plan that stand in the query's own text, each once. */
function conditionsIn({ tableConditions, thresholds, otherConditions }, query) {
  const all = [
    ...tableConditions.flatMap(({ conditions }) => conditions.flatMap(leaves)),
    ...thresholds.map(({ location }) => location),
    ...otherConditions,
  ];
  // Operators ask things of their own, which nobody has written.
  const isWritten = ({ span }) => !/^(?:evaluate|make-series|bag_unpack)\b/.test(query.slice(span.start, span.end));
  const own = all.filter((location) => location?.source.text === query && isWritten(location));
  return [...new Map(own.map((location) => [`${location.span.start} ${location.span.end}`, location])).values()];
}

function leaves(logic) {
  if (logic.kind === "call") return [logic.location];
  return logic.kind === "not" ? leaves(logic.part) : logic.parts.flatMap(leaves);
}

function readQueries(name) {
  return readFileSync(new URL(`${name}.jsonl`, folder), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
