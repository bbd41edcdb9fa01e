import type { TestValue } from "../../detections/condition.js";

/** A number as written; an integer beyond 2^53 stays its digits. */
export function numberOf(written: string): TestValue {
  const number = Number(written);
  return Number.isNaN(number) || (/^\d+$/.test(written) && !Number.isSafeInteger(number)) ? written : number;
}

/** A text between quotes with the usual escapes: `\n`, `\t`, `\r`, `\\`, quotes and `\u{…}` or `\uXXXX`; others stay as written. */
export function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(?:u\{[\da-fA-F]{2,8}\}|u[\da-fA-F]{4}|[\s\S])/g, (written) => {
    const sign = written.charAt(1);
    if (sign === "u" && written.length > 2) {
      const code = Number.parseInt(written.replace(/[\\u{}]/g, ""), 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : written;
    }
    const plain = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" }[sign];
    return plain ?? (/[\\"'`]/.test(sign) ? sign : written);
  });
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};

/** Milliseconds of a length such as `5m` or `15 minutes`; undefined for others, also months, which have none. */
export function lengthOf(amount: number, unit: string): number | undefined {
  const written = unit.toLowerCase();
  const size = units[written] ?? units[written.replace(/s$/, "")];
  return size === undefined || !Number.isFinite(amount) ? undefined : amount * size;
}

/** Milliseconds of a length written as one word: `30m`, `1h`, `90s`. */
export function writtenLength(written: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(written.trim());
  return match === null ? undefined : lengthOf(Number(match[1]), match[2] ?? "");
}
