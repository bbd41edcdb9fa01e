import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { rejectedFolder } from "../ingest/rejects.js";
import type { PullOptions } from "../ingest/taxii/pull.js";
import type { Credentials } from "../ingest/taxii/taxii-client.js";
import type { Workspace } from "../main.js";
import { configurationOf } from "../store/configuration.js";
import { Failure } from "../store/failures.js";
import type { Terminal } from "./terminal.js";

/** What a pull takes from the command line, the environment and the workspace. */
export async function pullOptions(
  terminal: Terminal,
  workspace: Workspace,
  flags: { readonly allowHost?: readonly string[]; readonly credentials?: string },
): Promise<PullOptions> {
  const credentials = await credentialsOf(terminal, flags.credentials);
  const own = workspace.folder === undefined ? [] : configurationOf(workspace.folder).allowHosts;
  return {
    hosts: [...(flags.allowHost ?? []), ...own],
    ...(credentials === undefined ? {} : { credentials }),
    signal: terminal.signal,
    now: workspace.clock,
    rest: (milliseconds, signal) => wait(milliseconds, undefined, { signal }).catch(() => {}),
    limits: { maxBytes: 256 << 20, maxSeconds: 120, maxRestSeconds: 300, maxPages: 100_000 },
    rejectedFolder: rejectedFolder(workspace),
  };
}

/** From the file, or from the environment; what an argument says is seen by everyone on the machine. */
async function credentialsOf(terminal: Terminal, path: string | undefined): Promise<Credentials | undefined> {
  const said = path === undefined ? fromEnvironment(terminal) : await fromFile(path);
  const { token, user, password } = said;
  if (typeof token === "string" && token !== "") return { kind: "bearer", token: token.trim() };
  if (typeof user === "string" && user !== "" && typeof password === "string") return { kind: "basic", user, password };
  if (path === undefined) return undefined;
  throw new Failure("file-unreadable", `${path} has neither a token, nor a user and a password`);
}

interface Said {
  readonly token?: unknown;
  readonly user?: unknown;
  readonly password?: unknown;
}

function fromEnvironment({ environment }: Terminal): Said {
  return {
    token: environment["CALYPSO_TAXII_TOKEN"],
    user: environment["CALYPSO_TAXII_USER"],
    password: environment["CALYPSO_TAXII_PASSWORD"],
  };
}

async function fromFile(path: string): Promise<Said> {
  let said: unknown;
  try {
    said = JSON.parse(await readFile(path, "utf8"));
  } catch {
    // The reason of a parser would show a part of the file.
    throw new Failure("file-unreadable", `${path} cannot be read as JSON with token, or with user and password`);
  }
  return typeof said === "object" && said !== null ? said : {};
}
