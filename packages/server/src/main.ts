import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import type { Problem } from "@calypso/catalog";
import type { WorkspaceSchema } from "@calypso/kql";
import { OwnFunctions } from "./functions/own-functions.js";
import type { LoadedFunctions } from "./functions/saved-functions.js";
import { type FunctionSource, shippedFunctions } from "./functions/shipped-functions.js";
import { Watchlists } from "./ingest/watchlists/watchlists.js";
import { type Clock, systemClock } from "./platform/clock.js";
import { contentFolder } from "./platform/content.js";
import { type Ids, randomIds } from "./platform/ids.js";
import { configurationOf } from "./store/configuration.js";
import { filesOfFolder, type ResolveUrl } from "./store/external-files.js";
import { Failure } from "./store/failures.js";
import { openEmbeddedStore, openServerStore, openTemporaryStore, type StoreContext } from "./store/open.js";
import { shippedTables } from "./store/shipped-tables.js";
import type { QueryLimits, Store } from "./store/store.js";
import { type QueryNames, Tables } from "./store/tables.js";

/** What names in queries mean where there is no workspace: the tables, functions and watchlists that ship. */
export function shippedSchema(): WorkspaceSchema {
  const content = contentFolder();
  const none = { functions: new Map(), problems: [] };
  const names = queryNames(
    shippedFunctions(join(content, "functions")),
    none,
    new OwnFunctions(),
    new Watchlists(content),
    () => undefined,
  );
  return new Tables(shippedTables(join(content, "tables")), async () => {}, names).schema();
}

/** What a user says about the workspace to work in. */
export interface WorkspaceOptions {
  /** A folder, or `http(s)://user@host:port/db`; a temporary folder where absent. */
  readonly workspace?: string;
  /** The folder that holds the files of `externaldata`. */
  readonly externaldataDir?: string;
  /** Hosts that `externaldata` may fetch from, beside those of the workspace's `calypso.json`. */
  readonly allowHosts?: readonly string[];
  /** Files and folders of saved functions, beside the folder `functions` of the workspace. */
  readonly functions?: readonly string[];
  /** The file, in MaxMind's format, that says where addresses are; that of the workspace's `calypso.json` where absent. */
  readonly addressDatabase?: string;
  readonly limits?: Partial<QueryLimits>;
}

/** An open workspace: its store, and where time and identifiers come from. */
export interface Workspace {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly watchlists: Watchlists;
  /** Functions that users save while a service runs; none before it has taken them up. */
  readonly ownFunctions: OwnFunctions;
  /** What is wrong with the files of saved functions. */
  readonly problems: readonly Problem[];
  /** Where files beside the store belong; absent for a temporary workspace and for a ClickHouse server. */
  readonly folder?: string;
  close(): Promise<void>;
}

/** Opens the workspace that the options name; a temporary one is removed when it is closed or the process ends. */
export async function openWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const named = options.workspace;
  const isServer = named !== undefined && /^https?:\/\//i.test(named);
  const functions = await savedFunctions(options, named === undefined || isServer ? undefined : resolve(named));
  const content = contentFolder();
  const watchlists = new Watchlists(content);
  const ownFunctions = new OwnFunctions(functions.functions);
  const parts = { clock: systemClock, ids: randomIds, watchlists, ownFunctions, problems: functions.problems };
  const context = (folder: string | undefined): StoreContext => ({
    ...contextOf(options, folder, content),
    names: queryNames(
      shippedFunctions(join(content, "functions")),
      functions,
      ownFunctions,
      watchlists,
      addressDatabase(options, folder),
    ),
  });
  if (named !== undefined && isServer) {
    const store = await openServerStore(context(undefined), serverUrl(named));
    await watchlists.refresh(store);
    return { ...parts, store, close: () => store.close() };
  }
  if (named === undefined) {
    const temporary = temporaryFolder();
    const store = openTemporaryStore(context(undefined), temporary.path);
    const close = () => store.close().finally(temporary.remove);
    return { ...parts, store, close };
  }
  const folder = resolve(named);
  const store = await openEmbeddedStore(context(folder), folder);
  await watchlists.refresh(store);
  return { ...parts, store, folder, close: () => store.close() };
}

/** The functions of the workspace's folder and of the options; their reader is read only where there are some. */
async function savedFunctions(options: WorkspaceOptions, folder: string | undefined): Promise<LoadedFunctions> {
  const own = folder === undefined ? [] : [join(folder, "functions")].filter(existsSync);
  const paths = [...own, ...(options.functions ?? [])];
  for (const path of options.functions ?? []) {
    if (!existsSync(path)) throw new Failure("file-unreadable", `there is no file or folder ${path} with functions`);
  }
  if (paths.length === 0) return { functions: new Map(), problems: [] };
  const { loadFunctions } = await import("./functions/saved-functions.js");
  return loadFunctions(paths);
}

/** A function of a file stands for one that users saved, and that for the shipped one of its name. */
function queryNames(
  shipped: FunctionSource,
  saved: LoadedFunctions,
  own: OwnFunctions,
  watchlists: Watchlists,
  addresses: () => string | undefined,
): QueryNames {
  return {
    function: (name) => saved.functions.get(name) ?? own.get(name) ?? shipped.function(name),
    get functionNames() {
      return [...new Set([...saved.functions.keys(), ...own.names, ...shipped.functionNames])];
    },
    watchlist: (alias) => watchlists.find(alias),
    get watchlistAliases() {
      return watchlists.aliases;
    },
    get addressDatabase() {
      return addresses();
    },
  };
}

/** The database of addresses that is named; the workspace's own file is read only when a query asks. */
function addressDatabase(options: WorkspaceOptions, folder: string | undefined): () => string | undefined {
  const named = options.addressDatabase;
  if (named !== undefined) return () => resolve(named);
  return () => (folder === undefined ? undefined : configurationOf(folder).addressDatabase);
}

function contextOf(options: WorkspaceOptions, folder: string | undefined, content: string): StoreContext {
  const externals = options.externaldataDir;
  return {
    clock: systemClock,
    ids: randomIds,
    content,
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
    const hosts = [...(options.allowHosts ?? []), ...(folder === undefined ? [] : configurationOf(folder).allowHosts)];
    return filesOfHosts(hosts, { maxBytes: 256 * 1024 * 1024, maxSeconds: 60 })(url);
  };
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
