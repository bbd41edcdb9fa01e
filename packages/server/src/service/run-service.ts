import type { Service } from "./service.js";

/** What runs beside the windows, and what ends the service. */
export interface RunOptions {
  readonly signal: AbortSignal;
  /** Done between windows: taking up rules that changed, loading logs that came. */
  readonly chores: readonly (() => Promise<void>)[];
  /** Told when something the service needs is away, and when it is back. */
  readonly outage: (message: string | undefined) => void;
}

const restMilliseconds = 1000;
/** After an outage the service tries again after one second, then after two, and so on up to a minute. */
const longestPause = 60_000;

/**
 * Runs a service until it is stopped. Where the state or the store is away it waits and tries again; what became due
 * meanwhile is owed, and run when they are back.
 */
export async function runService(service: Service, { signal, chores, outage }: RunOptions): Promise<void> {
  let pause = restMilliseconds;
  let away: string | undefined;
  while (!signal.aborted) {
    try {
      for (const chore of chores) await chore();
      const ran = await service.tick(signal);
      if (away !== undefined) outage(undefined);
      away = undefined;
      pause = restMilliseconds;
      if (ran > 0) continue;
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      if (away !== message) outage(message);
      away = message;
      pause = Math.min(longestPause, pause * 2);
    }
    await rest(pause, signal);
  }
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
