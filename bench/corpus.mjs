// Compiles the queries of public rules and hunts, where a folder of them lies beside the project, runs them on empty tables, and
// counts by source what became of them. The page docs/corpus.md has to say the same; UPDATE=1 writes it. The counts are held to
// their floors, and the longest SQL to the length that the engine reads.
//   npm run report:corpus -- [--seconds 1800] [--show REASON]
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { compile, compileAnswered, engineSettings } from "../packages/kql/dist/index.js";
import { otherNamesAmong, withOtherNames } from "../packages/kql/dist/schema/other-names.js";
import { bind } from "../packages/kql/dist/syntax/bind.js";
import { corpusPage } from "./corpus-page.mjs";
import { EngineError, emptyTables } from "./empty-tables.mjs";
import { holdFloors } from "./floors.mjs";
import { shippedDefinitions } from "./schema.mjs";

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "1800" }, show: { type: "string" } },
});
const now = 17_900_000_000_000_000n;
/** Longest time, in seconds, that a query may take to run. */
const limit = 300;
const folder = new URL("../../shared/corpus/", import.meta.url);
const page = new URL("../docs/corpus.md", import.meta.url);
if (existsSync(folder)) await report();
else console.log("corpus: skipped, as there are no queries beside the project");

async function report() {
  const definitions = await shippedDefinitions();
  const rowsOf = await emptyTables(definitions, limit);
  const endsAt = performance.now() + Number(options.seconds) * 1000;
  const results = [];
  const queries = ["rules", "queries"].flatMap(readQueries);
  for (const query of queries) {
    if (performance.now() > endsAt) break;
    results.push(await resultOf(query, definitions.schema, rowsOf));
  }
  for (const { file, faults } of results) for (const fault of faults) console.error(`${file}: ${fault}`);
  if (options.show !== undefined) show(results);
  const text = corpusPage(results);
  console.log(text);
  checkLength(results);
  if (results.length < queries.length) {
    console.log(`out of time after ${results.length} of ${queries.length} queries; nothing was held to floors`);
  } else holdAll(results, text);
  process.exit();
}

function readQueries(name) {
  return readFileSync(new URL(`${name}.jsonl`, folder), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .map(({ source, year, file, query }) => ({
      kind: name,
      source: year === undefined ? source : `${source}, ${year}`,
      file,
      query,
    }));
}

/**
 * What became of a query: whether KQL's binder accepts it, whether it compiles without an error, whether it runs on empty
 * tables, and the reasons against it, each once.
 */
async function resultOf({ kind, source, file, query }, schema, rowsOf) {
  const result = { kind, source, file, query: query.length, sql: 0, ran: false, faults: [] };
  try {
    // Tables without rows answer every question with none.
    const compilation = await compileAnswered({ text: query, schema, now }, async () => [], compile);
    const accepted = isAccepted(query, schema);
    const reasons = reasonsOf(compilation);
    Object.assign(result, { accepted, reasons, compiled: compilation.sql !== undefined });
    result.sql = compilation.sql?.length ?? 0;
    if (compilation.sql !== undefined) {
      await rowsOf(compilation);
      result.ran = true;
    }
  } catch (error) {
    result.faults.push(error instanceof EngineError ? error.outcome : `fault: ${error.stack}`);
  }
  return result;
}

/** Whether the binder finds no error, with the workspace's own names of columns or with other names that it knows. */
function isAccepted(text, schema) {
  const own = errorsOf(text, schema);
  const unknown = own.errors.filter(({ code }) => code === "KS142").map(({ span }) => text.slice(span.start, span.end));
  const names = otherNamesAmong(unknown, own.tables);
  const readings = names.size === 0 ? [] : ["instead", "beside"].map((how) => withOtherNames(schema, names, how));
  return own.errors.length === 0 || readings.some((reading) => errorsOf(text, reading).errors.length === 0);
}

function errorsOf(text, schema) {
  const { diagnostics, tables } = bind({ name: "query", text }, schema);
  return { errors: diagnostics.filter(({ severity }) => severity === "error"), tables };
}

/** Why a query does not run as it is: codes, with the construct or the name where that tells more. */
function reasonsOf({ diagnostics }) {
  const telling = diagnostics.filter(({ severity, name }) => severity === "error" || name !== undefined);
  const reasons = telling.map((found) => ({ code: found.code, severity: found.severity, what: whatOf(found) }));
  return [...new Map(reasons.map((reason) => [`${reason.code} ${reason.what}`, reason])).values()];
}

/** What a diagnostic is about: a name, a construct, or what the binder says, without the user's own words. */
function whatOf({ code, name, construct, message, hint }) {
  if (hint?.startsWith("another query begins")) return "another query begins after an empty line";
  return name ?? construct ?? (code.startsWith("KS") ? message.replace(/'[^']*'/g, "…") : "");
}

function show(results) {
  for (const { file, source, reasons = [], faults } of results) {
    const all = [...reasons.map(({ code, what }) => `${code} ${what}`), ...faults];
    if (all.some((reason) => reason.includes(options.show)))
      console.log(`${source}: ${file}\n    ${all.join("\n    ")}`);
  }
}

function checkLength(results) {
  const longest = results.reduce((most, result) => (result.sql > most.sql ? result : most));
  const most = engineSettings.max_query_size;
  console.log(`longest SQL: ${longest.sql} characters from ${longest.query} of KQL; the engine reads ${most}`);
  // A character has at most four bytes.
  if (longest.sql * 4 > most) process.exitCode = 1;
}

function holdAll(results, text) {
  for (const kind of ["rules", "queries"]) {
    const own = results.filter((result) => result.kind === kind);
    const count = (test) => own.filter(test).length;
    holdFloors(`corpus ${kind}`, {
      accepted: count(({ accepted }) => accepted),
      compiled: count(({ compiled }) => compiled),
      ran: count(({ ran }) => ran),
      faults: count(({ faults }) => faults.length > 0),
    });
  }
  if (process.env.UPDATE !== undefined) writeFileSync(page, text);
  else if (!existsSync(page) || readFileSync(page, "utf8") !== text) {
    console.error("docs/corpus.md says something else; UPDATE=1 writes it anew");
    process.exitCode = 1;
  }
}
