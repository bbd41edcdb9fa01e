import { type Role, roles } from "@calypso/contract";
import { type Command, Option } from "commander";
import type { AuditDetail } from "../access/audit.js";
import type { AccessContext, KnownUser } from "../access/context.js";
import { inState, type StateFlags, whoActs } from "./incidents.js";
import { formatOf, wholeNumber } from "./options.js";
import { type Terminal, UsageError } from "./terminal.js";

interface ActFlags extends StateFlags {
  readonly by?: string;
}

interface LinkFlags extends ActFlags {
  readonly origin?: string;
  readonly passwordStdin?: boolean;
}

interface AddFlags extends LinkFlags {
  readonly role: Role;
}

interface AuditFlags extends StateFlags {
  readonly user?: string;
  readonly action?: string;
  readonly limit: number;
}

/** `calypso users`: who may sign in. */
export function register(command: Command, terminal: Terminal): void {
  command.enablePositionalOptions();
  stateOptions(command.command("list").description("list users, in the order of their names")).action(
    (flags: StateFlags) => list(terminal, flags),
  );
  linkOptions(command.command("add").description("add an account, and print a link with which its user gets in once"))
    .argument("<name>", "a name, such as a mail address")
    .addOption(new Option("--role <role>", roles.join(", ")).choices([...roles]).makeOptionMandatory())
    .action((name: string, flags: AddFlags) => add(terminal, name, flags));
  actOptions(command.command("set-role").description("give a user another role; the user's sessions end"))
    .argument("<user>", "a name or an id")
    .addArgument(command.createArgument("<role>", roles.join(", ")).choices([...roles]))
    .action((name: string, role: Role, flags: ActFlags) =>
      act(terminal, name, flags, "set-role", async (context, { id, role: before }) => {
        await (await import("../access/users.js")).setRole(context, id, role);
        return { role, before };
      }),
    );
  actOptions(command.command("disable").description("shut a user out at once, with all sessions and tokens"))
    .argument("<user>", "a name or an id")
    .action((name: string, flags: ActFlags) => setDisabled(terminal, name, flags, true));
  actOptions(command.command("enable").description("let a user in again who was disabled"))
    .argument("<user>", "a name or an id")
    .action((name: string, flags: ActFlags) => setDisabled(terminal, name, flags, false));
  linkOptions(command.command("password").description("let a user choose a new password by a link, or set one"))
    .argument("<user>", "a name or an id")
    .action((name: string, flags: LinkFlags) =>
      act(terminal, name, flags, "password", async (context, user) => {
        await letIn(terminal, context, user, flags);
        return {};
      }),
    );
  stateOptions(command.command("audit").description("print who did what, the newest first"))
    .option("--user <name>", "only what this user did")
    .option("--action <name>", "only this action")
    .option("--limit <count>", "the most entries to print", wholeNumber, 100)
    .action((flags: AuditFlags) => audit(terminal, flags));
}

function stateOptions(command: Command): Command {
  return command
    .option("--state <folder|url>", "where users are: a folder, or postgres://…")
    .option("--workspace <folder>", "the workspace whose folder `state` they are in (or CALYPSO_WORKSPACE)")
    .option("--format <format>", "table or ndjson (table on a terminal, ndjson otherwise)");
}

function actOptions(command: Command): Command {
  return stateOptions(command).option("--by <name>", "who does it; the user of this system where absent");
}

function linkOptions(command: Command): Command {
  return actOptions(command)
    .option("--password-stdin", "read the user's password from standard input, and print no link")
    .option("--origin <url>", "what the link begins with; `access.origin` of calypso.json where absent");
}

async function list(terminal: Terminal, flags: StateFlags): Promise<void> {
  const format = formatOf(terminal, flags);
  await inState(terminal, flags, async (state) => {
    const [{ listUsers }, { printUsers }] = await Promise.all([
      import("../access/users.js"),
      import("./user-lines.js"),
    ]);
    await printUsers(terminal.out, await listUsers(await contextOf(state)), format);
  });
}

