// Runs a small query with the command line, and beside it a process that does nothing but run one with chDB, in turn.
//   npm run bench:start -- [rounds]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, report } from "./report.mjs";

const rounds = Number(process.argv[2] ?? 15);
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const bare = 'const { query } = require("chdb"); process.stdout.write(query("SELECT 1", "TSV"));';
const commands = {
  bare: [process.execPath, ["-e", bare], path("../packages/server")],
  calypso: [path("../packages/server/bin/calypso.js"), ["query", "print 1", "--format", "csv"], path("..")],
};
const answers = { bare: "1\n", calypso: "print_0\r\n1\r\n" };

const times = { bare: [], calypso: [] };
for (let round = 0; round < rounds; round++) {
  for (const kind of round % 2 === 0 ? ["bare", "calypso"] : ["calypso", "bare"]) {
    const [command, args, cwd] = commands[kind];
    const began = performance.now();
    const { stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
    times[kind].push((performance.now() - began) / 1000);
    if (stdout !== answers[kind]) throw new Error(`${kind} printed ${stdout}${stderr}`);
  }
}
const row = (name, list) => `| ${name} | ${median(list).toFixed(2)} | ${Math.min(...list).toFixed(2)} |`;
report("Start-up", [
  `Seconds of whole processes in turn, ${rounds} rounds.`,
  "",
  "| | median | least |",
  "|---|---|---|",
  row("a process that imports chDB and runs `SELECT 1`", times.bare),
  row("`calypso query 'print 1'`", times.calypso),
  `| more | ${(median(times.calypso) - median(times.bare)).toFixed(2)} (at most 0.35) | ${(Math.min(...times.calypso) - Math.min(...times.bare)).toFixed(2)} |`,
]);
