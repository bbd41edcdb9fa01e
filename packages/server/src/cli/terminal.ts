import { printable } from "./printable.js";

/** Where a command prints, and what it is told from outside. */
export interface Terminal {
  /** Results. */
  readonly out: TextSink;
  /** Everything else: progress, warnings, errors. */
  readonly err: TextSink;
  /** Whether a person reads the results. */
  readonly interactive: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Fires when the user interrupts. */
  readonly signal: AbortSignal;
  readonly input: AsyncIterable<Uint8Array>;
  setExitStatus(status: number): void;
}

/** Takes text, and settles when there is room for more. */
export interface TextSink {
  write(text: string): Promise<void>;
}

/** A wrong use of the command line: the exit status is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The terminal of this process. Output that nobody reads any more ends the process quietly. */
export function processTerminal(signal: AbortSignal): Terminal {
  return {
    out: sinkOf(process.stdout),
    err: harmless(sinkOf(process.stderr)),
    interactive: process.stdout.isTTY === true,
    environment: process.env,
    signal,
    input: process.stdin,
    setExitStatus: (status) => {
      process.exitCode = Math.max(Number(process.exitCode ?? 0), status);
    },
  };
}

/** What logs, rules and names of files say may not steer the terminal; lines stay lines. */
function harmless(sink: TextSink): TextSink {
  return { write: (text) => sink.write(text.replace(/[^\n\t]+/g, printable)) };
}

function sinkOf(stream: NodeJS.WriteStream): TextSink {
  stream.on("error", (error) => {
    if ("code" in error && error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    write: (text) =>
      stream.write(text) ? Promise.resolve() : new Promise((resolve) => stream.once("drain", () => resolve())),
  };
}
