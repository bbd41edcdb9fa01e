import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { contentFolder } from "../platform/content.js";

const top = dirname(contentFolder());
const readme = readFileSync(join(top, "examples", "README.md"), "utf8");
const commands = [...readme.matchAll(/`npx calypso ([^`]+)`/g)].map(([, command = ""]) => command);

/** Runs a command of the read-me as it stands there, and returns what it prints as lines. */
function run(command: string | undefined): readonly string[] {
  const program = join(top, "packages", "server", "bin", "calypso.js");
  const environment = { ...process.env, CALYPSO_WORKSPACE: "" };
  const output = execFileSync(process.execPath, [program, ...(command ?? "").split(" ")], {
    cwd: top,
    env: environment,
    encoding: "utf8",
    stdio: "pipe",
  });
  return output.trimEnd().split("\n");
}

test("the query of the examples lists the addresses that failed", () => {
  const addresses = JSON.parse(run(commands[0]).join("\n")).rows.map((row: readonly unknown[]) => row[0]);
  expect(addresses).toEqual(["203.0.113.77", "198.51.100.1", "192.0.2.22"]);
});

test("the rule of the examples raises one alert", () => {
  const alerts = run(commands[1]).map((line) => JSON.parse(line));
  expect(alerts.map(({ title }) => title)).toEqual([
    "203.0.113.77 guessed the password of priya.chan@halcyonmarine.example",
  ]);
});
