import { InvalidArgumentError } from "commander";
import { fewestDays } from "../demo/generate.js";
import { instantOf } from "../platform/clock.js";

/** Reads a number of events, such as `50000`, `200k` or `10m`. */
export function eventCountOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([km]?)$/i.exec(text);
  const count = Number(match?.[1]) * { "": 1, k: 1000, m: 1_000_000 }[match?.[2]?.toLowerCase() ?? ""]!;
  if (Number.isInteger(count) && count >= 1000 && count <= 1e10) return count;
  throw new InvalidArgumentError("expected a number of at least 1000 events, such as 50000, 200k or 10m");
}

/** Reads the seed of the generator. */
export function seedOf(text: string): number {
  const seed = Number(text);
  if (/^\d{1,9}$/.test(text)) return seed;
  throw new InvalidArgumentError("expected a whole number of at most nine digits");
}

/** Reads the number of days. */
export function daysOf(text: string): number {
  const days = Number(text);
  if (/^\d+$/.test(text) && days >= fewestDays && days <= 90) return days;
  throw new InvalidArgumentError(`expected ${fewestDays} to 90 days`);
}

/** Reads the time at which the logs end. */
export function endOf(text: string): Date {
  const end = instantOf(text);
  if (end !== undefined) return end;
  throw new InvalidArgumentError("expected a date or time in ISO 8601, such as 2026-11-20 or 2026-11-20T18:00:00Z");
}

/** The midnight (UTC) before a time: where the logs end when nothing else is said. */
export function midnightBefore(now: Date): Date {
  return new Date(Math.floor(now.getTime() / 86_400_000) * 86_400_000);
}
