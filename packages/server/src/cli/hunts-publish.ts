import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Workspace } from "../main.js";
import type { State } from "../state/open-state.js";
import { failureFrom } from "../store/failures.js";
import type { Terminal } from "./terminal.js";

interface Flags {
  readonly workspace?: string;
}

/**
 * Puts the rows that the logs are owed into the workspace that is named, where no service does so: one that uses the same state
 * brings them with its next round.
 */
export async function publishOwn(
  terminal: Terminal,
  flags: Flags,
  state: State,
  { store, clock, folder }: Pick<Workspace, "store" | "clock" | "folder">,
): Promise<void> {
  if (workspaceName(terminal, flags) === undefined) return;
  try {
    await state.stillAlone();
  } catch (error) {
    if (failureFrom(error).code === "state-in-use") return;
    throw error;
  }
  const { publishOwed } = await import("../service/publish.js");
  await publishOwed(state, { store, folder: join(folder ?? tmpdir(), "outgoing"), now: clock });
}

/** The same for a command that does not read logs: the workspace is opened for it, where no other process has it open. */
export async function publishInto(terminal: Terminal, flags: Flags, state: State): Promise<void> {
  const workspace = workspaceName(terminal, flags);
  if (workspace === undefined) return;
  const { openWorkspace } = await import("../main.js");
  const opened = await openWorkspace({ workspace }).catch((error: unknown) => {
    if (failureFrom(error).code === "workspace-in-use") return undefined;
    throw error;
  });
  if (opened === undefined) return;
  try {
    await publishOwn(terminal, flags, state, opened);
  } finally {
    await opened.close();
  }
}

/** A temporary workspace is nobody's: what it is given is lost. */
function workspaceName(terminal: Terminal, flags: Flags): string | undefined {
  const name = flags.workspace ?? terminal.environment["CALYPSO_WORKSPACE"] ?? "";
  return name === "" ? undefined : name;
}
