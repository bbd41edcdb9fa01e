import { platforms } from "@calypso/catalog";
import { type Command, Option } from "commander";
import type { ImportFlags } from "./catalog-import.js";
import { wholeNumber } from "./options.js";
import type { Terminal } from "./terminal.js";

/** `calypso catalog`: rules of every platform, taken apart. */
export function register(command: Command, terminal: Terminal): void {
  command.enablePositionalOptions();
  catalogOptions(command.command("import"))
    .description("take in the rules of a repository: a folder, a .zip, .tar.gz or .jsonl, or one file")
    .argument("<source>", "the folder or archive")
    .addOption(
      new Option("--platform <platform>", "whose rules they are; told from the files where absent").choices(platforms),
    )
    .option("--source <name>", "what the source is called; the name of the folder or archive where absent")
    .option("--licence <name>", "the licence of the rules, to be shown with each")
    .option("--commit <commit>", "the commit that the source was taken at")
    .option("--retrieved-at <time>", "when the source was taken; now where absent")
    .option("--max-files <count>", "the most files that are read", wholeNumber, 50_000)
    .option("--max-file-size <megabytes>", "the largest file that is read", wholeNumber, 16)
    .option(
      "--max-size <megabytes>",
      "the most text that is read; an archive may unpack to eight times as much",
      wholeNumber,
      512,
    )
    .addOption(
      new Option("--format <format>", "text or ndjson (text on a terminal, ndjson otherwise)").choices([
        "text",
        "ndjson",
      ]),
    )
    .action(async (source: string, flags: ImportFlags) => {
      const { importCommand } = await import("./catalog-import.js");
      await importCommand(terminal, source, flags);
    });
}

/** Where the catalogue is. */
function catalogOptions(command: Command): Command {
  return command
    .option("--state <folder|url>", "where the catalogue is: a folder, or postgres://…")
    .option("--workspace <folder>", "the workspace whose folder `state` it is in (or CALYPSO_WORKSPACE)");
}
