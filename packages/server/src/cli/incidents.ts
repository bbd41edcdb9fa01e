import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { Act, IncidentChange } from "../service/incident-changes.js";
import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";
import type { RowsFlags } from "./incidents-rows.js";
import { formatOf, wholeNumber } from "./options.js";
import { type Terminal, UsageError } from "./terminal.js";
import { addWorkspaceOptions, collect } from "./workspace-options.js";

/** Where the state is, and in which form results are printed. */
export interface StateFlags {
  readonly state?: string;
  readonly workspace?: string;
  readonly format?: string;
}

interface ListFlags extends StateFlags {
  readonly status?: readonly IncidentStatus[];
  readonly owner?: string;
  readonly severity?: string;
  readonly limit: number;
}

type IncidentStatus = NonNullable<IncidentChange["status"]>;

interface ActFlags extends StateFlags {
  readonly by?: string;
}

interface UpdateFlags extends ActFlags {
  readonly status?: IncidentStatus;
  readonly severity?: NonNullable<IncidentChange["severity"]>;
  readonly owner?: string;
  readonly classification?: NonNullable<IncidentChange["classification"]>;
  readonly reason?: NonNullable<IncidentChange["classificationReason"]>;
  readonly note?: string;
  readonly label?: readonly string[];
}

interface TaskFlags extends ActFlags {
  readonly description: string;
  readonly done?: boolean;
  readonly undone?: boolean;
}

const severities = ["High", "Medium", "Low", "Informational"];
const statuses = ["New", "Active", "Closed"];
const classifications = ["TruePositive", "BenignPositive", "FalsePositive", "Undetermined"];
const reasons = ["SuspiciousActivity", "SuspiciousButExpected", "IncorrectAlertLogic", "InaccurateData"];

/** `calypso incidents`: what the service has found, and what people make of it. */
export function register(command: Command, terminal: Terminal): void {
  command.enablePositionalOptions();
  stateOptions(command.command("list").description("list incidents, newest first"))
    .addOption(new Option("--status <status...>", "only those").choices(statuses))
    .option("--owner <name>", "only those of this owner")
    .addOption(new Option("--severity <severity>", "only those").choices(severities))
    .option("--limit <count>", "the most incidents to list", wholeNumber, 100)
    .action((flags: ListFlags) => list(terminal, flags));
  stateOptions(command.command("show").description("print an incident with its alerts, tasks and history"))
    .argument("<incident>", "its number or id")
    .action((name: string, flags: StateFlags) => show(terminal, name, flags));
  actOptions(command.command("update").description("change an incident"))
    .argument("<incident>", "its number or id")
    .addOption(new Option("--status <status>", statuses.join(", ")).choices(statuses))
    .addOption(new Option("--severity <severity>", severities.join(", ")).choices(severities))
    .option("--owner <name>", "who works on it; nobody where empty")
    .addOption(new Option("--classification <class>", "needed to close it").choices(classifications))
    .addOption(new Option("--reason <reason>", "why it is classified so").choices(reasons))
    .option("--note <text>", "what there is to say about the classification")
    .option("--label <name>", "the incident's labels from now on, none where empty (repeatable)", collect)
    .action((name: string, flags: UpdateFlags) => update(terminal, name, flags));
  actOptions(command.command("comment").description("add a comment"))
    .argument("<incident>", "its number or id")
    .argument("<text>", "the comment")
    .action((name: string, comment: string, flags: ActFlags) =>
      act(terminal, name, flags, async (state, id, who) => {
        const { changeIncident } = await import("../service/incident-changes.js");
        await changeIncident(state, id, { comment }, who);
      }),
    );
  actOptions(command.command("task").description("add a task, or say that one is done"))
    .argument("<incident>", "its number or id")
    .argument("<task>", "the title of a new task; with --done and --undone the id of one")
    .option("--description <text>", "what is to be done", "")
    .option("--done", "the task is done")
    .option("--undone", "the task is not done after all")
    .action((name: string, task: string, flags: TaskFlags) => changeTask(terminal, name, task, flags));
  stateOptions(command.command("related").description("incidents that name the same entities"))
    .argument("<incident>", "its number or id")
    .action((name: string, flags: StateFlags) => related(terminal, name, flags));
  addWorkspaceOptions(command.command("rows").description("show the rows behind an alert again"))
    .argument("<alert>", "its SystemAlertId")
    .option("--state <folder|url>", "where alerts are: a folder, or postgres://…")
    .option("--format <format>", "table, json, ndjson or csv (table on a terminal, json otherwise)")
    .action(async (id: string, flags: RowsFlags) => {
      const { rowsCommand } = await import("./incidents-rows.js");
      await rowsCommand(terminal, id, flags);
    });
}

function stateOptions(command: Command): Command {
  return command
    .option("--state <folder|url>", "where incidents are: a folder, or postgres://…")
    .option("--workspace <folder>", "the workspace whose folder `state` they are in (or CALYPSO_WORKSPACE)")
    .option("--format <format>", "table or ndjson (table on a terminal, ndjson otherwise)");
}

function actOptions(command: Command): Command {
  return stateOptions(command).option("--by <name>", "who does it; the user of this system where absent");
}

