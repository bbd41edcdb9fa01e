const ticksPerSecond = 10_000_000n;
const units: Readonly<Record<string, bigint>> = {
  d: 86_400n * ticksPerSecond,
  day: 86_400n * ticksPerSecond,
  days: 86_400n * ticksPerSecond,
  h: 3_600n * ticksPerSecond,
  hr: 3_600n * ticksPerSecond,
  hrs: 3_600n * ticksPerSecond,
  hour: 3_600n * ticksPerSecond,
  hours: 3_600n * ticksPerSecond,
  m: 60n * ticksPerSecond,
  min: 60n * ticksPerSecond,
  minute: 60n * ticksPerSecond,
  minutes: 60n * ticksPerSecond,
  s: ticksPerSecond,
  sec: ticksPerSecond,
  second: ticksPerSecond,
  seconds: ticksPerSecond,
  ms: 10_000n,
  milli: 10_000n,
  millis: 10_000n,
  millisec: 10_000n,
  millisecond: 10_000n,
  milliseconds: 10_000n,
  micro: 10n,
  micros: 10n,
  microsec: 10n,
  microsecond: 10n,
  microseconds: 10n,
  tick: 1n,
  ticks: 1n,
};

/** A timespan literal in ticks of 100 ns: `1d`, `1.5h`, `1.02:03:04.5`, a bare number of days; undefined if it is none. */
export function parseTimespan(text: string): bigint | undefined {
  const trimmed = text.trim().replace(/^["']|["']$/g, "");
  const quantity = /^(-?)(\d+)(?:\.(\d+))?\s*([a-z]*)$/i.exec(trimmed);
  if (quantity) {
    const unit = units[(quantity[4] || "d").toLowerCase()];
    if (unit === undefined) return undefined;
    const fraction = quantity[3] ?? "";
    const scaled = BigInt(`${quantity[2]}${fraction}`) * unit;
    const ticks = scaled / 10n ** BigInt(fraction.length);
    return within64(quantity[1] ? -ticks : ticks);
  }
  const clock = /^(-?)(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/.exec(trimmed);
  if (!clock) return undefined;
  const [, sign, days = "0", hours = "0", minutes = "0", seconds = "0", fraction = ""] = clock;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const wholeSeconds = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const ticks = wholeSeconds * ticksPerSecond + BigInt(fraction.padEnd(7, "0") || "0");
  return within64(sign ? -ticks : ticks);
}

function within64(ticks: bigint): bigint | undefined {
  return BigInt.asIntN(64, ticks) === ticks ? ticks : undefined;
}

/** A datetime literal in ticks since 1970-01-01 UTC; undefined where it is no date. */
export function parseDatetime(text: string): bigint | undefined {
  const trimmed = text
    .trim()
    .replace(/^["']|["']$/g, "")
    .trim();
  const iso =
    /^(\d{4})(?:\s*-\s*(\d{1,2})(?:\s*-\s*(\d{1,2}))?)?(?:[T ]+(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?)?\s*(Z|UTC|GMT|[+-]\d{1,2}:?\d{2})?$/i.exec(
      trimmed,
    );
  const listed = /^(\d{4})\s*,\s*(\d{1,2})\s*,\s*(\d{1,2})$/.exec(trimmed);
  if (listed) return ticksOf(listed[1], listed[2], listed[3]);
  if (iso) return ticksOf(iso[1], iso[2], iso[3], iso[4], iso[5], iso[6], iso[7], iso[8]);
  const american =
    /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?\s*(AM|PM)?\s*(Z|[+-]\d{1,2}:?\d{2})?$/i.exec(
      trimmed,
    );
  if (american) {
    const hour = twelveHour(american[4], american[8]);
    return ticksOf(american[3], american[1], american[2], hour, american[5], american[6], american[7], american[9]);
  }
  const named =
    /^(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{4}|\d{2})(?:\s+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d{1,2}:?\d{2})?$/.exec(
      trimmed,
    ) ?? monthFirst(trimmed);
  if (named) {
    const month = months.indexOf((named[2] ?? "").toLowerCase()) + 1;
    if (month > 0) {
      return ticksOf(wholeYear(named[3]), String(month), named[1], named[4], named[5], named[6], named[7], named[8]);
    }
  }
  return undefined;
}

function monthFirst(text: string): (string | undefined)[] | undefined {
  const match =
    /^([A-Za-z]{3})[a-z]*\s+(\d{1,2}),?\s+(\d{4})(?:\s+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?$/.exec(text);
  return match ? [match[0], match[2], match[1], match[3], match[4], match[5], match[6], match[7]] : undefined;
}

/** A year of two digits is one from 1930 to 2029. */
function wholeYear(year = ""): string {
  return year.length > 2 ? year : `${Number(year) < 30 ? "20" : "19"}${year}`;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function twelveHour(hour: string | undefined, half: string | undefined): string | undefined {
  if (hour === undefined || half === undefined) return hour;
  if (half.toUpperCase() === "AM" && Number(hour) > 12) return "24";
  const value = (Number(hour) % 12) + (half.toUpperCase() === "PM" ? 12 : 0);
  return String(value);
}

const firstSecond = -62_135_596_800n;
const lastSecond = 253_402_300_799n;

function ticksOf(
  year: string | undefined,
  month = "1",
  day = "1",
  hour = "0",
  minute = "0",
  second = "0",
  fraction = "",
  zone = "Z",
): bigint | undefined {
  const numbers = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(numbers[0], numbers[1] - 1, numbers[2]);
  date.setUTCHours(numbers[3], numbers[4], numbers[5], 0);
  const valid =
    numbers[0] >= 1 && date.getUTCMonth() === numbers[1] - 1 && numbers[3] < 24 && numbers[4] < 60 && numbers[5] < 60;
  if (!valid) return undefined;
  const offset = /^([+-])(\d{1,2}):?(\d{2})$/.exec(zone);
  const shift = offset ? (offset[1] === "-" ? -1n : 1n) * BigInt(Number(offset[2]) * 60 + Number(offset[3])) * 60n : 0n;
  const seconds = BigInt(date.getTime() / 1000) - shift;
  if (seconds < firstSecond || seconds > lastSecond) return undefined;
  return seconds * ticksPerSecond + BigInt(fraction.slice(0, 7).padEnd(7, "0"));
}

/** Ticks since 1970-01-01 as `2020-01-01T00:00:00.0000000Z`. */
export function formatDatetime(ticks: bigint): string {
  const fraction = ((ticks % ticksPerSecond) + ticksPerSecond) % ticksPerSecond;
  const milliseconds = Number((ticks - fraction) / 10_000n);
  const whole = new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "");
  return `${whole}.${String(fraction).padStart(7, "0")}Z`;
}

/** Ticks as `-1.02:03:04.5000000`. */
export function formatTimespan(ticks: bigint): string {
  const magnitude = ticks < 0n ? -ticks : ticks;
  const fraction = magnitude % ticksPerSecond;
  const seconds = magnitude / ticksPerSecond;
  const two = (value: bigint) => String(value).padStart(2, "0");
  const days = seconds / 86_400n;
  const clock = `${two((seconds / 3_600n) % 24n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  const tail = fraction === 0n ? "" : `.${String(fraction).padStart(7, "0")}`;
  return `${ticks < 0n ? "-" : ""}${days > 0n ? `${days}.` : ""}${clock}${tail}`;
}
