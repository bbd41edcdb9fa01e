/** A stretch of time, `from <= t < to`, in 100 ns ticks since 1970-01-01 UTC. */
export interface Window {
  readonly from: bigint;
  readonly to: bigint;
  /** The last instant of the data in it, where the window was drawn around data. */
  readonly last?: bigint;
}

/** Ticks of a length in milliseconds. */
export function ticksOfMilliseconds(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds * 10_000));
}

/** An instant as KQL prints it: `2026-10-14T03:00:00.0000000Z`. */
export function printTicks(ticks: bigint): string {
  const within = ((ticks % 10_000_000n) + 10_000_000n) % 10_000_000n;
  const seconds = Number((ticks - within) / 10_000_000n);
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${text}.${String(within).padStart(7, "0")}Z`;
}

/** The ticks of an instant with up to seven decimals, as ISO 8601 in UTC; undefined for anything else. */
export function parseTicks(text: string): bigint | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?)?(Z|[+-]\d{2}:\d{2})?$/i.exec(
    text.trim(),
  );
  if (match === null) return undefined;
  const [, day, minutes = "00:00", seconds = "00", fraction = "", zone = "Z"] = match;
  const milliseconds = Date.parse(`${day}T${minutes}:${seconds}${zone.toUpperCase()}`);
  // A day that the month does not have would be taken for one of the next.
  if (Number.isNaN(milliseconds) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) return undefined;
  return BigInt(milliseconds) * 10_000n + BigInt(fraction.padEnd(7, "0"));
}
