// Runs five hundred public rules as the service does, over a stream of events with twenty million rows of history behind it.
//   npm run bench:detect -- [minutes] [rounds]
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { corpusRules } from "./detect-rules.mjs";
import { liveStream } from "./detect-stream.mjs";
import { median, quantile, report } from "./report.mjs";
import { duration, fillStatement, start, tables } from "./rows.mjs";

const server = (path) => import(new URL(`../packages/server/dist/${path}`, import.meta.url).href);
const { openWorkspace } = await server("main.js");
const { openState } = await server("state/open-state.js");
const { Service } = await server("service/service.js");
const { queryPorts } = await server("search/run-query.js");
const { compileRule } = await server("detect/evaluate-window.js");
const { ticksOf } = await server("platform/clock.js");

const minutes = Number(process.argv[2] ?? 20);
const rounds = Number(process.argv[3] ?? 3);
/** Twenty million rows of history. */
const scale = 2;
const eventsPerSecond = 2000;
const concurrency = 2;
const data = fileURLToPath(new URL("data/detect", import.meta.url));
/** The first moment after the history. */
const anchor = (start + duration) * 1000;

await makeHistory();
const work = join(data, "run");
rmSync(work, { recursive: true, force: true });
cpSync(join(data, "history"), work, { recursive: true });
const workspace = await openWorkspace({ workspace: work });
const rules = await corpusRules(workspace.store, 500, anchor);
console.error(`${rules.length} rules`);

const once = rounds === 0 ? undefined : await oneRound();
const live = minutes === 0 ? undefined : await liveRun();
await workspace.close();
rmSync(work, { recursive: true, force: true });
print();

/** The rows are made once; those of a run that was stopped meanwhile are made anew. */
async function makeHistory() {
  const folder = join(data, "history");
  if (existsSync(join(folder, "complete"))) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { store, close } = await openWorkspace({ workspace: folder });
  for (const name of Object.keys(tables)) {
    console.error(`making ${name}`);
    await store.ensureTable(name, store.schema().table(name).columns);
    await store.command(fillStatement(name, scale));
    await store.command(`OPTIMIZE TABLE ${name} FINAL`);
  }
  await close();
  writeFileSync(join(folder, "complete"), "");
}

/** Every rule once, with all that the service does, and the same windows as bare SQL, in turn: seconds of each. */
async function oneRound() {
  const times = { service: [], bare: [] };
  const statements = await bareStatements();
  for (let round = 0; round < rounds; round++) {
    times.bare.push(await seconds(() => inTurn(statements, run)));
    const { service, state } = await serviceAt(join(work, `state-${round}`), () => new Date(anchor));
    times.service.push(
      await seconds(async () => {
        while ((await service.tick()) > 0);
      }),
    );
    const done = await state.db.selectFrom("windows").selectAll().where("state", "=", "done").execute();
    if (done.length !== rules.length) throw new Error(`${done.length} windows done, not ${rules.length}`);
    await state.close();
    console.error(`round ${round + 1}: service ${times.service.at(-1)}, bare ${times.bare.at(-1)}`);
  }
  return times;
}

async function bareStatements() {
  const { service, state } = await serviceAt(join(work, "state-plan"), () => new Date(anchor));
  await service.tick(AbortSignal.abort());
  const windows = await state.db.selectFrom("windows").selectAll().where("due_at", "<=", new Date(anchor)).execute();
  await state.close();
  const ports = queryPorts(workspace.store);
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const statements = [];
  for (const { rule_id, window_from, window_to } of windows) {
    const window = { from: ticksOf(window_from), to: ticksOf(window_to) };
    const { rowsSql } = await compileRule(ports, byId.get(rule_id), {}, window, []);
    statements.push(rowsSql);
  }
  return statements;
}

async function run(sql) {
  for await (const _line of workspace.store.lines(sql));
}

