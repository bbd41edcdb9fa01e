import { existsSync } from "node:fs";
import { join } from "node:path";
import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";
import { type Terminal, UsageError } from "./terminal.js";

/** Where the catalogue is. */
export interface CatalogFlags {
  readonly state?: string;
  readonly workspace?: string;
}

/** Runs `work` on the state that the flags name; the first import makes one where there is none. */
export async function inCatalog<T>(
  terminal: Terminal,
  flags: CatalogFlags,
  { mayMake }: { readonly mayMake: boolean },
  work: (state: State) => Promise<T>,
): Promise<T> {
  const workspace = flags.workspace ?? terminal.environment["CALYPSO_WORKSPACE"] ?? "";
  const isFolder = workspace !== "" && !/^https?:\/\//i.test(workspace);
  const place = flags.state ?? (isFolder ? join(workspace, "state") : undefined);
  if (place === undefined) throw new UsageError("say where the catalogue is: --state, or --workspace with a folder");
  const isServer = /^postgres(?:ql)?:\/\//.test(place);
  if (!mayMake && !isServer && !existsSync(join(place, "postgresql"))) {
    throw new Failure("state-missing", `there is no catalogue in ${place}`, {
      hint: "calypso catalog import makes one",
    });
  }
  const { openState } = await import("../state/open-state.js");
  const state = await openState(place, { alone: false });
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}
