import type { Modelled } from "./model.js";

/** The first and the last tick of KQL's datetimes, since 1970-01-01. */
export const lowest = -62_135_596_800_000n * 10_000n;
export const highest = 253_402_300_800_000n * 10_000n - 1n;

/** The text in lower case. */
export function lower(content: string): string {
  return content.toLowerCase();
}

/** Whether a text has another with no letter or digit joined to its ends. */
export function has(content: string, what: string, kind: "whole" | "prefix" | "suffix" = "whole"): boolean {
  const letter = /[\p{L}\p{N}]/u;
  const [characters, wanted] = [[...content], [...what]];
  if (wanted.length === 0) return true;
  return characters.some((_, at) => {
    if (!wanted.every((character, offset) => characters[at + offset] === character)) return false;
    const before = kind !== "suffix" && letter.test(wanted[0] ?? "") && letter.test(characters[at - 1] ?? "");
    const after =
      kind !== "prefix" && letter.test(wanted.at(-1) ?? "") && letter.test(characters[at + wanted.length] ?? "");
    return !before && !after;
  });
}

/** KQL's `substring`. */
export function part(content: string, from: number, length = Infinity): string {
  const characters = [...content];
  const start = from < 0 ? characters.length + from : from;
  return start < 0 || length < 0 ? "" : characters.slice(start, start + length).join("");
}

/** KQL's `indexof`. */
export function place(content: string, what: string): Modelled {
  if (what === "") return null;
  const at = content.indexOf(what);
  return at < 0 ? -1 : [...content.slice(0, at)].length;
}

/** A whole number as 64 bits hold it. */
export function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** KQL's `%`, which is never negative. */
export function remainder(a: bigint, b: bigint): bigint {
  const size = b < 0n ? -b : b;
  return ((a % size) + size) % size;
}

/** A real as KQL writes it. */
export function realLiteral(value: number): string {
  if (Number.isNaN(value)) return "real(nan)";
  if (!Number.isFinite(value)) return value > 0 ? "real(+inf)" : "real(-inf)";
  return Object.is(value, -0) ? "real(-0.0)" : `real(${value})`;
}

/** The later of two times. */
export function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** The largest multiple of a size that is not above the ticks. */
export function floored(ticks: bigint, size: bigint): bigint {
  return ticks - rest(ticks, size);
}

/** What is left of the ticks above that multiple. */
export function rest(ticks: bigint, size: bigint): bigint {
  return ((ticks % size) + size) % size;
}

/** The ticks as a date, to the millisecond. */
export function clock(ticks: bigint): Date {
  return new Date(Number(floored(ticks, 10_000n) / 10_000n));
}

/** The first tick of the month, or of the year where `month` is 1. */
export function startOf(ticks: bigint, month?: number): bigint {
  const at = clock(ticks);
  const first = new Date(0);
  first.setUTCFullYear(at.getUTCFullYear(), month === undefined ? at.getUTCMonth() : month - 1, 1);
  return BigInt(first.getTime()) * 10_000n;
}

/** The number of months since the year 0. */
export function months(ticks: bigint): number {
  return clock(ticks).getUTCFullYear() * 12 + clock(ticks).getUTCMonth();
}

/** A datetime as the command line spells it; null beyond the years 1 to 9999. */
export function date(ticks: bigint): string | null {
  return ticks < lowest || ticks > highest ? null : isoText(ticks);
}

/** Ticks as the command line spells a datetime. */
export function isoText(ticks: bigint): string {
  return `${clock(ticks).toISOString().slice(0, 19)}.${String(rest(ticks, 10_000_000n)).padStart(7, "0")}Z`;
}
