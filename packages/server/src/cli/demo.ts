import { dirname, join, relative } from "node:path";
import type { Command } from "commander";
import type { Demo } from "../demo/generate.js";
import type { WrittenDemo } from "../demo/write-demo.js";
import type { DetectEvent } from "../detect/run.js";
import type { Workspace } from "../main.js";
import { systemClock } from "../platform/clock.js";
import type { PastRun } from "../service/record-past.js";
import { daysOf, endOf, eventCountOf, midnightBefore, seedOf } from "./demo-options.js";
import { loadData } from "./load-data.js";
import { type Terminal, UsageError } from "./terminal.js";

/** The options that the demo's logs are made from. */
interface DemoFlags {
  readonly events: number;
  readonly days: number;
  readonly seed: number;
  readonly end?: Date;
}

/** `calypso demo`, and `calypso demo generate`. */
export function register(command: Command, terminal: Terminal): void {
  addDemoOptions(command, "100k")
    .enablePositionalOptions()
    .option("--workspace <folder>", "where to keep the demo; replaced when the demo runs again", "workspace/demo")
    .action((flags: DemoFlags & { readonly workspace: string }) => demo(terminal, flags));
  addDemoOptions(command.command("generate"), "200k")
    .description("only write the logs, as NDJSON, with labels of what happened in them")
    .requiredOption("--out <folder>", "where to write")
    .action((flags: DemoFlags & { readonly out: string }) => generate(terminal, flags));
}

function addDemoOptions(command: Command, events: string): Command {
  return command
    .option("--events <count>", "events to make, about: 50000, 200k, 10m", eventCountOf, eventCountOf(events))
    .option("--days <count>", "days that the logs cover", daysOf, 14)
    .option("--seed <number>", "another number makes another company", seedOf, 1)
    .option("--end <time>", "when the logs end, in UTC; the last midnight where absent", endOf);
}

async function generate(terminal: Terminal, flags: DemoFlags & { readonly out: string }): Promise<void> {
  const started = systemClock();
  const written = await write(terminal, await makeFrom(flags), flags.out);
  await terminal.out.write(
    `${written.events} events (${megabytes(written.bytes)} MB) in ${written.logs}, labels in ${written.labels}, ` +
      `address ranges in ${written.externaldata}: ${secondsSince(started)} s\n`,
  );
}

/** Makes the demo's logs, loads them, runs the shipped rules and prints what they found. */
async function demo(terminal: Terminal, flags: DemoFlags & { readonly workspace: string }): Promise<void> {
  if (/^https?:\/\//i.test(flags.workspace)) {
    throw new UsageError("the demo needs a folder of its own, not a server: --workspace FOLDER");
  }
  const { emptyDemoFolder } = await import("./demo-folder.js");
  const { contentFolder } = await import("../platform/content.js");
  const { alertTable, storyReport } = await import("./demo-report.js");
  emptyDemoFolder(flags.workspace);
  const made = await makeFrom(flags);
  const times: string[] = [];
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const started = systemClock();
    const result = await work();
    times.push(`${name} ${secondsSince(started)} s`);
    return result;
  };

  const written = await timed("making the logs", () => write(terminal, made, join(flags.workspace, "tenant")));
  const { openWorkspace } = await import("../main.js");
  const workspace = await openWorkspace({ workspace: flags.workspace, externaldataDir: written.externaldata });
  try {
    await terminal.err.write(`loading ${megabytes(written.bytes)} MB into ${flags.workspace} …\n`);
    await timed("loading", () => loadData(terminal, workspace, [written.logs]));
    const rulesFolder = join(contentFolder(), "rules");
    const { alerts, runs } = await timed("running the rules", () => runRules(terminal, workspace, rulesFolder, made));
    await timed("making incidents", () => keepIncidents(workspace, join(flags.workspace, "state"), runs));
    await terminal.out.write(`${alertTable(alerts)}\n\n${storyReport(made.stories, alerts)}\n`);
    await terminal.out.write(`${written.events} events: ${times.join(", ")}.\n\n`);
    await terminal.out.write(nextCommands(flags.workspace, rulesFolder, written));
  } finally {
    await workspace.close();
  }
}

