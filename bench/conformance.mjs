// Runs queries with known answers, where a folder of them lies beside the project, and holds the counts to their floors.
//   npm run report:conformance
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { holdFloors } from "./floors.mjs";

const cases = fileURLToPath(new URL("../../shared/conformance/run.mjs", import.meta.url));
if (existsSync(cases)) run();
else console.log("conformance: skipped, as there are no cases beside the project");

function run() {
  const calypso = "node packages/server/bin/calypso.js";
  const { stdout } = spawnSync(process.execPath, [cases, "--calypso", calypso], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 15 * 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  const wrong = stdout.split("\n").filter((line) => /^(wrong|missing) /.test(line));
  const totals = [
    ...stdout.matchAll(/^([^:\n]+): (\d+) of (\d+) equal, (\d+) different, \d+ refused, (\d+) without.*$/gm),
  ];
  console.log([...wrong, ...totals.map(([line]) => line)].join("\n"));
  if (totals.length === 0) throw new Error("the run of the cases printed no totals");
  for (const [, name, equal, , different, missing] of totals) {
    holdFloors(name, { equal: Number(equal), different: Number(different), missing: Number(missing) });
  }
}
