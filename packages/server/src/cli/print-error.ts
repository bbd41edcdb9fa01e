import type { Terminal } from "./terminal.js";
import { UsageError } from "./terminal.js";

/** Prints what was thrown as one message for a person, never a stack trace. */
export async function printError(terminal: Terminal, error: unknown): Promise<void> {
  if (error instanceof UsageError) return terminal.err.write(`error: ${error.message}\n`);
  const { Failure } = await import("../store/failures.js");
  if (!(error instanceof Failure)) {
    const text = error instanceof Error ? error.message : String(error);
    await terminal.err.write(`error[internal-error]: a fault in Calypso: ${text}\n`);
    const trace = error instanceof Error ? error.stack : undefined;
    if (terminal.environment["CALYPSO_DEBUG"] && trace) await terminal.err.write(`${trace}\n`);
    return;
  }
  await terminal.err.write(`error[${error.code}]: ${error.message}\n`);
  if (error.hint !== undefined) await terminal.err.write(`  = ${error.hint}\n`);
  if (terminal.environment["CALYPSO_DEBUG"] && error.cause !== undefined) {
    await terminal.err.write(`  caused by: ${String(error.cause)}\n`);
  }
}