async function makeFrom(flags: DemoFlags): Promise<Demo> {
  const { makeDemo } = await import("../demo/generate.js");
  return makeDemo({ ...flags, end: flags.end ?? midnightBefore(systemClock()) });
}

async function write(terminal: Terminal, made: Demo, folder: string): Promise<WrittenDemo> {
  const { writeDemo } = await import("../demo/write-demo.js");
  let told = 0;
  await terminal.err.write(`making logs in ${folder} …\n`);
  const tell = (events: number) => {
    if (events < told + 1_000_000) return;
    told = events;
    void terminal.err.write(`  ${events} events\n`);
  };
  try {
    return await writeDemo(made, folder, tell);
  } catch (cause) {
    const { reasonOf } = await import("../ingest/files.js");
    const { Failure } = await import("../store/failures.js");
    throw new Failure("workspace-unusable", `the logs cannot be written to ${folder}: ${reasonOf(cause)}`, { cause });
  }
}

async function runRules(terminal: Terminal, workspace: Workspace, folder: string, { eventful }: Demo) {
  const { loadRules } = await import("../detect/load.js");
  const { ruleFilesOnDisk } = await import("./rule-files.js");
  const { demoEvents } = await import("./demo-rules.js");
  const { queryPorts } = await import("../search/run-query.js");
  const { ticksOf } = await import("../platform/clock.js");
  const { rules } = await loadRules(ruleFilesOnDisk, [folder]);
  await terminal.err.write(`running ${rules.length} rules …\n`);
  const ports = queryPorts(workspace.store);
  const alerts = [];
  const runs: PastRun[] = [];
  const range = { from: ticksOf(eventful.from), to: ticksOf(eventful.to) };
  for await (const event of demoEvents(ports, rules, range)) {
    if (event.kind === "alert") alerts.push({ ruleId: event.rule.id, ruleName: event.rule.name, ...event.alert });
    else if (event.kind === "ran") runs.push(event);
    else await tellProblem(terminal, event);
  }
  return { alerts, runs };
}

/** The alerts become incidents, which `calypso serve` shows. */
async function keepIncidents(workspace: Workspace, place: string, runs: readonly PastRun[]): Promise<void> {
  const [{ openState }, { recordPast }] = await Promise.all([
    import("../state/open-state.js"),
    import("../service/record-past.js"),
  ]);
  const state = await openState(place);
  try {
    await recordPast(state, runs, workspace.ids);
  } finally {
    await state.close();
  }
}

async function tellProblem(terminal: Terminal, event: DetectEvent): Promise<void> {
  if (event.kind !== "failed" && event.kind !== "warning") return;
  const { printProblem } = await import("@calypso/catalog");
  await terminal.err.write(`${printProblem(event.diagnosis)}\n`);
  if (event.kind === "failed") terminal.setExitStatus(1);
}

/** Commands that work as they stand, from the folder in which the demo was run. */
function nextCommands(workspace: string, rulesFolder: string, written: WrittenDemo): string {
  const rules = relative(process.cwd(), rulesFolder);
  const logs = relative(process.cwd(), dirname(written.logs));
  const quoted = (path: string) => (/^[\w./-]+$/.test(path) ? path : `"${path}"`);
  const asked =
    "SigninLogs | where ResultType != 0 | summarize Failures = count(), Accounts = dcount(UserPrincipalName) by IPAddress | top 5 by Failures";
  return [
    "Try next:",
    `  npx calypso serve --workspace ${quoted(workspace)} --externaldata-dir ${quoted(join(logs, "externaldata"))} --rules ${quoted(rules)}`,
    `  npx calypso query --workspace ${quoted(workspace)} --format table "${asked}"`,
    `  npx calypso detect --workspace ${quoted(workspace)} --externaldata-dir ${quoted(join(logs, "externaldata"))} --rules ${quoted(join(rules, "password-spray-with-success.yaml"))} --format table`,
    `  npx calypso query --workspace ${quoted(workspace)} --explain-sql "CommonSecurityLog | where DeviceAction =~ 'denied' | summarize count() by SourceIP"`,
    "",
  ].join("\n");
}

const secondsSince = (started: Date) => ((systemClock().getTime() - started.getTime()) / 1000).toFixed(1);
const megabytes = (bytes: number) => Math.round(bytes / 1e6);
