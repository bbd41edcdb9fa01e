import { parseTicks, type Window } from "../detect/ticks.js";
import { UsageError } from "./terminal.js";

/** The stretch of time that `--from` and `--to` name. */
export function rangeOf(flags: { readonly from: string; readonly to: string }): Window {
  const range = { from: ticksOfFlag(flags.from), to: ticksOfFlag(flags.to) };
  if (range.from >= range.to) throw new UsageError(`--from ${flags.from} is not before --to ${flags.to}`);
  return range;
}

function ticksOfFlag(text: string): bigint {
  const ticks = parseTicks(text);
  if (ticks === undefined) throw new UsageError(`${text} is not a time such as 2026-10-14T03:00:00Z`);
  return ticks;
}
