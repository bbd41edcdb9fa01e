import { type Command, Option } from "commander";
import type { LintFlags } from "./rules-lint.js";
import type { Terminal } from "./terminal.js";
import { addWorkspaceOptions } from "./workspace-options.js";

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
}
