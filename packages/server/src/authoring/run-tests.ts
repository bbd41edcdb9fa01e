import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Rule } from "@calypso/catalog";
import { Failure } from "../store/failures.js";
import type { Authoring } from "./authoring.js";

/** What `calypso rules test --format json` says of a scenario. */
export interface TestedScenario {
  readonly scenario: string;
  readonly line: number;
  readonly rule: { readonly id: string; readonly name: string };
  readonly passed: boolean;
  readonly seconds: number;
  readonly warnings: readonly string[];
  /** Why it failed, line by line. */
  readonly why: readonly string[];
}

/** What running the scenarios of a rule came to. */
export interface TestedRule {
  /** The file of the scenarios; absent where there is none. */
  readonly file?: string;
  readonly results: readonly TestedScenario[];
  /** What is wrong with the files. */
  readonly problems: readonly { readonly message: string; readonly file: string; readonly line: number }[];
}

const program = fileURLToPath(new URL("../../bin/calypso.js", import.meta.url));
const longest = 120_000;
let running = false;

/** The file of scenarios beside a rule. */
export function testsFileOf({ file }: Pick<Rule, "file">): string | undefined {
  return [".tests.yaml", ".tests.yml"].map((ending) => file.replace(/\.\w+$/, "") + ending).find(existsSync);
}

/**
 * Runs the scenarios beside a rule, in a process of their own: they need a store that nobody else uses, of which a process has one.
 * One at a time, as each takes memory.
 */
export async function runTestsOf(
  { loaded }: Pick<Authoring, "loaded">,
  rule: Rule,
  { workspace, signal }: { readonly workspace?: string | undefined; readonly signal: AbortSignal },
): Promise<TestedRule> {
  const file = testsFileOf(rule);
  if (file === undefined) return { results: [], problems: [] };
  if (running) throw new Failure("work-in-progress", "scenarios are run already", { hint: "try again in a moment" });
  running = true;
  try {
    const paths = [rule.file, ...loaded().settings];
    const { results, problems } = await scenariosAt(paths, { workspace, signal, longest });
    const own = results.filter((result) => result.rule.id === rule.id && result.rule.name === rule.name);
    return { file, results: own, problems };
  } finally {
    running = false;
  }
}

/** Runs the scenarios at some paths, for so many milliseconds at most. */
export async function scenariosAt(
  paths: readonly string[],
  {
    workspace,
    signal,
    longest,
  }: { readonly workspace: string | undefined; readonly signal: AbortSignal; readonly longest: number },
): Promise<Omit<TestedRule, "file">> {
  const functions = workspace === undefined ? undefined : join(workspace, "functions");
  const options = functions !== undefined && existsSync(functions) ? ["--functions", functions] : [];
  const args = ["rules", "test", "--format", "json", ...options, "--", ...paths];
  const ending = AbortSignal.any([signal, AbortSignal.timeout(longest)]);
  return JSON.parse(await outputOf(args, ending)) as Omit<TestedRule, "file">; // Of our own program.
}

async function outputOf(args: readonly string[], signal: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  const lines: string[] = [];
  let said = "";
  child.stderr.on("data", (part) => {
    said = `${said}${String(part)}`.slice(-2000);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  ended.catch(() => {});
  for await (const line of createInterface(child.stdout)) lines.push(line);
  await ended.catch((cause: unknown) => {
    if (cause instanceof Error && cause.name === "AbortError") {
      throw new Failure("query-cancelled", "the scenarios were stopped", { cause });
    }
    throw cause;
  });
  const text = lines.join("\n");
  if (!text.startsWith("{")) throw new Failure("rule-unusable", `the scenarios could not be run: ${said.trim()}`);
  return text;
}
