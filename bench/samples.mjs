// Runs the shipped rules and public ones over real recordings, where both lie beside the project, at the time of each recording, and
// says which fire. The page docs/samples.md has to say the same; UPDATE=1 writes it. The counts are held to their floors.
//   npm run report:samples -- [--show TEXT]
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isTriggered, readRules, readRunnableRules } from "../packages/catalog/dist/index.js";
import { isEmptyGiven } from "../packages/kql/dist/index.js";
import { ruleFilesOnDisk } from "../packages/server/dist/cli/rule-files.js";
import { serviceTags } from "../packages/server/dist/demo/service-tags.js";
import { compileRule, evaluateWindow } from "../packages/server/dist/detect/evaluate-window.js";
import { loadRules } from "../packages/server/dist/detect/load.js";
import { ingestPaths } from "../packages/server/dist/ingest/ingest.js";
import { openWorkspace } from "../packages/server/dist/main.js";
import { shippedVocabulary } from "../packages/server/dist/platform/vocabulary.js";
import { readsWithoutRow } from "../packages/server/dist/search/reads-without-row.js";
import { queryPorts } from "../packages/server/dist/search/run-query.js";
import { holdFloors } from "./floors.mjs";
import { samplesPage } from "./samples-page.mjs";

const { values: options } = parseArgs({ options: { show: { type: "string" } } });
const shared = new URL("../../shared/", import.meta.url);
const folder = fileURLToPath(new URL("samples/", shared));
const corpus = new URL("corpus/", shared);
const page = new URL("../docs/samples.md", import.meta.url);
/** When the recordings are loaded: also the time of rows that have none. */
const loadedAt = new Date("2026-01-01T00:00:00Z");
const [minute, hour, day] = [60n, 3600n, 86_400n].map((seconds) => seconds * 10_000_000n);
/** Queries over more tables look around in a workspace, and detect nothing. */
const most = 100;
const limits = { maxSeconds: 60 };
/** How far back a hunt may look that tells its own time; one that does not looks back a day. */
const huntPeriod = 14n * day;

if (existsSync(folder) && existsSync(corpus)) await report();
else console.log("samples: skipped, as there are no recordings and rules beside the project");

async function report() {
  const scratch = mkdtempSync(join(tmpdir(), "calypso-samples-"));
  const externaldataDir = join(scratch, "externaldata");
  mkdirSync(externaldataDir);
  const tags = serviceTags();
  writeFileSync(join(externaldataDir, tags.fileName), tags.text);
  const workspace = await openWorkspace({ externaldataDir, limits });
  try {
    const loads = await load(workspace.store);
    said("loaded");
    const results = [await shippedRules(), ...publicRules(), sigmaRules()].flat();
    said(`${results.length} rules read`);
    await runAll(workspace.store, results, recordingsOf(loads));
    said("run");
    const text = samplesPage(loads, results);
    show(results);
    hold(results, text);
  } finally {
    await workspace.close();
    rmSync(scratch, { recursive: true, force: true });
  }
  process.exit();
}

function said(what) {
  console.error(`${(performance.now() / 1000).toFixed(1)} s: ${what}`);
}

/** What became of each file and table: the rows, and from when to when they are, in ticks. */
async function load(store) {
  const loads = [];
  for await (const { source, table, stored, from, to, skipped } of ingestPaths(store, [folder], {
    now: () => loadedAt,
  })) {
    if (skipped) continue;
    const file = source.slice(folder.length).replace(/\.zip\/.*/, ".zip");
    loads.push({ file, table, rows: stored, from: ticks(from), to: ticks(to) });
  }
  return loads;
}

function ticks(time) {
  const [seconds, fraction = ""] = time.replace("Z", "").split(".");
  return BigInt(Date.parse(`${seconds}Z`)) * 10_000n + BigInt(fraction.padEnd(7, "0"));
}

/** Stretches of time with events, an hour apart at least, and the tables with rows in each. */
function recordingsOf(loads) {
  const recordings = [];
  for (const { from, to, table } of [...loads].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = recordings.at(-1);
    if (last === undefined || from > last.to + hour) recordings.push({ from, to, tables: new Set([table]) });
    else {
      if (to > last.to) last.to = to;
      last.tables.add(table);
    }
  }
  return recordings;
}

