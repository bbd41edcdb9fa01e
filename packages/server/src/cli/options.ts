import { InvalidArgumentError, Option } from "commander";
import type { Window } from "../detect/ticks.js";
import { type Terminal, UsageError } from "./terminal.js";
import { rangeOf } from "./time-range.js";

/** The form of results that are read by people or by programs. */
export type ResultFormat = "table" | "ndjson";

/** The form that `--format` names; a table on a terminal where it names none. */
export function formatOf(terminal: Terminal, flags: { readonly format?: string }): ResultFormat {
  const name = flags.format ?? (terminal.interactive ? "table" : "ndjson");
  if (name === "table" || name === "ndjson") return name;
  throw new UsageError(`${name} is not a format: table, ndjson`);
}

/** The range of `--from` and `--to`, which come together or not at all. */
export function optionalRange({ from, to }: { readonly from?: string; readonly to?: string }): Window | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined) throw new UsageError("give --from and --to together");
  return rangeOf({ from, to });
}

/** For an option that takes a count. */
export function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`${text} is not a whole number above 0`);
}

/** For an option that takes a port; 0 is any that is free. */
export function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`${text} is not a port`);
}

/** An option that takes one of some values, in any case of letters. */
export function choice(flags: string, description: string, values: readonly string[]): Option {
  const option = new Option(flags, description).choices(values);
  return option.argParser((text) => {
    const known = values.find((value) => value.toLowerCase() === text.toLowerCase());
    if (known === undefined) throw new InvalidArgumentError(`There are: ${values.join(", ")}.`);
    return known;
  });
}
