import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { type Clock, systemClock } from "./platform/clock.js";
import { contentFolder } from "./platform/content.js";
import { type Ids, randomIds } from "./platform/ids.js";
import { filesOfFolder, type ResolveUrl } from "./store/external-files.js";
import { Failure } from "./store/failures.js";
import { openEmbeddedStore, openServerStore, openTemporaryStore, type StoreContext } from "./store/open.js";
import type { QueryLimits, Store } from "./store/store.js";

/** What a user says about the workspace to work in. */
export interface WorkspaceOptions {
  /** A folder, or `http(s)://user@host:port/db`; a temporary folder where absent. */
  readonly workspace?: string;
  /** The folder that holds the files of `externaldata`. */
  readonly externaldataDir?: string;
  /** Hosts that `externaldata` may fetch from, beside those of the workspace's `calypso.json`. */
  readonly allowHosts?: readonly string[];
  readonly limits?: Partial<QueryLimits>;
}

/** An open workspace: its store, and where time and identifiers come from. */
export interface Workspace {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Where files beside the store belong; absent for a temporary workspace and for a ClickHouse server. */
  readonly folder?: string;
  close(): Promise<void>;
}

/** Opens the workspace that the options name; a temporary one is removed when it is closed or the process ends. */
export async function openWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const parts = { clock: systemClock, ids: randomIds };
  const named = options.workspace;
  if (named !== undefined && /^https?:\/\//i.test(named)) {
    const store = await openServerStore(contextOf(options, undefined), serverUrl(named));
    return { ...parts, store, close: () => store.close() };
  }
  if (named === undefined) {
    const temporary = temporaryFolder();
    const store = openTemporaryStore(contextOf(options, undefined), temporary.path);
    const close = () => store.close().finally(temporary.remove);
    return { ...parts, store, close };
  }
  const folder = resolve(named);
  const store = await openEmbeddedStore(contextOf(options, folder), folder);
  return { ...parts, store, folder, close: () => store.close() };
}

function contextOf(options: WorkspaceOptions, folder: string | undefined): StoreContext {
  const externals = options.externaldataDir;
  return {
    clock: systemClock,
    ids: randomIds,
    content: contentFolder(),
    limits: { ...defaultLimits(), ...options.limits },
    resolveUrl: externals === undefined ? fetching(options, folder) : filesOfFolder(resolve(externals)),
  };
}

function defaultLimits(): QueryLimits {
  const memory = totalmem();
  return {
    maxSeconds: 600,
    maxMemoryBytes: Math.floor(memory * 0.7),
    maxResultRows: 500_000,
    maxStepBytes: Math.floor(memory * 0.1),
  };
}

function fetching(options: WorkspaceOptions, folder: string | undefined): ResolveUrl {
  return async (url) => {
    const { filesOfHosts } = await import("./store/fetched-files.js");
    const hosts = [...(options.allowHosts ?? []), ...(folder === undefined ? [] : hostsOf(folder))];
    return filesOfHosts(hosts, { maxBytes: 256 * 1024 * 1024, maxSeconds: 60 })(url);
  };
}

/** The hosts that the workspace's own configuration allows: none where it does not say. */
function hostsOf(folder: string): readonly string[] {
  const path = join(folder, "calypso.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  try {
    const hosts: unknown = JSON.parse(text)?.externaldata?.allowHosts ?? [];
    if (Array.isArray(hosts) && hosts.every((host) => typeof host === "string")) return hosts;
  } catch (cause) {
    throw new Failure("file-unreadable", `${path} is not JSON`, { cause });
  }
  throw new Failure("file-unreadable", `${path}: externaldata.allowHosts has to be a list of host names`);
}

function serverUrl(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new Failure("workspace-unusable", "the workspace is not a URL of the form http(s)://user@host:port/db");
}

function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "calypso-"));
  const remove = () => {
    process.removeListener("exit", remove);
    rmSync(path, { recursive: true, force: true });
  };
  process.once("exit", remove);
  return { path, remove };
}