async function shippedRules() {
  const { rules } = await loadRules(ruleFilesOnDisk, [fileURLToPath(new URL("../content/rules", import.meta.url))]);
  return rules.map((rule) => ({ source: "Calypso", rule }));
}

function linesOf(name) {
  return readFileSync(new URL(name, corpus), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function publicRules() {
  const rules = linesOf("rules.jsonl").map(({ source, year, file, yaml }) => [`${source}, ${year}`, file, yaml]);
  const queries = linesOf("queries.jsonl").map(({ source, file, query }) => [source, `${file}.kql`, query]);
  return [...rules, ...queries].flatMap(([source, name, text]) =>
    readRules({ name, text })
      .rules.filter(({ kind }) => ["Scheduled", "NRT", "Hunting"].includes(kind))
      .map((rule) => ({ source, rule })),
  );
}

function sigmaRules() {
  const surroundings = { vocabulary: shippedVocabulary, beside: { paths: [], text: () => undefined } };
  return linesOf("sigma.jsonl").flatMap(({ file, text }) =>
    readRunnableRules({ name: file, text }, surroundings).rules.map((rule) => ({ source: "Sigma", rule })),
  );
}

/**
 * Notes in each result what became of its rule: `failed` with a code, `without` rows in what it reads, or the `rows`, `alerts` and the
 * first time of its windows. First all rules are looked at over the whole time, then those that may find something at each recording.
 */
async function runAll(store, results, recordings) {
  const ports = queryPorts(store, limits);
  const filled = new Set(recordings.flatMap(({ tables }) => [...tables]));
  const whole = { from: recordings[0].from - huntPeriod, to: recordings.at(-1).to + minute };
  const names = namesThatRead(filled);
  for (const result of results) {
    const reads = result.rule.obstacle === undefined && names.test(result.rule.query.text);
    Object.assign(
      result,
      { rows: 0, alerts: 0 },
      reads ? await lookAt(ports, result.rule, whole, filled) : { without: true },
    );
  }
  said(`${results.filter(({ tables }) => tables !== undefined).length} compiled`);
  const unasked = results.filter(({ failed, without }) => failed === undefined && !without);
  const wanted = unasked.flatMap(({ emptiness }) => emptiness ?? []);
  const never = await readsWithoutRow(store, wanted, limits);
  const waiting = unasked.filter(
    ({ rule, emptiness }) => emptiness === undefined || firesOnNothing(rule) || !isEmptyGiven(emptiness, never),
  );
  said(`${waiting.length} of ${unasked.length} with rows may find something`);
  const minutes = await minutesOf(ports, filled);
  for (const recording of recordings) await runAt(store, ports, waiting, recording, minutes);
}

/** What a query has to say to read a table that has rows: its name, or a function that ships and may read it. */
function namesThatRead(filled) {
  const functions = [/\b_?(?:Im|im|ASim|vim)_?[A-Z]\w*/, /\btable\s*\(/];
  const tables = [...filled].map((name) => new RegExp(`\\b${name}\\b`));
  return new RegExp([...tables, ...functions].map(({ source }) => source).join("|"), "m");
}

async function lookAt(ports, rule, whole, filled) {
  if (rule.obstacle !== undefined) return { failed: rule.obstacle.code };
  try {
    const compilation = await compileRule(ports, rule, {}, whole, []);
    const error = compilation.diagnostics.find(({ severity }) => severity === "error");
    if (error !== undefined) return { failed: error.code };
    const tables = compilation.tables.filter((name) => filled.has(name));
    // A rule whose own words tell the time looks at another one in each window.
    const timeless = !/\b(?:ago|now)\s*\(/.test(rule.query.text);
    const asked = timeless ? compilation.emptiness?.() : undefined;
    const emptiness = asked && { ...asked, when: amongFilled(asked.when, filled) };
    return { tables, without: tables.length === 0 || compilation.tables.length > most, timeless, emptiness };
  } catch (error) {
    return { failed: error.code ?? error.message };
  }
}

function firesOnNothing(rule) {
  return rule.kind !== "Hunting" && isTriggered(rule, 0);
}

/** Runs rules in the windows that cover a recording, as far as one SELECT for each table leaves open that they find something. */
async function runAt(store, ports, results, recording, minutes) {
  const upcoming = [];
  for (const result of results) {
    for (const window of windowsOver(result, recording, minutes))
      upcoming.push(await compiledFor(ports, result, window, minutes));
  }
  const without = await readsWithoutRow(
    store,
    upcoming.flatMap(({ emptiness }) => emptiness ?? []),
    limits,
  );
  let ran = 0;
  for (const { result, window, compilation, emptiness } of upcoming) {
    if (compilation === undefined) continue;
    if (emptiness !== undefined && isEmptyGiven(emptiness, without) && !firesOnNothing(result.rule)) continue;
    ran += 1;
    try {
      const compiled = { ...ports, compile: async () => compilation };
      const { evaluation, diagnosis } = await evaluateWindow(compiled, result.rule, window, {});
      if (evaluation === undefined) throw diagnosis;
      if (evaluation.alerts.length === 0) continue;
      result.rows += evaluation.rows;
      result.alerts += evaluation.alerts.length;
      result.first ??= recording.from;
    } catch (error) {
      result.failed = error.code ?? error.message;
    }
  }
  said(`${ran} of ${upcoming.length} windows at ${instant(recording.from)}`);
}

async function compiledFor(ports, result, window, filled) {
  try {
    const compilation = await compileRule(ports, result.rule, {}, window, []);
    const asked = compilation.emptiness?.();
    return { result, window, compilation, emptiness: asked && { ...asked, when: amongFilled(asked.when, filled) } };
  } catch (error) {
    result.failed = error.code ?? error.message;
    return { result, window };
  }
}

/** When a query has no row, knowing which tables have any: of the others nothing has to be asked. */
function amongFilled(when, filled) {
  if (when.kind === "read") return filled.has(when.read.scan.table) ? when : { kind: "always" };
  if (when.parts === undefined) return when;
  return { ...when, parts: when.parts.map((part) => amongFilled(part, filled)) };
}

/** The windows of a rule's schedule up to a moment after the recording in which there are rows of its tables. */
function windowsOver({ rule, tables, timeless }, { from, to }, minutes) {
  const end = ((to + minute) / minute) * minute;
  const hunt = timeless ? day : huntPeriod;
  const { kind, queryFrequency, queryPeriod } = rule;
  const step = kind === "NRT" ? minute : kind === "Hunting" ? huntPeriod : BigInt(queryFrequency ?? 0) * 10_000n;
  const period = kind === "NRT" ? minute : kind === "Hunting" ? hunt : BigInt(queryPeriod ?? 0) * 10_000n;
  const windows = [];
  if (step <= 0n || period <= 0n) return windows;
  for (let at = end; at > from; at -= step) {
    // Only rows of the recording itself: what an earlier one has was found there.
    const begin = at - (step < period ? step : period);
    const isNew = tables.some((table) =>
      minutes.get(table)?.some((time) => time + minute > begin && time < at && time + minute > from),
    );
    if (isNew) windows.unshift({ from: at - period, to: at });
  }
  return windows;
}

/** The minutes in which each table has rows. */
async function minutesOf(ports, tables) {
  const minutes = new Map();
  for (const table of tables) {
    const compilation = await ports.compile({ text: `${table} | distinct bin(TimeGenerated, 1m)`, now: 0n });
    const times = [];
    for await (const line of ports.rows(compilation)) times.push(ticks(JSON.parse(line)[0]));
    minutes.set(table, times);
  }
  return minutes;
}

function instant(time) {
  return new Date(Number(time / 10_000n)).toISOString();
}

function show(results) {
  if (options.show === undefined) return;
  for (const { source, rule, failed, without, alerts, rows } of results) {
    const state = failed ?? (without ? "without" : alerts > 0 ? `${alerts} alerts of ${rows} rows` : "silent");
    const line = `${state}: ${source}: ${rule.name}`;
    if (line.includes(options.show)) console.log(line);
  }
}

function hold(results, text) {
  const count = (test) => results.filter(test).length;
  holdFloors("samples", {
    fire: count(({ alerts }) => alerts > 0),
    refused: count(({ failed }) => failed !== undefined),
  });
  if (process.env.UPDATE !== undefined) writeFileSync(page, text);
  else if (!existsSync(page) || readFileSync(page, "utf8") !== text) {
    console.error("docs/samples.md says something else; UPDATE=1 writes it anew");
    process.exitCode = 1;
  }
}
