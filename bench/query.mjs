// Runs queries compiled from KQL, the SQL that an expert writes for the same question, and the question in DuckDB's SQL over the
// same rows, in turn.
//   npm run bench:query -- [rounds] [--only N]
import { fileURLToPath } from "node:url";
import { compile } from "../packages/kql/dist/index.js";
import { openClickHouse, openDuckDb } from "./engines.mjs";
import { questions } from "./questions.mjs";
import { median, report } from "./report.mjs";
import { tables } from "./rows.mjs";
import { shippedDefinitions } from "./schema.mjs";

const onlyAt = process.argv.indexOf("--only");
const only = onlyAt === -1 ? undefined : process.argv[onlyAt + 1].split(",").map(Number);
const rounds = Number(process.argv[2] === "--only" ? 5 : (process.argv[2] ?? 5));
const { schema } = await shippedDefinitions();
const folder = (name) => fileURLToPath(new URL(`data/${name}`, import.meta.url));
const clickHouse = await openClickHouse(folder("query-logs"));
const duckDb = await openDuckDb(folder("query-logs-duckdb"), clickHouse);

const results = [];
for (const [index, question] of questions.entries()) {
  if (only === undefined || only.includes(index + 1)) results.push(await measure(question, index + 1));
}
if (only === undefined) summary(results);
process.exit(results.every(({ equal }) => equal) ? 0 : 1);

async function measure({ name, kql, sql, duckdb, sets = false }, number) {
  const compilation = compile({ text: kql, schema, now: 17_734_000_000_000_000n });
  if (compilation.sql === undefined) throw new Error(`${name}: ${compilation.diagnostics[0]?.message}`);
  if (only !== undefined) console.error(compilation.sql);
  const answers = [clickHouse.rows(compilation.sql), clickHouse.rows(sql), await duckDb.rows(duckdb)];
  const [mine, expert, other] = answers.map((rows) => comparable(rows, sets));
  const equal = mine.length > 0 && same(mine, expert) && same(mine, other);
  if (!equal) {
    console.error(`${name}: the rows differ`);
    for (const rows of [mine, expert, other]) {
      const others = [mine, expert, other].flatMap((list) => (list === rows ? [] : [new Set(list)]));
      const own = rows.filter((row) => others.some((list) => !list.has(row)));
      console.error(rows.length, own.slice(0, 3));
    }
  }
  const runs = {
    calypso: () => clickHouse.run(compilation.sql),
    expert: () => clickHouse.run(sql),
    duckdb: () => duckDb.run(duckdb),
  };
  const times = await inTurn(runs);
  const result = {
    name,
    equal,
    rows: mine.length,
    ...times,
    toExpert: times.calypso / times.expert,
    toDuckDb: times.calypso / times.duckdb,
  };
  const [calypso, hand, duck] = [times.calypso, times.expert, times.duckdb].map((time) => time.toFixed(0));
  console.error(
    `${number} ${name}: ${calypso} ms, by hand ${hand} ms (${result.toExpert.toFixed(2)}), DuckDB ${duck} ms (${result.toDuckDb.toFixed(2)})`,
  );
  return result;
}

/** The median of each run's milliseconds; who begins changes from round to round. */
async function inTurn(runs) {
  const names = Object.keys(runs);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const began = performance.now();
      await runs[name]();
      times[name].push(performance.now() - began);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}

function same(left, right) {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Rows in an order of their own, with cells written in one way whatever the engine. */
function comparable(rows, sets) {
  return rows.map((row) => JSON.stringify(row.map((cell) => comparableCell(cell, sets)))).sort();
}

function comparableCell(cell, sets) {
  if (typeof cell === "number" || (typeof cell === "string" && /^-?\d+(\.\d+)?$/.test(cell))) {
    return Number(cell).toPrecision(12);
  }
  if (typeof cell !== "string") return cell;
  if (cell.startsWith("[")) {
    const items = JSON.parse(cell).map((item) => JSON.stringify(item));
    return JSON.stringify(sets ? items.sort() : items);
  }
  const time = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?Z?$/.exec(cell);
  return time === null ? cell : `${time[1]} ${time[2]}.${(time[3] ?? "").replace(/0+$/, "")}`;
}

function summary(list) {
  const mean = (key) => Math.exp(list.reduce((sum, result) => sum + Math.log(result[key]), 0) / list.length).toFixed(2);
  const most = (key) => Math.max(...list.map((result) => result[key])).toFixed(2);
  const total = Object.values(tables).reduce((sum, [count]) => sum + count, 0);
  report(`Queries over ${total / 1e6} million rows`, [
    `Milliseconds, medians of ${rounds} runs in turn, two threads, query-condition cache off. Same rows from all three, checked.`,
    "",
    "| query | rows | compiled from KQL | SQL by hand | DuckDB | ratio to hand | ratio to DuckDB |",
    "|---|---|---|---|---|---|---|",
    ...list.map(
      ({ name, rows, calypso, expert, duckdb, toExpert, toDuckDb, equal }) =>
        `| ${name} | ${rows} | ${[calypso, expert, duckdb].map((time) => time.toFixed(0)).join(" | ")} | ` +
        (equal ? `${toExpert.toFixed(2)} | ${toDuckDb.toFixed(2)} |` : "rows differ | |"),
    ),
    `| geometric mean | | | | | ${mean("toExpert")} (at most 1.15) | ${mean("toDuckDb")} (at most 1.0) |`,
    `| largest | | | | | ${most("toExpert")} | ${most("toDuckDb")} |`,
  ]);
}
