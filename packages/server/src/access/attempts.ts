import { isIPv6 } from "node:net";
import type { Clock } from "../platform/clock.js";
import { nameKey } from "./users.js";

/** How long attempts count, in seconds. */
const stretch = 15 * 60;

/** The most keys that are counted; the oldest give way. */
const most = 100_000;

/** Attempts at something, by a key and how many are allowed in a quarter of an hour. */
export type Counted = readonly (readonly [key: string, allowed: number])[];

/** Counts attempts to sign in before they are tried, so that many at once are no way around. */
export class Attempts {
  readonly #clock: Clock;
  readonly #counts = new Map<string, { count: number; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts an attempt; gives how to take that back where it was a good one, and nothing where there were too many. */
  take(counted: Counted): (() => void) | undefined {
    const entries = counted.map(([key, allowed]) => ({ entry: this.#entry(key), allowed }));
    if (entries.some(({ entry, allowed }) => entry.count >= allowed)) return undefined;
    for (const { entry } of entries) entry.count++;
    return () => {
      for (const { entry } of entries) entry.count--;
    };
  }

  #entry(key: string) {
    const now = this.#clock().getTime();
    const found = this.#counts.get(key);
    if (found !== undefined && found.until > now) return found;
    this.#counts.delete(key);
    for (const [old, { until }] of this.#counts) {
      if (until > now && this.#counts.size < most) break;
      this.#counts.delete(old);
    }
    const entry = { count: 0, until: now + stretch * 1000 };
    this.#counts.set(key, entry);
    return entry;
  }
}

/** What is counted for a name and password: guesses at one name from one address, at one name from many, and from one address at many. */
export function countedForPassword(name: string, address: string): Counted {
  const [from, who] = [network(address), nameKey(name)];
  return [
    [`both ${from} ${who}`, 5],
    [`name ${who}`, 50],
    [`from ${from}`, 50],
  ];
}

/** What is counted where something is only begun; it is never taken back. */
export function countedForBeginning(address: string): Counted {
  return [[`begin ${network(address)}`, 300]];
}

/** What is counted where a secret is sent that nobody can guess. */
export function countedForAddress(address: string): Counted {
  return [[`any ${network(address)}`, 100]];
}

/** An address of version 4, or the first half of one of version 6, as one machine has all that share it. */
function network(address: string): string {
  const bare = address.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, "");
  if (!isIPv6(bare)) return bare;
  const [left = "", right] = bare.split("::");
  const before = left === "" ? [] : left.split(":");
  const after = right === undefined || right === "" ? [] : right.split(":");
  const zeros = right === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(zeros, 0) }, () => "0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