async function list(terminal: Terminal, flags: ListFlags): Promise<void> {
  const format = formatOf(terminal, flags);
  await inState(terminal, flags, async (state) => {
    const [{ listIncidents }, { printIncidents }] = await Promise.all([
      import("../service/incident-queries.js"),
      import("./incident-lines.js"),
    ]);
    const { status, owner, severity, limit } = flags;
    const filter = {
      limit,
      ...(status === undefined ? {} : { status }),
      ...(owner === undefined ? {} : { owner }),
      ...(severity === undefined ? {} : { severity }),
    };
    await printIncidents(terminal.out, await listIncidents(state, filter), format);
  });
}

async function show(terminal: Terminal, name: string, flags: StateFlags): Promise<void> {
  const format = formatOf(terminal, flags);
  await inState(terminal, flags, async (state) => {
    const [{ incidentDetails }, { printDetails }] = await Promise.all([
      import("../service/incident-queries.js"),
      import("./incident-lines.js"),
    ]);
    await printDetails(terminal.out, await incidentDetails(state, name), format);
  });
}

async function related(terminal: Terminal, name: string, flags: StateFlags): Promise<void> {
  const format = formatOf(terminal, flags);
  await inState(terminal, flags, async (state) => {
    const [{ incidentNamed, relatedIncidents }, { printRelated }] = await Promise.all([
      import("../service/incident-queries.js"),
      import("./incident-lines.js"),
    ]);
    const { id } = await incidentNamed(state, name);
    await printRelated(terminal.out, await relatedIncidents(state, id), format);
  });
}

async function update(terminal: Terminal, name: string, flags: UpdateFlags): Promise<void> {
  const { status, severity, owner, classification, reason, note, label } = flags;
  const change: IncidentChange = {
    ...(status === undefined ? {} : { status }),
    ...(severity === undefined ? {} : { severity }),
    ...(owner === undefined ? {} : { owner: owner === "" ? null : owner }),
    ...(classification === undefined ? {} : { classification }),
    ...(reason === undefined ? {} : { classificationReason: reason }),
    ...(note === undefined ? {} : { classificationComment: note }),
    ...(label === undefined ? {} : { labels: label.filter((name) => name !== "") }),
  };
  if (Object.keys(change).length === 0) throw new UsageError("say what to change: --status, --owner, …");
  await act(terminal, name, flags, async (state, id, who) => {
    const { changeIncident } = await import("../service/incident-changes.js");
    await changeIncident(state, id, change, who);
  });
}

async function changeTask(terminal: Terminal, name: string, task: string, flags: TaskFlags): Promise<void> {
  const { done, undone, description } = flags;
  if (done === true && undone === true) throw new UsageError("give --done or --undone");
  await act(terminal, name, flags, async (state, id, who) => {
    const [{ addTask, markTask }, { randomIds }] = await Promise.all([
      import("../service/incident-tasks.js"),
      import("../platform/ids.js"),
    ]);
    if (done === true || undone === true) return markTask(state, id, task, done === true, who);
    return addTask(state, id, { id: randomIds(), title: task, description }, who);
  });
}

/** Does something to an incident, and prints it as it is then. */
async function act(
  terminal: Terminal,
  name: string,
  flags: ActFlags,
  work: (state: State, id: string, act: Act) => Promise<void>,
): Promise<void> {
  const format = formatOf(terminal, flags);
  const by = whoActs(terminal, flags);
  await inState(terminal, flags, async (state) => {
    const [{ incidentDetails, incidentNamed }, { printDetails }, { systemClock }] = await Promise.all([
      import("../service/incident-queries.js"),
      import("./incident-lines.js"),
      import("../platform/clock.js"),
    ]);
    const { id } = await incidentNamed(state, name);
    await work(state, id, { by, now: systemClock() });
    await printDetails(terminal.out, await incidentDetails(state, id), format);
  });
}

/** Who does something: by `--by`, else the user of this system. */
export function whoActs(terminal: Terminal, flags: { readonly by?: string }): string {
  const by = flags.by ?? terminal.environment["USER"] ?? terminal.environment["USERNAME"] ?? "";
  if (by.trim() === "") throw new UsageError("say who does it: --by");
  return by;
}

/**
 * Runs `work` on the state that the flags name, which exists, or is made. A folder is refused while a service uses it; on a
 * server both work.
 */
export async function inState<T>(
  terminal: Terminal,
  flags: StateFlags,
  work: (state: State) => Promise<T>,
  { make = false }: { readonly make?: boolean } = {},
): Promise<T> {
  const workspace = flags.workspace ?? terminal.environment["CALYPSO_WORKSPACE"] ?? "";
  const isFolder = workspace !== "" && !/^https?:\/\//i.test(workspace);
  const place = flags.state ?? (isFolder ? join(workspace, "state") : undefined);
  if (place === undefined) throw new UsageError("say where the state is: --state, or --workspace with a folder");
  const isServer = /^postgres(?:ql)?:\/\//.test(place);
  if (!make && !isServer && !existsSync(join(place, "postgresql")))
    throw new Failure("state-missing", `there is no state of a service in ${place}`);
  const { openState } = await import("../state/open-state.js");
  const state = await openState(place, { alone: false });
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}
