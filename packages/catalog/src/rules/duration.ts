/** A length of time that was read, or why it was not. */
export type Duration =
  | { readonly kind: "read"; readonly milliseconds: number }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Reads a duration in any spelling that rules use: `1h10m`, ISO 8601 (`PT1H`), .NET `d.hh:mm:ss`, and KQL literals
 * (`30s`, `time(1.00:00:00)`).
 */
export function readDuration(written: string): Duration {
  const text = written.trim();
  const literal = /^(?:time|timespan)\((.*)\)$/i.exec(text)?.[1]?.trim();
  if (literal !== undefined) return readDuration(literal);
  if (/^[-+]?[\d.]+$/.test(text))
    return refused(`\`${text}\` has no unit; write for example \`${text}m\` or \`${text}h\``);
  if (/^p/i.test(text)) return isoDuration(text);
  return (
    clockDuration(text) ??
    unitDuration(text) ??
    refused(`\`${text}\` is not a duration such as \`1h\`, \`PT1H\` or \`01:00:00\``)
  );
}

/** Milliseconds as `[d.]hh:mm:ss`, which alerts and messages show. */
export function printDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return (days > 0 ? `${days}.` : "") + clock.map((part) => String(part).padStart(2, "0")).join(":");
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const units: Readonly<Record<string, number>> = {
  d: day,
  day: day,
  days: day,
  h: hour,
  hr: hour,
  hrs: hour,
  hour: hour,
  hours: hour,
  m: minute,
  min: minute,
  minute: minute,
  minutes: minute,
  s: second,
  sec: second,
  second: second,
  seconds: second,
  ms: 1,
  milli: 1,
  millisecond: 1,
  milliseconds: 1,
  micro: 0.001,
  microsecond: 0.001,
  microseconds: 0.001,
  tick: 0.0001,
  ticks: 0.0001,
};

function unitDuration(text: string): Duration | undefined {
  if (!/^(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/i.test(text)) return undefined;
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const size = units[(unit ?? "").toLowerCase()];
    if (size === undefined) return refused(`\`${unit}\` is not a unit of time`);
    milliseconds += Number(amount) * size;
  }
  return { kind: "read", milliseconds };
}

function clockDuration(text: string): Duration | undefined {
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,7})?)?$/.exec(text);
  if (match === null) return undefined;
  const [days, hours, minutes, seconds, fraction] = match.slice(1).map((part) => Number(part ?? 0));
  if ((hours ?? 0) > 23 || (minutes ?? 0) > 59 || (seconds ?? 0) > 59) {
    return refused(`\`${text}\` is not a time of the form \`d.hh:mm:ss\``);
  }
  const milliseconds =
    (days ?? 0) * day + (hours ?? 0) * hour + (minutes ?? 0) * minute + ((seconds ?? 0) + (fraction ?? 0)) * second;
  return { kind: "read", milliseconds };
}

function isoDuration(text: string): Duration {
  const match = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(
    text,
  );
  if (match === null || text.length < 3 || /T$/i.test(text)) {
    const hint = /T\d*D/i.test(text) ? "; days stand before the `T`, as in `P1D`" : "";
    return refused(`\`${text}\` is not an ISO 8601 duration${hint}`);
  }
  const [, years, months, weeks, days, , hours, minutes, seconds] = match;
  if (years !== undefined || months !== undefined) {
    const hint = months === undefined ? "" : `; minutes stand after a \`T\`, as in \`PT${months}M\``;
    return refused(`\`${text}\` counts months or years, which have no fixed length${hint}`);
  }
  const amount = (part: string | undefined, size: number) => Number(part ?? 0) * size;
  const milliseconds =
    amount(weeks, 7 * day) +
    amount(days, day) +
    amount(hours, hour) +
    amount(minutes, minute) +
    amount(seconds, second);
  return { kind: "read", milliseconds };
}

function refused(reason: string): Duration {
  return { kind: "refused", reason };
}
