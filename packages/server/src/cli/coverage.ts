import { readFile } from "node:fs/promises";
import {
  type AttackFacts,
  type CoverageStep,
  coverageMatrix,
  coverageSteps,
  dettectDataSources,
  dettectTechniques,
  gapsBefore,
  navigatorLayer,
  printProblem,
  profileCoverage,
  readThreatProfile,
  type ThreatProfile,
} from "@calypso/catalog";
import { type Command, Option } from "commander";
import type { CoveredSoFar } from "../catalogue/candidates.js";
import { instantOf } from "../platform/clock.js";
import { contentFolder } from "../platform/content.js";
import { inCatalog } from "./catalog-state.js";
import type { ListedGap } from "./coverage-gaps.js";
import { coverageText } from "./coverage-text.js";
import { wholeNumber } from "./options.js";
import { printable } from "./printable.js";
import { ruleFilesOnDisk, ruleTestPaths } from "./rule-files.js";
import { type Terminal, UsageError } from "./terminal.js";
import { addWorkspaceOptions, collect, inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso coverage`. */
interface CoverageFlags extends WorkspaceFlags {
  readonly format: (typeof formats)[number];
  readonly profile?: string;
  readonly group?: string;
  readonly platform?: readonly string[];
  readonly days?: number;
  readonly at?: string;
  readonly state?: string;
  readonly runTests?: boolean;
  readonly gaps?: CoverageStep | true;
  readonly failOnGap?: CoverageStep | true;
}

const formats = ["text", "json", "markdown", "navigator", "dettect", "dettect-data"] as const;

/** `calypso coverage`. */
export function register(command: Command, terminal: Terminal): void {
  addWorkspaceOptions(command)
    .argument("<path...>", "files and folders of rules")
    .addOption(new Option("--format <format>", formats.join(", ")).choices(formats).default("text"))
    .option("--profile <file>", "the techniques that matter: YAML or JSON, a layer of the Navigator, or a STIX bundle")
    .option("--group <group>", "which group of the STIX bundle, by number or name")
    .option("--platform <platform>", "only techniques of this platform count (repeatable)", collect)
    .option("--days <count>", "tables need rows within so many days, not within each rule's period", wholeNumber)
    .option("--at <time>", "look as of this time, for logs that are old; now where absent")
    .option(
      "--state <folder|url>",
      "the state of a service, whose alerts count beside those in SecurityAlert, with the catalogue",
    )
    .option("--run-tests", "run the scenarios beside rules")
    .addOption(
      new Option(
        "--gaps [step]",
        "list what has not come to this step, with rules of the catalogue that would",
      ).choices(coverageSteps),
    )
    .addOption(
      new Option("--fail-on-gap [step]", "the exit status is 1 where a technique has not come to this step").choices(
        coverageSteps,
      ),
    )
    .action((paths: readonly string[], flags: CoverageFlags) => coverage(terminal, paths, flags));
}

/** The exit status is 1 where a file cannot be read, and with `--fail-on-gap` where there is a gap. */
async function coverage(terminal: Terminal, paths: readonly string[], flags: CoverageFlags): Promise<void> {
  const time = flags.at === undefined ? undefined : instantOf(flags.at);
  if (flags.at !== undefined && time === undefined) {
    throw new UsageError(`${flags.at} is not a time such as 2026-10-14T03:00:00Z`);
  }
  const step = gateOf(flags);
  const [{ loadTests }, { coverRules }, { tablesWithData }, { notRun, runScenarios }, { attackFacts }, { queryPorts }] =
    await Promise.all([
      import("../rule-tests/load-tests.js"),
      import("../coverage/cover-rules.js"),
      import("../coverage/tables-with-data.js"),
      import("../coverage/tested.js"),
      import("../lint/attack-facts.js"),
      import("../search/run-query.js"),
    ]);
  const loaded = await loadTests(ruleFilesOnDisk, await ruleTestPaths(paths));
  for (const problem of loaded.problems) {
    await terminal.err.write(`${printable(printProblem(problem))}\n`);
    terminal.setExitStatus(1);
  }
  if (loaded.loaded.rules.length + loaded.problems.length === 0)
    throw new UsageError("there are no rules at these paths");
  const isTested = flags.runTests === true ? await runScenarios(testWorkspace(flags), loaded) : notRun(loaded);
  await inWorkspace(terminal, flags, async ({ store, clock, folder }) => {
    const content = contentFolder();
    const attack = attackFacts(content, folder);
    const profile = await profileOf(terminal, attack, flags);
    checkPlatforms(attack, flags.platform ?? []);
    const ports = queryPorts(store, { signal: terminal.signal });
    const now = time ?? clock();
    const dataOf = tablesWithData(ports, now);
    const { rules } = await coverRules(ports, loaded.loaded.rules, {
      ...{ now, dataOf, isTested, hasFired: await firedIn(ports, now, flags.state) },
      ...(flags.days === undefined ? {} : { days: flags.days }),
    });
    const matrix = coverageMatrix(attack, rules, { platforms: flags.platform ?? [] });
    const wanted = profile === undefined ? undefined : profileCoverage(attack, matrix, profile);
    const failing = step === undefined ? undefined : gapsBefore(step, matrix, wanted);
    const gaps = await listedGaps(terminal, flags, { attack, matrix, profile: wanted }, failing);
    const date = now.toISOString().slice(0, 10);
    switch (flags.format) {
      case "text":
      case "markdown":
        await terminal.out.write(
          coverageText(matrix, flags.format, {
            ...(wanted === undefined ? {} : { profile: wanted }),
            ...(gaps === undefined ? {} : { gaps }),
          }),
        );
        break;
      case "json": {
        const { coverageReport } = await import("../coverage/report.js");
        await terminal.out.write(`${JSON.stringify(coverageReport(matrix, rules, wanted, gaps), undefined, 2)}\n`);
        break;
      }
      case "navigator":
        await terminal.out.write(`${JSON.stringify(navigatorLayer(attack, matrix, wanted), undefined, 2)}\n`);
        break;
      case "dettect":
        await terminal.out.write(dettectTechniques(attack, matrix, date));
        break;
      case "dettect-data": {
        const { dataTables } = await import("../coverage/data-tables.js");
        await terminal.out.write(dettectDataSources(attack, matrix, await dataTables(content, dataOf)));
        break;
      }
      default:
        flags.format satisfies never;
    }
    for (const { id, name, because } of failing ?? []) {
      await terminal.err.write(`${printable(`gap: ${id} ${name} has not come to ${step}: ${because.join("; ")}`)}\n`);
      terminal.setExitStatus(1);
    }
  });
}

/** The gaps that the report lists: those of `--gaps` with rules of the catalogue, or else those of the gate. */
async function listedGaps(
  terminal: Terminal,
  flags: CoverageFlags,
  covered: CoveredSoFar,
  failing: readonly ListedGap[] | undefined,
): Promise<readonly ListedGap[] | undefined> {
  if (flags.gaps === undefined) return failing;
  const { gapsWithCandidates } = await import("../catalogue/candidates.js");
  const step = flags.gaps === true ? "data" : flags.gaps;
  return inCatalog(terminal, flags, { mayMake: false }, ({ db }) => gapsWithCandidates(db, step, covered));
}

function gateOf({ failOnGap, runTests, profile, group }: CoverageFlags): CoverageStep | undefined {
  if (group !== undefined && profile === undefined) {
    throw new UsageError("--group names a group of the STIX bundle that --profile names");
  }
  const step = failOnGap === true ? "binds" : failOnGap;
  if (step === "tested" && runTests !== true) throw new UsageError("--fail-on-gap tested needs --run-tests");
  return step;
}

async function profileOf(
  terminal: Terminal,
  attack: AttackFacts,
  { profile: path, group }: CoverageFlags,
): Promise<ThreatProfile | undefined> {
  if (path === undefined) return undefined;
  const text = await readFile(path, "utf8").catch(() => {
    throw new UsageError(`the profile ${path} cannot be read`);
  });
  const { profile, problems } = readThreatProfile({ name: path, text }, attack, group);
  for (const problem of problems) await terminal.err.write(`${printable(printProblem(problem))}\n`);
  if (profile === undefined) throw new UsageError(`${path} is no profile`);
  return profile;
}

function checkPlatforms({ techniques }: AttackFacts, wanted: readonly string[]): void {
  const known = [...new Set(Object.values(techniques).flatMap(({ platforms = [] }) => platforms))].sort();
  for (const platform of wanted) {
    if (known.some((one) => one.toLowerCase() === platform.toLowerCase())) continue;
    throw new UsageError(`${platform} is not a platform of ATT&CK: ${known.join(", ")}`);
  }
}

function testWorkspace({ functions, externaldataDir, addressDatabase }: CoverageFlags) {
  return async (externaldata: string | undefined) => {
    const { openWorkspace } = await import("../main.js");
    const folder = externaldata ?? externaldataDir;
    return openWorkspace({
      ...(folder === undefined ? {} : { externaldataDir: folder }),
      ...(functions === undefined ? {} : { functions }),
      ...(addressDatabase === undefined ? {} : { addressDatabase }),
    });
  };
}

async function firedIn(
  ports: Parameters<typeof import("../coverage/fired.js").firedRules>[0],
  now: Date,
  place?: string,
) {
  const { firedRules } = await import("../coverage/fired.js");
  if (place === undefined) return firedRules(ports, now);
  const { openState } = await import("../state/open-state.js");
  const state = await openState(place, { alone: false });
  try {
    return await firedRules(ports, now, state);
  } finally {
    await state.close();
  }
}
