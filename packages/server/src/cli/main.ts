import { Command, CommanderError } from "commander";
import { commands } from "./commands.js";
import { printError } from "./print-error.js";
import { processTerminal, type Terminal, UsageError } from "./terminal.js";

/** How long the engine has to come to its end after a signal, in milliseconds. What is stored is whole at any moment. */
const patience = 30_000;

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // The second time without waiting for the engine.
    if (interrupt.signal.aborted) process.exit(1);
    interrupt.abort();
    setTimeout(() => {
      process.stderr.write("not everything came to its end in half a minute, and is ended now\n");
      process.exit(1);
    }, patience).unref();
  });
}
await run(process.argv, processTerminal(interrupt.signal));

/** Runs one command line. Exit status: 0 done, 1 the thing asked for failed, 2 wrong usage. */
async function run(argv: readonly string[], terminal: Terminal): Promise<void> {
  const program = new Command("calypso")
    .description("Runs Microsoft Sentinel's detections on your own logs.")
    .showHelpAfterError("(calypso --help lists the commands)")
    .enablePositionalOptions()
    .exitOverride();
  const wanted = argv.slice(2).find((argument) => !argument.startsWith("-"));
  try {
    for (const entry of commands) {
      const command = program.command(entry.name).description(entry.summary);
      if (entry.name === wanted) (await entry.load()).register(command, terminal);
    }
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) terminal.setExitStatus(error.exitCode === 0 ? 0 : 2);
    else {
      await printError(terminal, error);
      terminal.setExitStatus(error instanceof UsageError ? 2 : 1);
    }
  }
}
