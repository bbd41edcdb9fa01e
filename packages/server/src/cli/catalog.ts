import { platforms, ruleLanguages, rulePurposes, ruleSeverities } from "@calypso/catalog";
import { type Command, Option } from "commander";
import { verdictStatuses } from "../catalogue/verdict/verdict.js";
import type { AdoptFlags } from "./catalog-adopt.js";
import type { FieldsFlags } from "./catalog-fields.js";
import type { ImportFlags } from "./catalog-import.js";
import type { SearchFlags } from "./catalog-search.js";
import type { ShowFlags } from "./catalog-show.js";
import type { CatalogFlags } from "./catalog-state.js";
import type { VerdictFlags } from "./catalog-verdict.js";
import { choice, wholeNumber } from "./options.js";
import type { Terminal } from "./terminal.js";
import { addWorkspaceOptions } from "./workspace-options.js";

/** `calypso catalog`: rules of every platform, taken apart. */
export function register(command: Command, terminal: Terminal): void {
  command.enablePositionalOptions();
  catalogOptions(command.command("import"))
    .description("take in the rules of a repository: a folder, a .zip, .tar.gz or .jsonl, or one file")
    .argument("<source>", "the folder or archive")
    .addOption(choice("--platform <platform>", "whose rules they are; told from the files where absent", platforms))
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
  searchOptions(catalogOptions(command.command("search")))
    .description("find rules by words and by what they are, with counts")
    .argument("[words...]", 'words anywhere in a rule; "…" for words in order, or, and -word for none of it')
    .option("--limit <count>", "the most rules to list", wholeNumber, 20)
    .option("--page <number>", "the next so many rules: 2, 3, …", wholeNumber, 1)
    .addOption(
      new Option("--format <format>", "text or json (text on a terminal, json otherwise)").choices(["text", "json"]),
    )
    .action(async (words: readonly string[], flags: SearchFlags) => {
      const { searchCommand } = await import("./catalog-search.js");
      await searchCommand(terminal, words, flags);
    });
  catalogOptions(command.command("show"))
    .description("print all that is known of a rule")
    .argument("<rule>", "its id or the beginning of it, its author's id, or its name")
    .addOption(
      new Option("--format <format>", "json, text or markdown (text on a terminal, json otherwise)").choices([
        "json",
        "text",
        "markdown",
      ]),
    )
    .action(async (rule: string, flags: ShowFlags) => {
      const { showCommand } = await import("./catalog-show.js");
      await showCommand(terminal, rule, flags);
    });
  catalogOptions(command.command("fields"))
    .description("list the fields that rules compare, or the values of one")
    .argument("[name]", "a table, or a field as TABLE.FIELD")
    .addOption(
      new Option("--format <format>", "text or json (text on a terminal, json otherwise)").choices(["text", "json"]),
    )
    .action(async (name: string | undefined, flags: FieldsFlags) => {
      const { fieldsCommand } = await import("./catalog-fields.js");
      await fieldsCommand(terminal, name, flags);
    });
  searchOptions(addWorkspaceOptions(command.command("verdict")))
    .description("try rules on a workspace: whether they run there, on which data, and what they would have found")
    .argument("[ids...]", "rules by their ids; all that the options choose where absent")
    .option("--state <folder|url>", "where the catalogue is; the folder `state` of the workspace where absent")
    .option("--days <count>", "how far back is looked", wholeNumber, 30)
    .option("--windows <count>", "the most windows of a rule that are run one by one, the newest", wholeNumber, 1)
    .option("--at <time>", "look as of this time, for logs that are old; now where absent")
    .addOption(
      new Option("--format <format>", "text or ndjson (text on a terminal, ndjson otherwise)").choices([
        "text",
        "ndjson",
      ]),
    )
    .action(async (ids: readonly string[], flags: VerdictFlags) => {
      const { verdictCommand } = await import("./catalog-verdict.js");
      await verdictCommand(terminal, ids, flags);
    });
  addWorkspaceOptions(command.command("adopt"))
    .description("write rules into a folder of rules, to run as one's own")
    .argument("<rules...>", "each by its id or the beginning of it, its author's id, or its name")
    .requiredOption("--into <folder>", "the folder of rules")
    .option("--force", "write over files that are there")
    .option("--state <folder|url>", "where the catalogue is; the folder `state` of the workspace where absent")
    .action(async (rules: readonly string[], flags: AdoptFlags) => {
      const { adoptCommand } = await import("./catalog-adopt.js");
      await adoptCommand(terminal, rules, flags);
    });
  catalogOptions(command.command("export"))
    .description("write the catalogue as a web site")
    .argument("<folder>", "a folder that is empty, not there, or an earlier export")
    .action(async (folder: string, flags: CatalogFlags) => {
      const { exportCommand } = await import("./catalog-export.js");
      await exportCommand(terminal, folder, flags);
    });
}

/** Where the catalogue is. */
function catalogOptions(command: Command): Command {
  return command
    .option("--state <folder|url>", "where the catalogue is: a folder, or postgres://…")
    .option("--workspace <folder>", "the workspace whose folder `state` it is in (or CALYPSO_WORKSPACE)");
}

/** What rules are chosen by. */
function searchOptions(command: Command): Command {
  return command
    .addOption(choice("--platform <platform>", "only its rules", platforms))
    .option("--source <name>", "only rules of this source")
    .option("--technique <id>", "only rules that claim it, or a sub-technique of it")
    .option("--tactic <name>", "only rules that claim it")
    .option("--table <name>", "only rules that read it")
    .option("--events <kind>", "only rules that look at events of this kind, as the counts name it")
    .option("--field <name>", "only rules that compare it; * stands for any text")
    .option("--operator <name>", "how they compare it: equals, contains, startswith, …")
    .option("--value <text>", "with what they compare it; * stands for any text")
    .addOption(choice("--severity <severity>", "only rules of this severity", ruleSeverities))
    .addOption(choice("--verdict <verdict>", "only rules that did so here", verdictStatuses))
    .addOption(choice("--language <language>", "only rules in this language", ruleLanguages))
    .addOption(choice("--purpose <purpose>", "only rules for this", rulePurposes));
}