async function audit(terminal: Terminal, flags: AuditFlags): Promise<void> {
  const format = formatOf(terminal, flags);
  await inState(terminal, flags, async (state) => {
    const [{ auditEntries }, { printEntries }] = await Promise.all([
      import("../access/audit.js"),
      import("./user-lines.js"),
    ]);
    const { user, action, limit } = flags;
    await printEntries(terminal.out, await auditEntries({ state }, { user, action, limit }), format);
  });
}

async function add(terminal: Terminal, name: string, flags: AddFlags): Promise<void> {
  const by = whoActs(terminal, flags);
  const make = { make: true };
  const work = async (state: AccessContext["state"]) => {
    const { addUser } = await import("../access/users.js");
    const context = await contextOf(state);
    // A password that is refused leaves no user behind.
    const password = flags.passwordStdin === true ? await passwordFrom(terminal, name) : undefined;
    const user = await addUser(context, name, flags.role);
    await record(context, by, "add", user, { role: flags.role });
    await letIn(terminal, context, user, flags, password);
  };
  await inState(terminal, flags, work, make);
}

function setDisabled(terminal: Terminal, name: string, flags: ActFlags, disabled: boolean): Promise<void> {
  return act(terminal, name, flags, disabled ? "disable" : "enable", async (context, { id }) => {
    await (await import("../access/users.js")).setDisabled(context, id, disabled);
    return {};
  });
}

/** Does something to a user, and writes it into the audit log. */
async function act(
  terminal: Terminal,
  name: string,
  flags: ActFlags,
  action: string,
  work: (context: AccessContext, user: KnownUser) => Promise<AuditDetail>,
): Promise<void> {
  const by = whoActs(terminal, flags);
  await inState(terminal, flags, async (state) => {
    const { userNamed } = await import("../access/users.js");
    const context = await contextOf(state);
    const user = await userNamed(context, name);
    const detail = await work(context, user);
    await record(context, by, action, user, detail);
  });
}

async function record(
  context: AccessContext,
  by: string,
  action: string,
  { id, name }: KnownUser,
  detail: AuditDetail,
): Promise<void> {
  const { recordAct } = await import("../access/audit.js");
  const who = { userName: by, via: "command line", address: "" };
  await recordAct(context, { ...who, action: `users ${action}`, subject: { id }, detail: { name, ...detail } });
}

/** Sets the password that was read, or prints a link. */
async function letIn(
  terminal: Terminal,
  context: AccessContext,
  { id, name }: KnownUser,
  flags: LinkFlags,
  read?: string,
): Promise<void> {
  const { makeSetUpLink, setPassword } = await import("../access/accounts.js");
  if (flags.passwordStdin === true) return setPassword(context, id, read ?? (await passwordFrom(terminal, name)));
  const { secret, expiresAt } = await makeSetUpLink(context, id);
  const origin = await originOf(terminal, flags);
  const hours = Math.round((expiresAt.getTime() - context.clock().getTime()) / 3_600_000);
  await terminal.out.write(`${origin}/set-up#${secret}\n`);
  await terminal.err.write(`give this link to ${name}: it works once, within ${hours} hours\n`);
}

/** A password from standard input, without the end of its line; one that is too easily guessed is refused. */
async function passwordFrom(terminal: Terminal, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of terminal.input) chunks.push(chunk);
  const password = Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, "");
  if (password === "" || password.includes("\n")) throw new UsageError("give one password on standard input");
  const { hashPassword } = await import("../access/passwords.js");
  await hashPassword(password, name);
  return password;
}

async function originOf(terminal: Terminal, { origin, workspace }: LinkFlags): Promise<string> {
  const folder = workspace ?? (terminal.environment["CALYPSO_WORKSPACE"] || undefined);
  const isServer = folder !== undefined && /^https?:\/\//i.test(folder);
  const { accessSettings } = await import("./access-settings.js");
  const settings = accessSettings(terminal, { folder: isServer ? undefined : folder, file: undefined, origin });
  return settings.origin ?? "http://localhost:8080";
}

async function contextOf(state: AccessContext["state"]): Promise<AccessContext> {
  const [{ systemClock }, { randomIds, randomSecrets }] = await Promise.all([
    import("../platform/clock.js"),
    import("../platform/ids.js"),
  ]);
  // A service looks for itself whether its users may still do what they do.
  return { state, clock: systemClock, ids: randomIds, secrets: randomSecrets, lessened: () => {} };
}
