/** Where the present comes from; everything below the composition root is given one. */
export type Clock = () => Date;

/** The machine's clock. */
export const systemClock: Clock = () => new Date();

/** Tells the seconds that have passed since this call. */
export function secondsSince(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}

/** KQL's unit of time: 100 ns ticks since 1970-01-01 UTC. */
export function ticksOf(date: Date): bigint {
  return BigInt(date.getTime()) * 10_000n;
}

/** The instant of an ISO 8601 text (a bare date is midnight UTC, a text without zone is UTC), or undefined. */
export function instantOf(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i.test(text)) return undefined;
  const withZone = /(Z|[+-]\d{2}:?\d{2})$/i.test(text.slice(10)) || text.length === 10 ? text : `${text}Z`;
  const date = new Date(withZone.replace(" ", "T"));
  return Number.isNaN(date.getTime()) ? undefined : date;
}
