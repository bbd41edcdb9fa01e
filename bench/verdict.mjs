// Tries a thousand public KQL rules on a demo workspace of ten million events, as `calypso catalog verdict` does.
//   npm run bench:verdict -- [rules]
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { quantile, report } from "./report.mjs";

const wanted = Number(process.argv[2] ?? 1000);
const events = "10m";
const end = "2026-03-31T00:00:00Z";
const calypso = fileURLToPath(new URL("../packages/server/bin/calypso.js", import.meta.url));
const corpus = fileURLToPath(new URL("../../shared/corpus", import.meta.url));
const data = fileURLToPath(new URL("data/verdict", import.meta.url));
const [workspace, state] = [join(data, "workspace"), join(data, "state")];

made("workspace", () => run("demo", "--events", events, "--days", "30", "--end", end, "--workspace", workspace));
made("state", () => {
  for (const name of ["rules", "queries"]) run("catalog", "import", join(corpus, `${name}.jsonl`), "--state", state);
});
const { rules } = JSON.parse(
  run("catalog", "search", "--language", "kql", "--limit", String(wanted), "--state", state),
);
const began = performance.now();
const verdicts = await tried(rules.map(({ id }) => id));
const seconds = (performance.now() - began) / 1000;
writeFileSync(join(data, "verdicts.json"), JSON.stringify(verdicts, undefined, 1));
const of = (status) => verdicts.filter((one) => one.status === status);
const times = verdicts.flatMap(({ milliseconds }) => milliseconds ?? []);
report("Verdicts on ten million events", [
  `${verdicts.length} public KQL rules on a demo workspace of ${events} events over 30 days; a whole process of \`calypso catalog verdict\`.`,
  "",
  "| | |",
  "|---|---|",
  ...[...new Set(verdicts.map(({ status }) => status))].map((status) => `| ${status} | ${of(status).length} |`),
  `| milliseconds of a rule that ran: median, 95 %, slowest | ${[0.5, 0.95, 1].map((share) => quantile(times, share)).join(", ")} |`,
  `| seconds of all | ${seconds.toFixed(0)} (at most 300) |`,
]);

/** What is dear to make is made once; what was stopped meanwhile is made anew. */
function made(name, make) {
  const mark = join(data, `${name}.complete`);
  if (existsSync(mark)) return;
  rmSync(join(data, name), { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  make();
  writeFileSync(mark, "");
}

/** Standard output of a command; an import ends with status 1 where a file of the corpus is left out. */
function run(...line) {
  try {
    return execFileSync(process.execPath, [calypso, ...line], {
      ...{ encoding: "utf8", maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "inherit"] },
    });
  } catch (error) {
    if (error.status !== 1 || line[1] !== "import") throw error;
    return error.stdout;
  }
}

async function tried(ids) {
  const line = [
    "catalog",
    "verdict",
    ...ids,
    "--workspace",
    workspace,
    "--state",
    state,
    "--at",
    end,
    "--format",
    "ndjson",
  ];
  const command = spawn(process.execPath, [calypso, ...line], { stdio: ["ignore", "pipe", "inherit"] });
  const found = [];
  for await (const text of createInterface({ input: command.stdout })) found.push(JSON.parse(text));
  return found;
}
