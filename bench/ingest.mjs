// Loads the same file of sign-ins with Calypso and with a bare ClickHouse INSERT, each a process of its own, in turn.
//   npm run bench:ingest -- [megabytes] [rounds]
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSignins } from "./signins.mjs";

const self = fileURLToPath(import.meta.url);
const server = (path) => new URL(`../packages/server/dist/${path}`, import.meta.url).href;

if (process.argv[2] === "--run") await run(process.argv[3], process.argv[4], process.argv[5]);
else await compare(Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 3));

async function compare(megabytes, rounds) {
  const folder = mkdtempSync(join(tmpdir(), "calypso-bench-"));
  try {
    const file = join(folder, "SigninLogs.ndjson");
    const rows = await writeSignins(file, megabytes * 1e6);
    // The first reading of a new file is slower than the others, whoever does it.
    readFileSync(file).subarray(0, 1);
    const results = { bare: [], calypso: [] };
    for (let round = 0; round < rounds; round++) {
      for (const kind of round % 2 === 0 ? ["bare", "calypso"] : ["calypso", "bare"]) {
        // All are kept to the end: a file system that has just removed many files makes new ones slowly.
        const workspace = join(folder, `workspace-${round}-${kind}`);
        child("prepare", file, workspace);
        const began = performance.now();
        const { stored, megabytesUsed, processorSeconds } = child(kind, file, workspace);
        const seconds = (performance.now() - began) / 1000;
        if (stored !== rows) throw new Error(`${kind} stored ${stored} of ${rows} rows`);
        results[kind].push({ seconds, megabytesUsed, processorSeconds });
        console.error(
          `${kind}: ${seconds.toFixed(2)} s, processor ${processorSeconds.toFixed(2)} s, ${megabytesUsed} MB`,
        );
      }
    }
    report(megabytes, rows, results);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function child(kind, file, workspace) {
  const done = spawnSync(process.execPath, [self, "--run", kind, file, workspace], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${kind}: ${done.stderr}`);
  return JSON.parse(done.stdout.trim().split("\n").at(-1));
}

function report(megabytes, rows, results) {
  const best = (list) => Math.min(...list.map((entry) => entry.seconds));
  const most = (list) => Math.max(...list.map((entry) => entry.megabytesUsed));
  const least = (list) => Math.min(...list.map((entry) => entry.processorSeconds));
  const ratio = best(results.calypso) / best(results.bare);
  const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`;
  const text = [
    `## Loading ${megabytes} MB of sign-ins (${rows} rows), ${new Date().toISOString().slice(0, 10)}`,
    "",
    `${machine}, Node ${process.versions.node}. Whole processes in turn, best of ${results.bare.length}.`,
    "",
    "| | seconds | processor seconds | peak memory |",
    "|---|---|---|---|",
    `| bare \`INSERT … SELECT … FROM file\` | ${best(results.bare).toFixed(2)} | ${least(results.bare).toFixed(2)} | ${most(results.bare)} MB |`,
    `| \`calypso ingest\` | ${best(results.calypso).toFixed(2)} | ${least(results.calypso).toFixed(2)} | ${most(results.calypso)} MB |`,
    `| ratio | ${ratio.toFixed(2)} (at most 1.4) | ${(least(results.calypso) / least(results.bare)).toFixed(2)} | limit 1500 MB |`,
    "",
  ].join("\n");
  console.log(text);
  appendFileSync(new URL("RESULTS.md", import.meta.url), `${text}\n`);
}

async function run(kind, file, workspace) {
  if (kind === "bare") await bare(file, workspace);
  else await calypso(kind, file, workspace);
}

async function bare(file, workspace) {
  const require = createRequire(new URL("../packages/server/package.json", import.meta.url));
  const { Session } = require("chdb");
  const session = new Session(join(workspace, "clickhouse"));
  const first = JSON.parse(readFirstLine(file));
  const types = new Map(
    session
      .query(
        "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = 'SigninLogs'",
        "TSVRaw",
      )
      .trim()
      .split("\n")
      .map((line) => line.split("\t")),
  );
  const columns = Object.keys(first).filter((name) => types.has(name));
  const names = columns.map((name) => `\`${name}\``).join(", ");
  const structure = columns
    .map((name) => `\`${name}\` ${types.get(name)}`)
    .join(", ")
    .replaceAll("'", "\\'");
  session.query(
    `INSERT INTO SigninLogs (${names}) SELECT ${names} FROM file('${file}', 'JSONEachRow', '${structure}')` +
      " SETTINGS date_time_input_format='best_effort'",
  );
  finish(Number(session.query("SELECT count() FROM SigninLogs", "TSVRaw")));
  process.exit(0);
}

async function calypso(kind, file, workspace) {
  const { openEmbeddedStore } = await import(server("store/open.js"));
  const { contentFolder } = await import(server("platform/content.js"));
  const { ingestPaths } = await import(server("ingest/ingest.js"));
  let count = 0;
  const store = await openEmbeddedStore(
    {
      clock: () => new Date(),
      ids: () => `bench-${count++}`,
      content: contentFolder(),
      limits: { maxSeconds: 600, maxMemoryBytes: 4e9, maxResultRows: 1e6 },
      resolveUrl: async () => undefined,
    },
    workspace,
  );
  let stored = 0;
  if (kind === "prepare") await store.ensureTable("SigninLogs", []);
  else for await (const result of ingestPaths(store, [file], { now: () => new Date() })) stored += result.stored;
  await store.close();
  finish(stored);
}

function finish(stored) {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const processorSeconds = (userCPUTime + systemCPUTime) / 1e6;
  console.log(JSON.stringify({ stored, processorSeconds, megabytesUsed: Math.round(maxRSS / 1024) }));
}

function readFirstLine(file) {
  const { openSync, readSync, closeSync } = createRequire(import.meta.url)("node:fs");
  const handle = openSync(file, "r");
  const buffer = Buffer.alloc(1 << 16);
  const size = readSync(handle, buffer, 0, buffer.length, 0);
  closeSync(handle);
  return buffer.toString("utf8", 0, size).split("\n", 1)[0];
}
