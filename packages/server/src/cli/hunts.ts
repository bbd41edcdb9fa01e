import { type Command, Option } from "commander";
import type { BookmarkFlags } from "./hunts-bookmark.js";
import type { AttachFlags, BookmarksFlags, ChangeFlags, EditFlags } from "./hunts-bookmarks.js";
import type { ListFlags, RunFlags } from "./hunts-run.js";
import { wholeNumber } from "./options.js";
import type { Terminal } from "./terminal.js";
import { addWorkspaceOptions, collect } from "./workspace-options.js";

/** `calypso hunts`: hunting queries, and what people keep of their results. */
export function register(command: Command, terminal: Terminal): void {
  command.enablePositionalOptions();
  registerQueries(command, terminal);
  registerBookmarks(command, terminal);
}

function registerQueries(command: Command, terminal: Terminal): void {
  rangeOptions(addWorkspaceOptions(command.command("list").description("list hunting queries")))
    .option("--rules <path>", "hunting queries: a file or folder (repeatable)", collect)
    .option("--run", "run each, and print how many results it has")
    .option("--format <format>", "table or ndjson (table on a terminal, ndjson otherwise)")
    .action(async (flags: ListFlags) => (await import("./hunts-run.js")).listCommand(terminal, flags));
  queryOptions(addWorkspaceOptions(command.command("run").description("run a hunting query and print its rows")))
    .option("--format <format>", "table, json, ndjson or csv (table on a terminal, json otherwise)")
    .action(async (name: string | undefined, flags: RunFlags) =>
      (await import("./hunts-run.js")).runCommand(terminal, name, flags),
    );
  const bookmark = command.command("bookmark").description("keep rows of a query's result");
  wordOptions(queryOptions(addWorkspaceOptions(bookmark)))
    .option("--where <condition>", "the rows that meet this KQL condition")
    .option("--row <key>", "the row of this key, as `run` prints it (repeatable)", collect)
    .option("--entity <mapping>", "what the rows are about: Account.FullName=UserPrincipalName (repeatable)", collect)
    .option("--state <folder|url>", "where bookmarks are kept: a folder, or postgres://…")
    .option("--by <name>", "who does it; the user of this system where absent")
    .action(async (name: string | undefined, flags: BookmarkFlags) =>
      (await import("./hunts-bookmark.js")).bookmarkCommand(terminal, name, flags),
    );
}

function registerBookmarks(command: Command, terminal: Terminal): void {
  stateOptions(command.command("bookmarks").description("list bookmarks, those changed last first"))
    .option("--tag <name>", "only those with this tag")
    .option("--deleted", "those that are deleted")
    .option("--limit <count>", "the most bookmarks to list", wholeNumber, 100)
    .action(async (flags: BookmarksFlags) => (await import("./hunts-bookmarks.js")).bookmarksCommand(terminal, flags));
  stateOptions(command.command("show").description("print a bookmark with its row"))
    .argument("<bookmark>", "its id, or the beginning of it")
    .action(async (id: string, flags: ChangeFlags) =>
      (await import("./hunts-bookmarks.js")).showCommand(terminal, id, flags),
    );
  wordOptions(changeOptions(command.command("edit").description("change what is said of a bookmark")))
    .argument("<bookmark>", "its id, or the beginning of it")
    .action(async (id: string, flags: EditFlags) =>
      (await import("./hunts-bookmarks.js")).editCommand(terminal, id, flags),
    );
  changeOptions(command.command("delete").description("mark a bookmark as deleted"))
    .argument("<bookmark>", "its id, or the beginning of it")
    .action(async (id: string, flags: ChangeFlags) =>
      (await import("./hunts-bookmarks.js")).deleteCommand(terminal, id, flags),
    );
  changeOptions(command.command("attach").description("add bookmarks to an incident, or make one of them"))
    .argument("<bookmark...>", "their ids, or the beginnings of them")
    .option("--incident <incident>", "its number or id")
    .option("--new-incident <title>", "make an incident of this title")
    .option("--description <text>", "of the new incident")
    .addOption(
      new Option("--severity <severity>", "of the new incident; Medium where absent").choices([
        "High",
        "Medium",
        "Low",
        "Informational",
      ]),
    )
    .action(async (ids: readonly string[], flags: AttachFlags) =>
      (await import("./hunts-bookmarks.js")).attachCommand(terminal, ids, flags),
    );
  changeOptions(command.command("detach").description("take bookmarks from an incident"))
    .argument("<bookmark...>", "their ids, or the beginnings of them")
    .requiredOption("--incident <incident>", "its number or id")
    .action(async (ids: readonly string[], flags: AttachFlags) =>
      (await import("./hunts-bookmarks.js")).detachCommand(terminal, ids, flags),
    );
}

function rangeOptions(command: Command): Command {
  return command
    .option("--from <time>", "only rows from this time on; all data where absent")
    .option("--to <time>", "… and before this time");
}

function queryOptions(command: Command): Command {
  return rangeOptions(command)
    .argument("[hunt]", "the name or id of a hunting query")
    .option("--rules <path>", "hunting queries: a file or folder (repeatable)", collect)
    .option("--query <kql>", "this query instead")
    .option("--file <path>", "the query of this file instead");
}

function wordOptions(command: Command): Command {
  return command
    .option("--name <text>", "what the bookmark is called")
    .option("--notes <text>", "what there is to say about it")
    .option("--tag <name>", "a tag (repeatable)", collect)
    .option("--tactic <name>", "a tactic of ATT&CK (repeatable)", collect)
    .option("--technique <id>", "a technique of ATT&CK (repeatable)", collect);
}

function stateOptions(command: Command): Command {
  return command
    .option("--state <folder|url>", "where bookmarks are: a folder, or postgres://…")
    .option("--workspace <path|url>", "the workspace, whose folder `state` they are in (or CALYPSO_WORKSPACE)")
    .option("--format <format>", "table or ndjson (table on a terminal, ndjson otherwise)");
}

function changeOptions(command: Command): Command {
  return stateOptions(command).option("--by <name>", "who does it; the user of this system where absent");
}
