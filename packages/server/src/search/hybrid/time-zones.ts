import type { Constant } from "@calypso/kql";
import { Unanswerable } from "../../geo/unanswerable.js";
import type { OutsideFunction } from "./answers.js";

/** Functions of datetimes with a time zone that differs from row to row; datetimes are ticks since 1970. */
export const timeZoneFunctions: ReadonlyMap<string, OutsideFunction> = new Map<string, OutsideFunction>([
  ["datetime_utc_to_local", ([date, zone]) => withinYears(date, (ticks) => ticks + ahead(ticks, clockOf(zone)))],
  ["datetime_local_to_utc", ([date, zone]) => withinYears(date, (ticks) => utc(ticks, clockOf(zone)))],
]);

const day = 864_000_000_000n;
const firstTick = -621_355_968_000_000_000n;
const lastTick = 2_534_023_007_999_999_999n;

/** Null for a null, and for what is beyond the years 1 to 9999. */
function withinYears(date: Constant | undefined, moved: (ticks: bigint) => bigint): bigint | null {
  if (typeof date !== "bigint") return null;
  const ticks = moved(date);
  return ticks >= firstTick && ticks <= lastTick ? ticks : null;
}

/** The offset of the day before holds until a change; where it does not fit the result, the one after the change does. */
function utc(local: bigint, clock: Intl.DateTimeFormat): bigint {
  const before = local - ahead(local - day, clock);
  return ahead(before, clock) === local - before ? before : local - ahead(local + day, clock);
}

/** How many ticks the clocks of a zone are ahead of UTC. */
function ahead(ticks: bigint, clock: Intl.DateTimeFormat): bigint {
  const milliseconds = Math.floor(Number(ticks) / 1e7) * 1000;
  const found = clock.formatToParts(milliseconds);
  const parts = Object.fromEntries(found.map(({ type, value }) => [type, Number(value)]));
  const year = parts["year"] ?? 0;
  const shown = new Date(0);
  shown.setUTCFullYear(
    found.some(({ value }) => value === "BC") ? 1 - year : year,
    (parts["month"] ?? 1) - 1,
    parts["day"] ?? 1,
  );
  shown.setUTCHours(parts["hour"] ?? 0, parts["minute"] ?? 0, parts["second"] ?? 0);
  return BigInt(shown.getTime() - milliseconds) * 10_000n;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: Constant | undefined): Intl.DateTimeFormat {
  const name = String(zone);
  const known = clocks.get(name);
  if (known !== undefined) return known;
  try {
    const numeric = "numeric";
    const clock = new Intl.DateTimeFormat("en", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
    clocks.set(name, clock);
    return clock;
  } catch {
    throw new Unanswerable(`the time zone ${JSON.stringify(name)}`);
  }
}
