import { type Command, Option } from "commander";
import type { DeriveFlags } from "./rules-derive-tests.js";
import type { LintFlags } from "./rules-lint.js";
import type { ListFlags } from "./rules-list.js";
import type { TestFlags } from "./rules-test.js";
import type { Terminal } from "./terminal.js";
import { addWorkspaceOptions, collect } from "./workspace-options.js";

/** `calypso rules`: what is done with rules before they run. */
export function register(command: Command, terminal: Terminal): void {
  command.enablePositionalOptions();
  addWorkspaceOptions(command.command("lint"))
    .description("check rules: what is wrong, doubtful or costly about them")
    .argument("<path...>", "files and folders of Sentinel YAML, ARM JSON or KQL")
    .addOption(
      new Option("--format <format>", "text, json or sarif").choices(["text", "json", "sarif"]).default("text"),
    )
    .addOption(
      new Option("--fail-on <severity>", "the least severity that makes the exit status 1")
        .choices(["error", "warning", "note"])
        .default("error"),
    )
    .option("--strict", "take a column that does not exist for an error")
    .action(async (paths: readonly string[], flags: LintFlags) => {
      const { lintCommand } = await import("./rules-lint.js");
      await lintCommand(terminal, paths, flags);
    });
  command
    .command("test")
    .description("run the scenarios beside rules: NAME.tests.yaml beside NAME.yaml")
    .argument("<path...>", "files and folders of rules")
    .addOption(
      new Option("--format <format>", "text, json or junit").choices(["text", "json", "junit"]).default("text"),
    )
    .option("--functions <path>", "saved functions: a file or folder of YAML, ARM JSON or KQL (repeatable)", collect)
    .option("--externaldata-dir <folder>", "take the files of externaldata from here, without a network")
    .option("--address-database <file>", "where addresses are: an .mmdb file (or CALYPSO_ADDRESS_DATABASE)")
    .option("--require-tests", "take a rule without scenarios for a failure")
    .action(async (paths: readonly string[], flags: TestFlags) => {
      const { testCommand } = await import("./rules-test.js");
      await testCommand(terminal, paths, flags);
    });
  addWorkspaceOptions(command.command("list"))
    .description("list rules: what each is, what it reads and whether it can run")
    .argument("<path...>", "files and folders of rules")
    .addOption(
      new Option("--format <format>", "table, json or ndjson (table on a terminal, json otherwise)").choices([
        "table",
        "json",
        "ndjson",
      ]),
    )
    .action(async (paths: readonly string[], flags: ListFlags) => {
      const { listCommand } = await import("./rules-list.js");
      await listCommand(terminal, paths, flags);
    });
  command
    .command("convert")
    .description("print the KQL of Sigma rules, as they run")
    .argument("<path...>", "files and folders of Sigma rules")
    .action(async (paths: readonly string[]) => {
      const { convertCommand } = await import("./rules-convert.js");
      await convertCommand(terminal, paths);
    });
  command
    .command("derive-tests")
    .description("propose scenarios for a rule, from the conditions of its query; each is run before it is printed")
    .argument("<path>", "the rule's file")
    .option("--rule <name>", "which rule, by name or id, where the file holds several")
    .option("--functions <path>", "saved functions: a file or folder of YAML, ARM JSON or KQL (repeatable)", collect)
    .option("--externaldata-dir <folder>", "take the files of externaldata from here, without a network")
    .action(async (path: string, flags: DeriveFlags) => {
      const { deriveTestsCommand } = await import("./rules-derive-tests.js");
      await deriveTestsCommand(terminal, path, flags);
    });
}
