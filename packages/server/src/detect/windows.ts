import { ticksOfMilliseconds, type Window } from "./ticks.js";

/** How often a rule runs and how far each run looks back, in milliseconds. */
export interface Schedule {
  readonly frequency: number;
  readonly period: number;
}

/**
 * The windows of a rule that runs every `frequency` from the range's start on, as the service runs it: each ends when
 * its run is due. The last is the first that reaches the end of the range, so that every instant of the range is in one.
 */
export function* scheduledWindows(range: Window, schedule: Schedule): Generator<Window> {
  const frequency = ticksOfMilliseconds(schedule.frequency);
  const period = ticksOfMilliseconds(schedule.period);
  for (let covered = range.from; covered < range.to; covered += frequency) {
    const due = covered + frequency;
    yield { from: due - period, to: due };
  }
}

/** The schedule of near-real-time rules, which look at each minute once. */
export const everyMinute: Schedule = { frequency: 60_000, period: 60_000 };

/** The window around all the data of several tables: from the first instant to one tick after the last. */
export function windowAround(extents: readonly Window[]): Window | undefined {
  const starts = extents.map(({ from }) => from).sort(ascending);
  const ends = extents.map(({ to }) => to).sort(ascending);
  const [from, to] = [starts[0], ends.at(-1)];
  return from === undefined || to === undefined ? undefined : { from, to, last: to - 1n };
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
