import { basename } from "node:path";
import type { Command } from "commander";
import type { Listener } from "../http/listen.js";
import type { Served } from "../http/served.js";
import type { Workspace } from "../main.js";
import { failureFrom } from "../store/failures.js";
import { portNumber } from "./options.js";
import type { Terminal } from "./terminal.js";

/** The options of what `calypso serve` shows in a browser. */
export interface WebFlags {
  readonly host: string;
  /** 8080 where absent; or, for the demo, another that is free. */
  readonly port?: number;
  /** Under which address browsers reach it. */
  readonly name?: string;
  /** The file that says who signs in how. */
  readonly access?: string;
  readonly open?: boolean;
  readonly maxUpload: string;
  readonly demo?: boolean;
}

/** Adds the options of `WebFlags`, but for `--demo`. */
export function addWebOptions(command: Command): Command {
  return command
    .option("--host <address>", "where the web application and the API listen", "127.0.0.1")
    .option("--port <number>", "their port; 0 for any that is free; 8080 where absent", portNumber)
    .option("--name <url>", "the address under which browsers reach it, where that is not this machine's own")
    .option("--access <file>", "who signs in how: a JSON file; `access` of the workspace's calypso.json where absent")
    .option("--max-upload <gigabytes>", "the largest file of logs that is taken on a page", "2")
    .option("--open", "open the web application in the browser");
}

/** The web application and the API, as long as the service runs. */
export async function serveWeb(
  terminal: Terminal,
  flags: WebFlags & { readonly workspace?: string },
  parts: Pick<Served, "state" | "room" | "rules" | "shipped"> & { readonly workspace: Workspace },
): Promise<Listener> {
  const { version } = await import("../platform/version.js");
  const { folder } = parts.workspace;
  const named = flags.workspace ?? "workspace";
  const name = folder === undefined ? named.replace(/^.*\//, "") : basename(folder);
  const access = await accessFor(terminal, flags, parts);
  const uploadLimit = Number(flags.maxUpload) * 1e9;
  const { Compiler } = await import("../compiler/compiler.js");
  const compiler = new Compiler();
  const web = await listenAt(terminal, flags, { ...parts, access, compiler, name, version: version(), uploadLimit });
  const address = access.settings.origin ?? web.address;
  await terminal.err.write(`open ${address}\n`);
  if (flags.open === true) await openInBrowser(terminal, address);
  return { ...web, ended: web.ended.finally(() => compiler.close()) };
}

/** Who may use the service, as its settings say. */
async function accessFor(
  terminal: Terminal,
  { name: origin, access: file }: WebFlags,
  { state, workspace: { folder, clock, ids } }: Pick<Served, "state"> & { readonly workspace: Workspace },
) {
  const [{ accessSettings }, { Access }, { randomSecrets }] = await Promise.all([
    import("./access-settings.js"),
    import("../access/access.js"),
    import("../platform/ids.js"),
  ]);
  const settings = accessSettings(terminal, { folder, file, origin });
  return new Access({ state, clock, ids, secrets: randomSecrets }, settings);
}

async function listenAt(terminal: Terminal, { host, port, demo }: WebFlags, served: Served): Promise<Listener> {
  const { listen } = await import("../http/listen.js");
  const fault = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    void terminal.err.write(`a fault in Calypso: ${text}\n`);
  };
  const listening = { host, signal: terminal.signal, fault };
  try {
    return await listen(served, { ...listening, port: port ?? usualPort });
  } catch (error) {
    // Whoever only looks at the demo need not know what else uses the port.
    if (demo !== true || port !== undefined || failureFrom(error).code !== "listen-refused") throw error;
    return listen(served, { ...listening, port: 0 });
  }
}

const usualPort = 8080;

/** Where there is a screen; elsewhere the address that was printed has to do. */
async function openInBrowser(terminal: Terminal, address: string): Promise<void> {
  const { DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = terminal.environment;
  const hasScreen =
    process.platform === "darwin" ? SSH_CONNECTION === undefined : (DISPLAY ?? WAYLAND_DISPLAY) !== undefined;
  if (!terminal.interactive || !hasScreen) return;
  const { default: open } = await import("open");
  // A browser that cannot be started is no reason to end the service.
  const browser = await open(address).catch(() => undefined);
  browser?.once("error", () => {});
}
