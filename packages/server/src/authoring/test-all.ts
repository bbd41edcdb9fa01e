import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Rule, readScenarios, type StepFinding } from "@calypso/catalog";
import type { LoadedRules } from "../detect/load.js";
import type { Background } from "../platform/background.js";
import type { Clock } from "../platform/clock.js";
import { scenariosAt, type TestedRule, testsFileOf } from "./run-tests.js";

/** How far running all scenarios is. */
export interface AllTestsProgress {
  readonly state: "none" | "running" | "done" | "failed";
  /** When it began. */
  readonly at?: Date;
  readonly scenarios?: number;
  readonly failed?: number;
  /** Why it could not be done. */
  readonly message?: string;
}

/** What running all scenarios needs. */
export interface AllTestsParts {
  readonly loaded: () => LoadedRules;
  /** The files and folders of rules. */
  readonly paths: readonly string[];
  readonly workspace: string | undefined;
  readonly clock: Clock;
  readonly background: Background;
}

/** What was found, with what it was found of. */
interface Found extends Pick<TestedRule, "results" | "problems"> {
  readonly texts: ReadonlyMap<string, string>;
  /** How many scenarios of a rule's file expect an alert, by the file of the rule. */
  readonly firing: ReadonlyMap<string, number>;
}

type IsTested = (rule: Rule) => StepFinding;

const notRun: IsTested = () => ({ why: "nobody has run its scenarios since the service began" });

/** Runs the scenarios of all rules in a process of their own, beside the service, and keeps what came of it while the rules are the same. */
export class AllTests {
  readonly #parts: AllTestsParts;
  #progress: AllTestsProgress = { state: "none" };
  #isTested = notRun;

  constructor(parts: AllTestsParts) {
    this.#parts = parts;
  }

  get progress(): AllTestsProgress {
    return this.#progress;
  }

  /** Whether a rule's scenarios pass; another function after each run. */
  get isTested(): IsTested {
    return this.#isTested;
  }

  /** Begins to run them, unless they are being run. */
  begin(): AllTestsProgress {
    if (this.#progress.state !== "running") {
      this.#progress = { state: "running", at: this.#parts.clock() };
      this.#parts.background.add(this.#run(this.#progress));
    }
    return this.#progress;
  }

  async #run(begun: AllTestsProgress): Promise<void> {
    const { loaded, paths, workspace, background } = this.#parts;
    try {
      const { rules, texts } = loaded();
      const firing = await firingOf(rules);
      const there = paths.filter(existsSync);
      const { results, problems } = await scenariosAt(there, { workspace, signal: background.signal, longest });
      this.#isTested = testedBy({ results, problems, texts, firing }, loaded);
      const failed = results.filter(({ passed }) => !passed).length;
      this.#progress = { ...begun, state: "done", scenarios: results.length, failed };
    } catch (error) {
      this.#progress = { ...begun, state: "failed", message: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** In milliseconds. */
const longest = 30 * 60_000;

async function firingOf(rules: readonly Rule[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const rule of rules) {
    const name = testsFileOf(rule);
    if (name === undefined || found.has(rule.file)) continue;
    const { file } = readScenarios({ name, text: await readFile(name, "utf8").catch(() => "") });
    found.set(rule.file, file?.scenarios.filter(({ expected }) => expected.length > 0).length ?? 0);
  }
  return found;
}

/** A rule is tested where all of its scenarios pass, and one of them at least expects an alert; of a text that has changed nothing is known. */
function testedBy({ results, problems, texts, firing }: Found, loaded: () => LoadedRules): IsTested {
  return (rule) => {
    if (texts.get(rule.file) !== loaded().texts.get(rule.file)) {
      return { why: "it has changed since its scenarios were run" };
    }
    const tests = testsFileOf(rule);
    const fault = problems.find(({ file }) => file === tests);
    if (fault !== undefined) return { reached: false, why: `its scenarios cannot be run: ${fault.message}` };
    const own = results.filter((result) => result.rule.id === rule.id && result.rule.name === rule.name);
    const failed = own.find(({ passed }) => !passed);
    if (own.length === 0) return { reached: false, why: "it has no scenarios" };
    if (failed !== undefined) return { reached: false, why: `its scenario \`${failed.scenario}\` fails` };
    const alerts = firing.get(rule.file) ?? 0;
    if (alerts === 0) return { reached: false, why: "none of its scenarios expects an alert" };
    return { reached: true, why: `${own.length} scenarios pass, ${alerts} of which expect an alert` };
  };
}
