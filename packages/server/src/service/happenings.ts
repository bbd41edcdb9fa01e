import { setTimeout } from "node:timers/promises";
import type { Clock } from "../platform/clock.js";
import type { State } from "../state/open-state.js";
import {
  type Happening,
  happenedSince,
  type Position,
  positionNow,
  positionOf,
  positionText,
  tooMuch,
  whenBack,
} from "./happened-since.js";

/** Something that happened, with what resumes after it. */
export interface Heard {
  readonly id: string;
  readonly happening: Happening;
}

/** Tells what happens to whoever listens, whichever process does it. */
export interface Happenings {
  /** From now on, or after a position of before; ends with the signal. What is told may be told twice, and nothing is left out. */
  listen(after: string | undefined, signal: AbortSignal): AsyncGenerator<Heard>;
}

/** How often it is looked for news, in milliseconds. */
const pause = 1000;
/** Who is so far behind looks at everything anew. */
const mostWaiting = 2000;

/** Looks for news in the state once for all who listen, and not at all while nobody does. */
export function happeningsOf(state: State, clock: Clock): Happenings {
  const listeners = new Set<(heard: readonly Heard[]) => void>();
  let position: Promise<Position> | undefined;
  const look = async () => {
    while (listeners.size > 0) {
      await setTimeout(pause);
      // A state that is away is asked again; nothing is missed meanwhile.
      const since = await position?.catch(() => undefined);
      const found = since && (await happenedSince(state, since).catch(() => undefined));
      if (since === undefined || found === undefined) continue;
      const heard = resumable(found.happened, { since, position: found.position });
      position = Promise.resolve(found.position);
      if (heard.length > 0) for (const tell of listeners) tell(heard);
    }
    position = undefined;
  };
  return {
    async *listen(after, signal) {
      let waiting: Heard[] = [];
      let wake = () => {};
      const tell = (heard: readonly Heard[]) => {
        waiting = waiting.length + heard.length > mostWaiting ? heard.slice(-1).map(anew) : [...waiting, ...heard];
        wake();
      };
      const left = () => wake();
      signal.addEventListener("abort", left);
      listeners.add(tell);
      try {
        if (position === undefined) {
          position = positionNow(state, clock());
          // An error is met by whoever awaits it.
          position.catch(() => {});
          void look();
        }
        const now = await position;
        if (after !== undefined) yield* caughtUp(state, after, now);
        while (!signal.aborted) {
          const heard = waiting;
          waiting = [];
          yield* heard;
          if (waiting.length > 0 || signal.aborted) continue;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        listeners.delete(tell);
        signal.removeEventListener("abort", left);
      }
    },
  };
}

/** What happened since a position that somebody comes back with. */
async function* caughtUp(state: State, after: string, now: Position): AsyncGenerator<Heard> {
  const since = positionOf(after);
  if (since === undefined || now.at - since.at > 3_600_000 || now.events - since.events > BigInt(mostWaiting)) {
    yield anew({ id: positionText(now) });
    return;
  }
  const { happened, position } = await happenedSince(state, since, whenBack);
  yield* resumable(happened, { since, position });
}

/** What happened between two positions. Only who has heard all of it goes on after the second; others hear it again. */
function resumable(
  happened: readonly Happening[],
  { since, position }: { readonly since: Position; readonly position: Position },
): readonly Heard[] {
  const [before, after] = [positionText(since), positionText(position)];
  return happened.map((happening, at) => ({ id: at === happened.length - 1 ? after : before, happening }));
}

function anew({ id }: Pick<Heard, "id">): Heard {
  return { id, happening: tooMuch };
}
