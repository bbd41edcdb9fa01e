const hourLength = 3_600_000;
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));
const threeDigits = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, "0"));

// Millions of times are written, nearly all in the hour of the one before: only the rest of the hour is made anew.
let hour = Number.NaN;
let textOfHour = "";

/** A time in milliseconds as ISO 8601 in UTC, such as `2026-11-06T09:15:00.250Z`. */
export function isoTime(time: number): string {
  const start = Math.floor(time / hourLength) * hourLength;
  if (start !== hour) {
    hour = start;
    textOfHour = new Date(start).toISOString().slice(0, 14);
  }
  const rest = time - start;
  const minutes = twoDigits[Math.floor(rest / 60_000)];
  const seconds = twoDigits[Math.floor(rest / 1000) % 60];
  return `${textOfHour}${minutes}:${seconds}.${threeDigits[rest % 1000]}Z`;
}
