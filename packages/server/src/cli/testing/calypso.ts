import { Command, CommanderError } from "commander";
import { commands } from "../commands.js";
import { printError } from "../print-error.js";
import { type Terminal, UsageError } from "../terminal.js";

/** Runs a command line in this process, as a script would see it. */
export async function calypso(
  ...line: readonly string[]
): Promise<{ readonly out: string; readonly err: string; readonly status: number }> {
  const result = { out: "", err: "", status: 0 };
  const sink = (name: "out" | "err") => ({
    write: async (text: string) => {
      result[name] += text;
    },
  });
  const terminal: Terminal = {
    out: sink("out"),
    err: sink("err"),
    interactive: false,
    environment: {},
    signal: new AbortController().signal,
    input: (async function* () {})(),
    setExitStatus: (status) => {
      result.status = Math.max(result.status, status);
    },
  };
  const program = new Command("calypso")
    .exitOverride()
    .configureOutput({ writeErr: (text) => void sink("err").write(text) })
    .enablePositionalOptions();
  const entry = commands.find(({ name }) => name === line[0]);
  if (entry !== undefined) (await entry.load()).register(program.command(entry.name), terminal);
  try {
    await program.parseAsync(["node", "calypso", ...line]);
  } catch (error) {
    if (!(error instanceof CommanderError)) await printError(terminal, error);
    terminal.setExitStatus(error instanceof UsageError || error instanceof CommanderError ? 2 : 1);
  }
  return result;
}
