import type { Workspace } from "../main.js";
import { pullOptions } from "./pull-options.js";
import type { Terminal } from "./terminal.js";

/** What a service is told about the indicators that it pulls. */
export interface PullChoreFlags {
  readonly pullIndicators?: readonly string[];
  readonly pullEvery: string;
  readonly credentials?: string;
  readonly allowHost?: readonly string[];
}

/** Pulls indicators again and again beside the windows, which do not wait for it. */
export interface PullChore {
  /** Begins a pull where one is due and none is at work. */
  begin(): Promise<void>;
  /** Settles when no pull is at work. */
  ended(): Promise<void>;
}

/** Pulls from all of the addresses at the beginning, and so many minutes after each beginning. What fails is told and tried again. */
export async function pullChore(terminal: Terminal, workspace: Workspace, flags: PullChoreFlags): Promise<PullChore> {
  const urls = flags.pullIndicators ?? [];
  if (urls.length === 0) return { begin: async () => {}, ended: async () => {} };
  const { pullIndicators } = await import("../ingest/taxii/pull.js");
  const options = await pullOptions(terminal, workspace, flags);
  let due = 0;
  let work: Promise<void> | undefined;
  const pull = async () => {
    for (const url of urls) {
      try {
        let stored = 0;
        for await (const result of pullIndicators(workspace.store, url, options)) {
          stored += result.stored;
          for (const { message } of result.messages) await terminal.err.write(`${message}\n`);
        }
        if (stored > 0) await terminal.err.write(`${url}: ${stored} rows of indicators stored\n`);
      } catch (error) {
        if (terminal.signal.aborted) return;
        await terminal.err.write(`${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  };
  return {
    begin: async () => {
      const now = workspace.clock().getTime();
      if (work !== undefined || now < due) return;
      due = now + Number(flags.pullEvery) * 60_000;
      work = pull().finally(() => {
        work = undefined;
      });
    },
    ended: async () => work,
  };
}
