import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type NotificationRoute, printProblem, readNotifications } from "@calypso/catalog";
import { type Command, Option } from "commander";
import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";
import { printable } from "./printable.js";
import { type Terminal, UsageError } from "./terminal.js";

/** `calypso notifications`: who is told what, and what did not arrive. */
export function register(command: Command, terminal: Terminal): void {
  command
    .command("test")
    .description("send a notice by every route of a file, or by one")
    .argument("<file>", "notifications.yaml")
    .option("--route <name>", "only this route")
    .action((file: string, { route }: { readonly route?: string }) => testRoutes(terminal, file, route));
  addStateOptions(command.command("dead"))
    .description("list notices that were given up, as lines of JSON")
    .action((flags: StateFlags) => inState(terminal, flags, (state) => listDead(terminal, state)));
  addStateOptions(command.command("retry"))
    .description("try notices again that were given up; the service sends them")
    .argument("[id]", "only this one")
    .action((id: string | undefined, flags: StateFlags) =>
      inState(terminal, flags, (state) => retry(terminal, state, id)),
    );
}

/** The routes of a file; problems are printed. */
export async function routesIn(terminal: Terminal, file: string): Promise<readonly NotificationRoute[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Failure("file-unreadable", `${file} cannot be read`, { cause });
  });
  const { routes, problems } = readNotifications({ name: file, text }, (name) => terminal.environment[name]);
  for (const problem of problems) await terminal.err.write(`${printable(printProblem(problem))}\n`);
  if (problems.some(({ severity }) => severity === "error")) terminal.setExitStatus(1);
  return routes;
}

interface StateFlags {
  readonly workspace?: string;
  readonly state?: string;
}

function addStateOptions(command: Command): Command {
  return command
    .addOption(new Option("--workspace <path>", "the workspace whose state it is (or CALYPSO_WORKSPACE)"))
    .addOption(new Option("--state <folder|url>", "where the state is: a folder, or postgres://…"));
}

async function inState(terminal: Terminal, flags: StateFlags, work: (state: State) => Promise<void>): Promise<void> {
  const workspace = flags.workspace ?? (terminal.environment["CALYPSO_WORKSPACE"] || undefined);
  const place = flags.state ?? (workspace === undefined ? undefined : join(resolve(workspace), "state"));
  if (place === undefined) throw new UsageError("say where the state is: --state or --workspace");
  const { openState } = await import("../state/open-state.js");
  const state = await openState(place);
  try {
    await work(state);
  } finally {
    await state.close();
  }
}

async function testRoutes(terminal: Terminal, file: string, only: string | undefined): Promise<void> {
  const routes = (await routesIn(terminal, file)).filter(({ name }) => only === undefined || name === only);
  if (routes.length === 0) throw new Failure("file-unreadable", `${file} has no route ${only ?? ""}`.trim());
  const [{ send }, { textOfNotice }, { DeliveryError }, { systemClock }, { randomIds }] = await Promise.all([
    import("../notify/send.js"),
    import("../notify/text.js"),
    import("../notify/channels/channel.js"),
    import("../platform/clock.js"),
    import("../platform/ids.js"),
  ]);
  const at = systemClock();
  const fields = {
    event: "feed",
    title: "A test of notifications",
    message: "Nothing has happened.",
    time: at.toISOString(),
  };
  const notice = { event: "feed", rules: [], fields } as const;
  for (const route of routes) {
    const outcome = await send(route.channel, {
      id: randomIds(),
      at,
      sentAt: at,
      notice,
      text: textOfNotice(route, notice),
    })
      .then(() => "arrived")
      .catch((cause: unknown) => {
        if (!(cause instanceof DeliveryError)) throw cause;
        terminal.setExitStatus(1);
        return cause.message;
      });
    await terminal.out.write(`${JSON.stringify({ route: route.name, channel: route.channel.kind, outcome })}\n`);
  }
}

async function listDead(terminal: Terminal, state: State): Promise<void> {
  const { deadDeliveries, noticeIn } = await import("../notify/outbox.js");
  for (const { id, route, event, at, attempts, error, document } of await deadDeliveries(state)) {
    const title = noticeIn(document).fields.title ?? "";
    await terminal.out.write(`${JSON.stringify({ id, route, event, at, attempts, error, title })}\n`);
  }
}

async function retry(terminal: Terminal, state: State, id: string | undefined): Promise<void> {
  const [{ revive }, { systemClock }] = await Promise.all([
    import("../notify/outbox.js"),
    import("../platform/clock.js"),
  ]);
  const count = await revive(state, id === undefined ? {} : { id }, systemClock());
  if (id !== undefined && count === 0) throw new Failure("notice-unknown", `no notice ${id} was given up`);
  await terminal.err.write(`${count === 1 ? "1 notice is" : `${count} notices are`} tried again by the service\n`);
}