/** As many at a time as the service runs. */
async function inTurn(list, work) {
  const waiting = [...list];
  const worker = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

async function serviceAt(place, clock) {
  const state = await openState(place);
  const failures = [];
  const tell = (event) => void (event.kind === "failed" && failures.push(`${event.rule.name}: ${event.message}`));
  const { store, ids } = workspace;
  const parts = { state, store, clock, ids, folder: join(work, "outgoing"), concurrency, tell };
  const service = new Service(parts);
  await service.takeUp(rules);
  return { service, state, failures };
}

/** The service beside a stream that is loaded as it comes. */
async function liveRun() {
  const stream = await liveStream(workspace.store, {
    from: anchor,
    eventsPerSecond,
    minutes,
    folder: join(work, "stream"),
  });
  const began = performance.now();
  const clock = () => new Date(anchor + performance.now() - began);
  const { service, state, failures } = await serviceAt(join(work, "state-live"), clock);
  const end = anchor + minutes * 60_000;
  const loading = stream.load(clock);
  while (clock().getTime() < end + 5000) {
    const ran = await service.tick();
    if (ran === 0) await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const events = await loading;
  const windows = await state.db.selectFrom("windows").selectAll().execute();
  await state.close();
  return { windows, events, failures, end };
}

/** From when they were due, or the rules were there. */
function lateness(windows) {
  const late = windows.map(({ due_at, finished_at }) => (finished_at - Math.max(due_at.getTime(), anchor)) / 1000);
  return [0.5, 0.99, 1].map((share) => quantile(late, share)?.toFixed(1)).join(" | ");
}

async function seconds(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function print() {
  report(`${rules.length} public rules over ${10 * scale} million rows`, [
    ...(once === undefined ? [] : onceLines(once)),
    ...(live === undefined ? [] : liveLines(live)),
  ]);
}

function onceLines(times) {
  const [service, bare] = [median(times.service), median(times.bare)];
  return [
    `Every rule once with its windows, ${concurrency} at a time, medians of ${rounds} rounds in turn:`,
    "",
    "| | seconds |",
    "|---|---|",
    `| bare SQL | ${bare.toFixed(2)} |`,
    `| the service: compiling, running, alerts, ledger | ${service.toFixed(2)} |`,
    `| ratio | ${(service / bare).toFixed(2)} (at most 1.3) |`,
  ];
}

function liveLines({ windows, events, failures, end }) {
  const due = windows.filter(({ due_at }) => due_at.getTime() <= end - 60_000);
  const done = due.filter(({ state }) => state === "done");
  // A rule's first window was due before the rule was there.
  const [first, later] = [done.filter(({ due_at }) => due_at <= anchor), done.filter(({ due_at }) => due_at > anchor)];
  const costs = new Map();
  for (const { rule_id, seconds: cost } of done) costs.set(rule_id, (costs.get(rule_id) ?? 0) + cost);
  const names = new Map(rules.map(({ id, name }) => [id, name]));
  const dearest = [...costs].sort((a, b) => b[1] - a[1]).slice(0, 15);
  const total = [...costs.values()].reduce((sum, cost) => sum + cost, 0);
  return [
    "",
    `${minutes} minutes of a stream of ${Math.round(events / minutes / 60)} events a second; windows that were due a minute before its end:`,
    "",
    "| | windows done | seconds late: median | 99 % | most (at most 60) |",
    "|---|---|---|---|---|",
    `| due in the stream | ${later.length} | ${lateness(later)} |`,
    `| due when the rules came, from then | ${first.length} | ${lateness(first)} |`,
    "",
    `Failed or owed: ${due.length - done.length}.`,
    "",
    `Seconds of the rules' runs in all: ${total.toFixed(1)}; the dearest:`,
    "",
    "| rule | seconds |",
    "|---|---|",
    ...dearest.map(([id, cost]) => `| ${names.get(id)} | ${cost.toFixed(2)} |`),
    ...(failures.length === 0 ? [] : ["", ...failures.slice(0, 10)]),
  ];
}
