import type { Rule } from "@calypso/catalog";
import { type FeedState, lookAtFeeds } from "../feeds/look.js";
import type { FeedPorts } from "../feeds/measure.js";
import { type WatchedTable, watchedTables } from "../feeds/watched.js";
import type { Clock } from "../platform/clock.js";
import type { State } from "../state/open-state.js";
import { type DriftChange, recordDrifts } from "./record-drifts.js";

/** What the watch over feeds works with. */
export interface FeedWatchParts {
  readonly state: State;
  readonly ports: FeedPorts;
  readonly clock: Clock;
  /** The rules that run now. */
  readonly rules: () => readonly Rule[];
  readonly tell: (change: DriftChange) => void;
  /** Told once for each reason why a look came to nothing. */
  readonly warn: (message: string) => void;
}

/** Looks at the feeds once an hour, beside the windows, which do not wait for it. */
export interface FeedWatch {
  /** Begins a look where one is due and none is at work. */
  begin(): Promise<void>;
  /** Settles when no look is at work. */
  ended(): Promise<void>;
}

const hourly = 3_600_000;
/** So that logs which waited while no service ran are loaded before their feeds are judged. */
const firstAfter = 15 * 60_000;

/** Watches the tables and columns that rules read; the first look is a quarter of an hour after this call. */
export function feedWatch({ state, ports, clock, rules, tell, warn }: FeedWatchParts): FeedWatch {
  let due = clock().getTime() + firstAfter;
  let work: Promise<void> | undefined;
  const warned = new Set<string>();
  let watched: { readonly of: readonly unknown[]; readonly tables: readonly WatchedTable[] } | undefined;
  // To compile hundreds of rules takes long, and they say the same until they or the tables change.
  const tablesNow = async () => {
    const of = [rules(), ports.schema()];
    if (watched === undefined || of.some((one, index) => one !== watched?.of[index])) {
      watched = { of, tables: await watchedTables(ports, rules()) };
    }
    return watched.tables;
  };
  const look = async () => {
    const now = clock();
    try {
      const feeds: FeedState[] = [];
      for await (const feed of lookAtFeeds(ports, await tablesNow(), now)) feeds.push(feed);
      for (const { table, problem } of feeds) if (problem !== undefined) warnOnce(`${table}: ${problem}`);
      for (const change of await recordDrifts(state, feeds, now)) tell(change);
    } catch (error) {
      warnOnce(error instanceof Error ? error.message : String(error));
    }
  };
  const warnOnce = (message: string) => {
    if (!warned.has(message)) warn(`the feeds could not be looked at: ${message}`);
    warned.add(message);
  };
  return {
    begin: async () => {
      const now = clock().getTime();
      if (work !== undefined || now < due) return;
      due = now + hourly;
      work = look().finally(() => {
        work = undefined;
      });
    },
    ended: async () => work,
  };
}
