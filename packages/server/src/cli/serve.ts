import { existsSync } from "node:fs";
import { join } from "node:path";
import { type NotificationRoute, printProblem } from "@calypso/catalog";
import type { Command } from "commander";
import type { RunningImport } from "../catalogue/shipped-rules.js";
import type { LoadedRules } from "../detect/load.js";
import type { Listener } from "../http/listen.js";
import type { Workspace } from "../main.js";
import type { DiskRoom } from "../service/disk-room.js";
import type { FeedWatch } from "../service/feed-watch.js";
import { driftText } from "../service/record-drifts.js";
import type { Service, ServiceEvent } from "../service/service.js";
import { alertLine, alertText } from "./alert-lines.js";
import { seedOf } from "./demo-options.js";
import { routesIn } from "./notifications.js";
import { wholeNumber } from "./options.js";
import { printable } from "./printable.js";
import { type PullChoreFlags, pullChore } from "./pull-chore.js";
import { ruleFilesOnDisk } from "./rule-files.js";
import { addWebOptions, serveWeb, type WebFlags } from "./serve-web.js";
import { type Terminal, UsageError } from "./terminal.js";
import { addWorkspaceOptions, collect, inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso serve`. */
interface ServeFlags extends WorkspaceFlags, PullChoreFlags, WebFlags {
  readonly rules?: readonly string[];
  readonly watch?: readonly string[];
  readonly state?: string;
  readonly concurrency: string;
  readonly keepFree?: string;
  readonly notifications?: string;
  readonly demoRate: number;
  readonly demoSeed: number;
  readonly demoStoriesEvery: number;
}

/** `calypso serve`. */
export function register(command: Command, terminal: Terminal): void {
  addWebOptions(addWorkspaceOptions(command))
    .option(
      "--rules <path>",
      "rules to run by the clock: a file or folder, looked at again and again (repeatable)",
      collect,
    )
    .option("--watch <folder>", "load the logs that come into this folder (repeatable)", collect)
    .option("--state <folder|url>", "where rules, windows, alerts and incidents are: a folder, or postgres://…")
    .option("--concurrency <count>", "how many windows run at a time", "2")
    .option(
      "--keep-free <gigabytes>",
      "loading stops where the disk has less room; 1, or 2 % of the disk, where absent",
    )
    .option("--pull-indicators <url>", "pull threat indicators from this TAXII server (repeatable)", collect)
    .option("--pull-every <minutes>", "how often they are pulled", "60")
    .option("--credentials <file>", "for those servers: a JSON file with token, or with user and password")
    .option(
      "--notifications <file>",
      "who is told what: notifications.yaml; that of the workspace's folder where absent",
    )
    .option("--demo", "let a company that does not exist live on in the workspace, and run the shipped rules")
    .option("--demo-rate <count>", "everyday events of the demo a minute", wholeNumber, 30)
    .option("--demo-seed <number>", "another number makes another company", seedOf, 1)
    .option("--demo-stories-every <minutes>", "how often one of the demo's attacks begins", wholeNumber, 10)
    .action((flags: ServeFlags) => serve(terminal, flags));
}

async function serve(terminal: Terminal, given: ServeFlags): Promise<void> {
  const flags = given.demo === true ? await withDemo(terminal, given) : given;
  const { rules } = flags;
  if ((flags.workspace ?? terminal.environment["CALYPSO_WORKSPACE"] ?? "") === "") {
    throw new UsageError("say where the logs are: --workspace or CALYPSO_WORKSPACE");
  }
  if (rules === undefined) throw new UsageError("give the rules to run with --rules");
  if (!/^[1-9]\d?$/.test(flags.concurrency)) throw new UsageError(`${flags.concurrency} is not a number from 1 to 99`);
  if (!/^\d{1,4}(\.\d{1,6})?$/.test(flags.maxUpload)) {
    throw new UsageError(`${flags.maxUpload} is not a number of gigabytes`);
  }
  if (flags.keepFree !== undefined && !/^\d{1,6}(\.\d{1,6})?$/.test(flags.keepFree)) {
    throw new UsageError(`${flags.keepFree} is not a number of gigabytes`);
  }
  if (!/^[1-9]\d{0,4}$/.test(flags.pullEvery)) throw new UsageError(`${flags.pullEvery} is not a number of minutes`);
  await inWorkspace(terminal, flags, (workspace) => serveIn(terminal, workspace, { ...flags, rules }));
}

/** With the demo, the workspace, the rules and the files that they fetch have defaults. */
async function withDemo(terminal: Terminal, flags: ServeFlags): Promise<ServeFlags> {
  const [{ liveDemoFolder }, { contentFolder }] = await Promise.all([
    import("./live-demo.js"),
    import("../platform/content.js"),
  ]);
  const workspace = flags.workspace ?? (terminal.environment["CALYPSO_WORKSPACE"] || "workspace/live-demo");
  if (/^https?:\/\//i.test(workspace)) throw new UsageError("the demo needs a folder of its own: --workspace FOLDER");
  if (flags.demoRate > 10_000)
    throw new UsageError(`${flags.demoRate} events a minute are more than the demo makes: 10000`);
  const externaldataDir = await liveDemoFolder(workspace, demoOf(flags));
  return { externaldataDir, rules: [join(contentFolder(), "rules")], ...flags, workspace };
}

function demoOf({ demoRate, demoSeed, demoStoriesEvery }: ServeFlags) {
  return { rate: demoRate, seed: demoSeed, storiesEvery: demoStoriesEvery };
}

async function serveIn(
  terminal: Terminal,
  workspace: Workspace,
  flags: ServeFlags & { readonly rules: readonly string[] },
): Promise<void> {
  const place = flags.state ?? (workspace.folder === undefined ? undefined : join(workspace.folder, "state"));
  if (place === undefined) throw new UsageError("a workspace on a server keeps no files: say where with --state");
  const [{ openState }, { takeUpFunctions }, { Service: Running }, { runService }, { tmpdir }] = await Promise.all([
    import("../state/open-state.js"),
    import("../saved-queries/saved-queries.js"),
    import("../service/service.js"),
    import("../service/run-service.js"),
    import("node:os"),
  ]);
  const { logChore } = await import("./log-chore.js");
  const pulls = await pullChore(terminal, workspace, flags);
  const state = await openState(place);
  let feeds: FeedWatch | undefined;
  let web: Listener | undefined;
  let shipped: RunningImport | undefined;
  const ending = new AbortController();
  try {
    await takeUpFunctions({ ...workspace, state });
    const room = await roomFor(terminal, workspace, flags);
    const service = new Running({
      ...{ state, store: workspace.store, clock: workspace.clock, ids: workspace.ids },
      folder: join(workspace.folder ?? tmpdir(), "outgoing"),
      concurrency: Number(flags.concurrency),
      room,
      tell: (event) => void tell(terminal, event),
    });
    const rules = await ruleChore(terminal, service, workspace, flags.rules);
    const [{ feedWatch }, { queryPorts }] = await Promise.all([
      import("../service/feed-watch.js"),
      import("../search/run-query.js"),
    ]);
    feeds = feedWatch({
      ...{ state, ports: queryPorts(workspace.store, { signal: terminal.signal }), clock: workspace.clock },
      rules: () => rules.loaded().rules,
      tell: (change) => void tell(terminal, { kind: "drift", ...change }),
      warn: (message) => void terminal.err.write(`${printable(message)}\n`),
    });
    const notifications = await notificationChore(terminal, workspace, flags);
    const { folder } = workspace;
    const demo =
      flags.demo === true && folder !== undefined
        ? [(await import("./live-demo.js")).liveDemoChore(terminal, { ...workspace, folder }, demoOf(flags), room)]
        : [];
    // First, as it may be refused, which ends the command.
    web = await serveWeb(terminal, flags, {
      ...{ workspace, state, room, rules: { ...rules, paths: flags.rules } },
      shipped: () => shipped?.progress() ?? { state: "none", files: 0, done: 0 },
    });
    const running = runService(service, {
      signal: terminal.signal,
      chores: [
        ...demo,
        notifications.chore,
        rules.lookNow,
        logChore(terminal, workspace, flags.watch ?? [], room),
        pulls.begin,
        feeds.begin,
      ],
      outage: (message) => {
        const text = message === undefined ? "the service goes on" : `the service waits: ${message}`;
        void terminal.err.write(`${printable(text)}\n`);
      },
    });
    const { importShippedRules } = await import("../catalogue/shipped-rules.js");
    shipped = importShippedRules(state, workspace.clock, AbortSignal.any([terminal.signal, ending.signal]));
    const { runNotifier } = await import("../notify/notifier.js");
    const { clock, ids } = workspace;
    const warn = (message: string) => void terminal.err.write(`${printable(message)}\n`);
    const parts = { state, clock, ids, routes: notifications.routes, tell: warn };
    await Promise.all([running, runNotifier(parts, terminal.signal)]);
  } finally {
    await pulls.ended();
    await feeds?.ended();
    // What ended the service may not have been a signal to stop.
    if (terminal.signal.aborted) await web?.ended;
    ending.abort();
    await shipped?.ended;
    await state.close();
  }
}

/** The routes of notifications, read anew whenever their file changes; none where there is no file. */
async function notificationChore(terminal: Terminal, workspace: Workspace, flags: ServeFlags) {
  const { changedFiles } = await import("../service/changed-files.js");
  const usual = workspace.folder === undefined ? undefined : join(workspace.folder, "notifications.yaml");
  const path = flags.notifications ?? usual;
  if (flags.notifications !== undefined && !existsSync(flags.notifications)) {
    throw new UsageError(`there is no file ${flags.notifications}`);
  }
  let routes: readonly NotificationRoute[] = [];
  const files = changedFiles(async () => (path !== undefined && existsSync(path) ? [path] : []));
  const chore = async () => {
    if (!(await files.any())) return;
    routes = path !== undefined && existsSync(path) ? await routesIn(terminal, path) : [];
    await terminal.err.write(`${routes.length} routes of notifications\n`);
  };
  return { chore, routes: () => routes };
}

/** The room on the disk of the workspace's folder; of a server's disk only the server knows. */
async function roomFor(terminal: Terminal, { folder, clock }: Workspace, { keepFree }: ServeFlags): Promise<DiskRoom> {
  const [{ diskRoom }, { statfs }] = await Promise.all([import("../service/disk-room.js"), import("node:fs/promises")]);
  const disk = async (path: string) => {
    const { bavail, blocks, bsize } = await statfs(path);
    return { free: bavail * bsize, total: blocks * bsize };
  };
  return diskRoom({
    ...(folder === undefined ? {} : { disk: () => disk(folder) }),
    ...(keepFree === undefined ? {} : { reserve: Number(keepFree) * 1e9 }),
    clock,
    tell: (change) => void tell(terminal, { kind: "room", ...change }),
  });
}

/** Takes up the rules, and takes them up anew whenever one of their files changes. */
async function ruleChore(terminal: Terminal, service: Service, { folder }: Workspace, named: readonly string[]) {
  const [{ changedFiles }, { loadRules }, { withOwnFolder }] = await Promise.all([
    import("../service/changed-files.js"),
    import("../detect/load.js"),
    import("../authoring/rule-folders.js"),
  ]);
  // Its own folder comes to a workspace with the first change that is made on a page.
  const pathsNow = () => withOwnFolder(named, folder);
  const files = changedFiles(async () => filesOf(await pathsNow()));
  let loaded: LoadedRules = { rules: [], exceptions: [], problems: [], texts: new Map(), settings: [] };
  // What could not be taken up, as the state was away, is taken up later.
  let isOwed = false;
  const look = async () => {
    if (!(await files.any()) && !isOwed) return;
    isOwed = true;
    const found = await loadRules(ruleFilesOnDisk, await pathsNow());
    for (const problem of found.problems) await terminal.err.write(`${printable(printProblem(problem))}\n`);
    await service.takeUp(found.rules);
    isOwed = false;
    loaded = found;
    await terminal.err.write(`${found.rules.length} rules taken up\n`);
  };
  // One look at a time: the clock's and those that are asked for.
  let looking: Promise<void> = Promise.resolve();
  const lookNow = () => {
    looking = looking.then(look, look);
    return looking;
  };
  return { lookNow, loaded: () => loaded };
}

async function filesOf(paths: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(paths.map((path) => ruleFilesOnDisk.list(path).catch(() => [])));
  return lists.flat();
}

/** Alerts go to standard output, one line of JSON each, or of words where a person reads them; all else to standard error. */
async function tell(terminal: Terminal, event: ServiceEvent): Promise<void> {
  switch (event.kind) {
    case "alert":
      if (terminal.interactive) return terminal.out.write(`${printable(alertText(event.raised.alert))}\n`);
      return terminal.out.write(`${alertLine(event.rule, event.raised.alert)}\n`);
    case "done":
      return;
    case "failed":
      return terminal.err.write(`${printable(`${event.rule.file}: ${event.rule.name}: ${event.message}`)}\n`);
    case "unscheduled": {
      const why = "it does not run, as it has no `queryFrequency` and `queryPeriod` of a minute or more";
      return terminal.err.write(`${printable(`${event.rule.file}: ${event.rule.name}: ${why}`)}\n`);
    }
    case "newly-hidden":
      return terminal.err.write(`${printable(newlyHidden(event))}\n`);
    case "exception-left-out":
      return terminal.err.write(`${printable(printProblem(event.diagnosis))}\n`);
    case "drift":
      return terminal.err.write(`${printable(driftText(event))}\n`);
    case "room":
      return terminal.err.write(`${printable(event.message)}\n`);
    case "owed":
      return terminal.err.write(`${event.count === 1 ? "1 window is" : `${event.count} windows are`} owed\n`);
    default:
      return event satisfies never;
  }
}

function newlyHidden({ rule, exception, values }: Extract<ServiceEvent, { kind: "newly-hidden" }>): string {
  const more = values.length > 5 ? ` and ${values.length - 5} more` : "";
  return `${rule.file}: ${rule.name}: the exception ${exception.id} hides for the first time ${values.slice(0, 5).join(", ")}${more}`;
}
