import { join } from "node:path";
import { type Command, Option } from "commander";
import type { Workspace } from "../main.js";
import { Failure } from "../store/failures.js";
import { withoutKey } from "./load-watchlists.js";
import { type QueryFormat, queryFormats } from "./query-format.js";
import { type Terminal, UsageError } from "./terminal.js";
import { addWorkspaceOptions, inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** What may be said of a watchlist beside its file. */
interface ImportFlags extends WorkspaceFlags {
  readonly alias?: string;
  readonly searchKey?: string;
  readonly expires?: string;
}

interface PrintFlags extends WorkspaceFlags {
  readonly format?: QueryFormat;
  readonly history?: boolean;
}

/** `calypso watchlists`: the lists that a workspace keeps. */
export function register(command: Command, terminal: Terminal): void {
  command.enablePositionalOptions();
  addWorkspaceOptions(command.command("import"))
    .description("store CSV files as the present state of watchlists")
    .argument("<csv...>", "CSV files with a header")
    .option("--alias <name>", "how queries call it; the file's name where absent")
    .option("--search-key <column>", "the column that SearchKey is a copy of; the first where absent")
    .option("--expires <column>", "the column that says when an item ends")
    .action((paths: readonly string[], flags: ImportFlags) => importFiles(terminal, paths, flags));
  addWorkspaceOptions(command.command("list"))
    .description("list the watchlists of the workspace")
    .addOption(formatOption())
    .action((flags: PrintFlags) => print(terminal, flags, () => listQuery));
  addWorkspaceOptions(command.command("show"))
    .description("print the items of a watchlist")
    .argument("<alias>", "the watchlist")
    .addOption(formatOption())
    .option("--history", "print every change instead, oldest first")
    .action((alias: string, flags: PrintFlags) =>
      print(terminal, flags, (workspace) => {
        const known = knownAlias(workspace, alias, flags.history === true);
        return flags.history === true ? historyQuery(known) : `_GetWatchlist(${text(known)})`;
      }),
    );
  addWorkspaceOptions(command.command("delete"))
    .description("take a watchlist away; its history stays in the table Watchlist")
    .argument("<alias>", "the watchlist")
    .action((alias: string, flags: WorkspaceFlags) => deleteList(terminal, alias, flags));
}

function formatOption(): Option {
  return new Option("--format <format>", `${queryFormats.join(", ")} (table on a terminal, json otherwise)`).choices(
    queryFormats,
  );
}

async function importFiles(terminal: Terminal, paths: readonly string[], flags: ImportFlags): Promise<void> {
  assertWorkspace(terminal, flags);
  if (flags.alias !== undefined && paths.length > 1) throw new UsageError("--alias is for one file");
  const { alias, searchKey, expires } = flags;
  const said = {
    ...(alias === undefined ? {} : { alias }),
    ...(searchKey === undefined ? {} : { searchKey }),
    ...(expires === undefined ? {} : { expires }),
  };
  const { loadWatchlist } = await import("../ingest/watchlists/load-watchlists.js");
  await inWorkspace(terminal, flags, async ({ store, clock, ids }) => {
    for (const path of paths) {
      try {
        const loaded = await loadWatchlist(store, path, { now: clock(), ids, said });
        const { skippedLines: _, ...printed } = loaded;
        await terminal.err.write(withoutKey(path, loaded));
        await terminal.out.write(`${JSON.stringify({ source: path, ...printed })}\n`);
      } catch (error) {
        // The other files are imported all the same.
        if (!(error instanceof Failure) || error.code !== "watchlist-unusable") throw error;
        await terminal.err.write(`${error.message}\n`);
        terminal.setExitStatus(1);
      }
    }
  });
}

async function print(terminal: Terminal, flags: PrintFlags, query: (workspace: Workspace) => string): Promise<void> {
  const format = flags.format ?? (terminal.interactive ? "table" : "json");
  const { runOne } = await import("./query-one.js");
  await inWorkspace(terminal, flags, async (workspace) => {
    const session = { terminal, workspace, flags: {}, format };
    if (!(await runOne(session, { text: query(workspace), name: "watchlists" }))) terminal.setExitStatus(1);
  });
}

async function deleteList(terminal: Terminal, alias: string, flags: WorkspaceFlags): Promise<void> {
  assertWorkspace(terminal, flags);
  const { deleteWatchlist, fileOfWatchlist } = await import("../ingest/watchlists/delete-watchlist.js");
  await inWorkspace(terminal, flags, async (workspace) => {
    const known = knownAlias(workspace, alias, false);
    const file = fileOfWatchlist(
      workspace.folder === undefined ? undefined : join(workspace.folder, "watchlists"),
      known,
    );
    if (file !== undefined) {
      const hint = `remove ${file} first`;
      throw new Failure("watchlist-unusable", `${known} would come back, as its file is in the workspace`, { hint });
    }
    await deleteWatchlist(workspace.store, known, workspace.clock());
    await workspace.watchlists.refresh(workspace.store);
  });
}

function assertWorkspace(terminal: Terminal, flags: WorkspaceFlags): void {
  if ((flags.workspace ?? terminal.environment["CALYPSO_WORKSPACE"] ?? "") !== "") return;
  throw new UsageError("say where the watchlists are kept: --workspace or CALYPSO_WORKSPACE");
}

/** The alias as it is stored. */
function knownAlias({ watchlists }: Workspace, alias: string, evenDeleted: boolean): string {
  const found = watchlists.aliases.find((known) => known.toLowerCase() === alias.toLowerCase());
  if (found !== undefined || evenDeleted) return found ?? alias;
  const all = watchlists.aliases.length === 0 ? "there is none" : `there are ${watchlists.aliases.join(", ")}`;
  throw new Failure("watchlist-unusable", `there is no watchlist ${alias}`, { hint: all });
}

const listQuery = `Watchlist
| extend Key = tolower(WatchlistAlias)
| join kind=inner (_GetWatchlistAlias | project Key = tolower(WatchlistAlias)) on Key
| where _DTItemType == "watchlist-item"
| summarize arg_max(_DTTimestamp, *) by Key, _DTItemId
| extend Live = _DTItemStatus != "Delete" and not(Provider == "Calypso" and isnotnull(TimeToLive) and TimeToLive <= now())
| summarize Items = countif(Live), Updated = max(_DTTimestamp) by Key
| join kind=fullouter (
    Watchlist
    | where _DTItemType == "watchlist" and isnotempty(WatchlistAlias)
    | summarize arg_max(_DTTimestamp, WatchlistAlias, WatchlistName, SearchKey, Source, _DTItemStatus) by Key = tolower(WatchlistAlias)
    | where _DTItemStatus != "Delete"
  ) on Key
| project Alias = iff(isempty(WatchlistAlias), Key, WatchlistAlias), Name = WatchlistName, SearchKey, Items = coalesce(Items, 0),
    Updated = max_of(Updated, _DTTimestamp), Source
| sort by Alias asc`;

function historyQuery(alias: string): string {
  return `Watchlist
| where WatchlistAlias =~ ${text(alias)} and _DTItemType == "watchlist-item"
| sort by _DTTimestamp asc, SearchKey asc
| project Time = _DTTimestamp, Status = _DTItemStatus, SearchKey, WatchlistItem, TimeToLive, Source`;
}

/** A text as KQL writes it. */
function text(value: string): string {
  return JSON.stringify(value);
}
