import { type Command, Option } from "commander";
import type { ExceptionsListFlags } from "./exceptions-list.js";
import type { MeasureFlags } from "./exceptions-measure.js";
import type { SuggestFlags } from "./exceptions-suggest.js";
import type { Terminal } from "./terminal.js";
import { addWorkspaceOptions, collect } from "./workspace-options.js";

/** `calypso exceptions`: what is kept out of rules' alerts. */
export function register(command: Command, terminal: Terminal): void {
  command.enablePositionalOptions();
  command
    .command("list")
    .description("list exceptions: what each is about, whether it holds, and what it has hidden")
    .argument("<path...>", "files and folders of rules")
    .addOption(
      new Option("--format <format>", "table, json or ndjson (table on a terminal, json otherwise)").choices([
        "table",
        "json",
        "ndjson",
      ]),
    )
    .option("--state <folder|url>", "the state of a service, which has counted what they hid")
    .action(async (paths: readonly string[], flags: ExceptionsListFlags) => {
      const { listCommand } = await import("./exceptions-list.js");
      await listCommand(terminal, paths, flags);
    });
  withRange(addWorkspaceOptions(command.command("measure")))
    .description("show which rows and alerts of the past an exception would have kept out")
    .argument("<path...>", "files and folders of rules")
    .option("--exception <id>", "which exceptions; all of them where absent (repeatable)", collect)
    .option("--proposal <file>", "measure the exceptions of this file, which need not be beside the rules")
    .option("--state <folder|url>", "the state of a service: which of its alerts would have gone")
    .option("--confirm-true-positives", "accept that alerts go whose incidents were found to be attacks")
    .addOption(new Option("--format <format>", "text or json").choices(["text", "json"]).default("text"))
    .action(async (paths: readonly string[], flags: MeasureFlags) => {
      const { measureCommand } = await import("./exceptions-measure.js");
      await measureCommand(terminal, paths, flags);
    });
  withRange(addWorkspaceOptions(command.command("suggest")))
    .description("propose exceptions from what the past results of rules have in common")
    .argument("<path...>", "files and folders of rules")
    .option("--rule <name>", "which rules, by name or id; all of them where absent (repeatable)", collect)
    .option("--share <number>", "the part of the rows or alerts that a proposal covers, from 0 to 1", "0.5")
    .option("--most <count>", "the most proposals for a rule", "5")
    .action(async (paths: readonly string[], flags: SuggestFlags) => {
      const { suggestCommand } = await import("./exceptions-suggest.js");
      await suggestCommand(terminal, paths, flags);
    });
}

/** The stretch of time over which rules are replayed. */
function withRange(command: Command): Command {
  return command
    .requiredOption("--from <time>", "replay each rule on its own schedule from this time")
    .requiredOption("--to <time>", "… up to this time");
}
