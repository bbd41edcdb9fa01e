// Runs queries compiled from KQL and the SQL that an expert writes for the same question, in turn, over the same tables.
//   npm run bench:query -- [rounds] [--only N]
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "../packages/kql/dist/index.js";
import { questions } from "./questions.mjs";
import { median, report } from "./report.mjs";
import { fillStatement, tables } from "./rows.mjs";
import { shippedDefinitions } from "./schema.mjs";

const rounds = Number(process.argv[2] ?? 5);
const only = process.argv[3] === "--only" ? Number(process.argv[4]) : undefined;
const require = createRequire(new URL("../packages/server/package.json", import.meta.url));
const { Session } = require("chdb");
const { setStatement } = await import(new URL("../packages/server/dist/store/settings.js", import.meta.url).href);
const { create, schema } = await shippedDefinitions();
const session = await open(fileURLToPath(new URL("data/query-logs", import.meta.url)));
const noCache = "SETTINGS use_query_condition_cache=0";

const results = [];
for (const [index, question] of questions.entries()) {
  if (only === undefined || only === index + 1) results.push(measure(question));
}
summary(results);
process.exit(results.every(({ equal }) => equal) ? 0 : 1);

/** The tables, made once; those of a run that was stopped meanwhile are made anew. */
async function open(folder) {
  const complete = join(folder, "complete");
  const isComplete = existsSync(complete);
  if (!isComplete) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  const opened = new Session(join(folder, "clickhouse"));
  opened.query(setStatement());
  if (!isComplete) {
    for (const name of Object.keys(tables)) {
      console.error(`making ${name}`);
      opened.query(create(name));
      opened.query(fillStatement(name));
      opened.query(`OPTIMIZE TABLE ${name} FINAL`);
    }
    writeFileSync(complete, "");
  }
  return opened;
}

function measure({ name, kql, sql }) {
  const compilation = compile({ text: kql, schema, now: 17_734_000_000_000_000n });
  if (compilation.sql === undefined) throw new Error(`${name}: ${compilation.diagnostics[0]?.message}`);
  if (only !== undefined) console.error(compilation.sql);
  const [mine, expert] = [rowsOf(compilation.sql), rowsOf(sql)];
  const equal = mine.length > 0 && JSON.stringify(mine) === JSON.stringify(expert);
  if (!equal)
    console.error(`${name}: the rows differ`, mine.length, mine.slice(0, 3), expert.length, expert.slice(0, 3));
  const times = { calypso: [], expert: [] };
  for (let round = 0; round < rounds; round++) {
    const pair = [
      ["calypso", compilation.sql],
      ["expert", sql],
    ];
    for (const [kind, text] of round % 2 === 0 ? pair : pair.reverse()) {
      const began = performance.now();
      session.query(`${text} FORMAT Null ${noCache}`);
      times[kind].push(performance.now() - began);
    }
  }
  const [calypso, hand] = [median(times.calypso), median(times.expert)];
  const result = { name, equal, rows: mine.length, calypso, expert: hand, ratio: calypso / hand };
  console.error(`${name}: ${calypso.toFixed(0)} ms, by hand ${hand.toFixed(0)} ms, ratio ${result.ratio.toFixed(2)}`);
  return result;
}

/** The rows in an order of their own, with arrays and sets likewise, because neither has one. */
function rowsOf(sql) {
  const text = session.query(`${sql} ${noCache}, output_format_json_quote_64bit_integers=1`, "JSONCompactEachRow");
  return text
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.stringify(JSON.parse(line).map(inOrder)))
    .sort();
}

function inOrder(cell) {
  if (typeof cell !== "string" || !cell.startsWith("[")) return cell;
  return JSON.stringify(
    JSON.parse(cell)
      .map((item) => JSON.stringify(item))
      .sort(),
  );
}

function summary(list) {
  const mean = Math.exp(list.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / list.length);
  const most = Math.max(...list.map(({ ratio }) => ratio));
  if (only !== undefined) return;
  const total = Object.values(tables).reduce((sum, [count]) => sum + count, 0);
  report(`Queries over ${total / 1e6} million rows`, [
    `Milliseconds, medians of ${rounds} runs in turn, query-condition cache off. Same rows from both, checked.`,
    "",
    "| query | rows | compiled from KQL | SQL by hand | ratio |",
    "|---|---|---|---|---|",
    ...list.map(
      ({ name, rows, calypso, expert, ratio, equal }) =>
        `| ${name} | ${rows} | ${calypso.toFixed(0)} | ${expert.toFixed(0)} | ${equal ? ratio.toFixed(2) : "rows differ"} |`,
    ),
    `| geometric mean | | | | ${mean.toFixed(2)} (at most 1.2) |`,
    `| largest | | | | ${most.toFixed(2)} (at most 2) |`,
  ]);
}
